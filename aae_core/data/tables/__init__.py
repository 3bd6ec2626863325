"""Tables in files: a module for each format, what they have in common, and the reading of their rows."""
