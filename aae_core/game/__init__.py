"""The step-by-step game: what can be played, and with which settings."""
