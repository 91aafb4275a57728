"""Losses that can be chosen by name, one a file; the file has the name that the loss has in settings."""
