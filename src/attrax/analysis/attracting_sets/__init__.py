"""Attractors that free runs reach, and their basins."""
