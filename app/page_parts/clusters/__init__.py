"""The parts of the page Clusters."""
