"""A static website of revisions: a folder of pages that work without a server."""
