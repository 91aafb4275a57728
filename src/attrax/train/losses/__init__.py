"""Losses, one in each file. The name of the file is the name of the loss in the settings."""
