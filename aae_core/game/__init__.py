"""Step by step: what can be played, and by which settings."""
