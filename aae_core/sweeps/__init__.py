"""Many settings, each with several seeds, as one."""
