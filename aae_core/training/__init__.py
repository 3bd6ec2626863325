"""The paper's training step and the loop around it, and how they are computed."""
