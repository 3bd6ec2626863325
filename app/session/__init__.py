"""What a page remembers: its settings, in the address and in the session."""
