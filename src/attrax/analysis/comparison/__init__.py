"""Invariants of a learned model next to those of the true system."""
