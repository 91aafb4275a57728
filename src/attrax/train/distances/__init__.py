"""Distances between free runs and data, one in each file. The file name is the name of the distance in the settings."""
