"""Distances between the states of free runs and those of the data, one a file, which has its name."""
