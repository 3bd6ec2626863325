"""The paper's experiments and the comparison of all models, run anew, and what came of them."""
