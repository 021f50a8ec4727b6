"""A file system with a working directory."""
