"""Forcings, one in each file. The name of the file is the name of the forcing in the settings."""
