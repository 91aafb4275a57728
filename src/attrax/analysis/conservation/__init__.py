"""Conserved quantities: how well an orbit keeps its energy."""
