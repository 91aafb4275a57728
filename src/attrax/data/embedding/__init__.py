"""Embedding: states from delayed copies of a few channels, or from principal components of many channels."""
