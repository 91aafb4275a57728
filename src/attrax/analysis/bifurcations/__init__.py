"""Bifurcation diagrams: cycles followed along a parameter, and the values at which they change."""
