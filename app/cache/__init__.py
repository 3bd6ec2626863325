"""Caches, shared by all visitors, of what pages have read or computed."""
