"""Observations, one in each file. The name of the file is the name of the observation in the settings."""
