"""Who the present visitor is, and what she may change in the store; on a server that is not shared, everything."""
