"""Profiles (rules B8, B9): domains that no rule on rows reaches, such as a file system with a working directory."""
