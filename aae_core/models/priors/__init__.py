"""The distributions that codes are matched to, one family of priors a module."""
