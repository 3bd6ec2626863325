"""The command line: its arguments, its commands and their output."""
