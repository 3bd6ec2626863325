"""The lessons: their texts, how these are read, and the one that runs."""
