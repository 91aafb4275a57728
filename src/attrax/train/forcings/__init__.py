"""Forcings, one a file; the file has the name that the forcing has in settings."""
