"""A model: its networks, priors, posteriors and costs, without files and without training."""
