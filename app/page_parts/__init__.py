"""The parts of long pages, each drawn by one page alone."""
