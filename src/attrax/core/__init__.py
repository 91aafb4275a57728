"""Contracts (abstract classes) and numerical tools that all other packages may use."""
