"""The metrics and evaluation protocols of a trained model, and how each figure is to be read."""
