"""Levels: transforms and trends that are removed from a recording, and added again to what a model returns."""
