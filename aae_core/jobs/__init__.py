"""The processes that compute a training, and what they record."""
