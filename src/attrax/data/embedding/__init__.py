"""Embedding: states from delayed copies of a few channels, or from the principal components of many."""
