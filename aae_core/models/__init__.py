"""The model: networks, priors, posteriors and costs, independent of files and of training."""
