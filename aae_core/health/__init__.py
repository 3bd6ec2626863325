"""The diagnosis of a training: what goes wrong, and the setting that helps."""
