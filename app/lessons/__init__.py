"""The lessons: their texts, the reader that checks them, and the state and panel of the running lesson."""
