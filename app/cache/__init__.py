"""What pages have read or computed, kept for all visitors until it changes."""
