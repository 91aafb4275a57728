"""Penalties on the model, one in each file. The name of the file is the name of the penalty in the settings."""
