"""Exploring the latent space: grids of decoded codes, directions, maps and time-lapses."""
