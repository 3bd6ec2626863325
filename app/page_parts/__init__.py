"""The parts of long pages, in a folder for each page."""
