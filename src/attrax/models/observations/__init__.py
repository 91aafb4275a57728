"""Observations, one a file; the file has the name that the observation has in settings."""
