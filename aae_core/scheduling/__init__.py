"""When and where each training runs."""
