"""What goes wrong in a training, and the setting that helps."""
