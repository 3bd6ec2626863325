"""Data sets of the user's own: images and tables, checked while they are added, and stored with the ids of their items."""
