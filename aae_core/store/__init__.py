"""Revisions on the disk, each all that a training has left, read with checks and written so that nothing is lost."""
