"""Who the present visitor is, and all that she may do to the store: on a server that a class shares, and without one."""
