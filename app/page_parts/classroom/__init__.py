"""The parts of the page Classroom."""
