"""Diagnosis: a recording examined before anything is learned from it. NumPy only, in about a second."""
