"""The paper's training step, and how it is computed."""
