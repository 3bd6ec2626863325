"""Revisions as a folder of pages that work without a server."""
