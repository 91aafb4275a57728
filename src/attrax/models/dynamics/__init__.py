"""Dynamics in discrete time, one in each file. The name of the file is the name of the dynamics in the settings."""
