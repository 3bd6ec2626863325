"""The processes that compute one training, and what they record."""
