"""What a training is asked to be: its settings, what they mean, and which do not go together."""
