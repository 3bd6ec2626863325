"""What is measured of a trained model, and how each figure is read."""
