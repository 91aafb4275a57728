"""Preparation: recordings are loaded, repaired, checked, and split into training and test rows."""
