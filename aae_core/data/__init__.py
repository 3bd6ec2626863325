"""Data sets by name, and the reading and checking of the files that they come from."""
