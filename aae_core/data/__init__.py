"""Data sets by name, and how the files that they come from are read and checked."""
