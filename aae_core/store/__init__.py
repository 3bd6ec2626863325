"""Revisions on disk: each is everything that a training left, checked when it is read, and written so that nothing is
lost."""
