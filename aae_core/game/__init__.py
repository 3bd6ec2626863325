"""The step-by-step game: what can be played, with which settings, and the game without a page."""
