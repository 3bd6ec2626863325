"""Parts of the interface that several pages share."""
