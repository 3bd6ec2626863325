"""What is decoded from the latent space or drawn of it: grids, directions, maps, films."""
