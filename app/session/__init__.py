"""What a page remembers: the table of all settings, and the address."""
