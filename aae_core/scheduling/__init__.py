"""Which training runs when, and where."""
