"""The parts of the page Style and content."""
