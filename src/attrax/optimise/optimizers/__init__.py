"""Optimisers, one a file; the file has the name that the optimiser has in settings."""
