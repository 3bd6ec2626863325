"""The priors, the distributions that the codes are matched to; each module holds one family."""
