"""The configuration of a training: its settings, what follows from them, and which combinations are refused."""
