"""Running a program: seeded rows, private sessions, and the kernel that answers calls."""
