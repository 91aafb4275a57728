"""Dynamics that can be learned, one a file; the file has the name that the dynamics has in settings."""
