"""Penalties: what a good model should also be, beside fitting the data; one a file, which has its name."""
