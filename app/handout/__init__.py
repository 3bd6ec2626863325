"""A revision, or two, as one HTML file that works without a server and without a network."""
