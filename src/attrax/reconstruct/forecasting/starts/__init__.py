"""Ways to find the latent state from which a forecast begins."""
