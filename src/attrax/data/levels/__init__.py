"""Levels: transforms and trends that are taken out of a recording, and put back into what a model returns."""
