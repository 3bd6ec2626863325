"""The paper's experiments and the comparison of all models, run again, and their results."""
