"""The parts of the page Revisions."""
