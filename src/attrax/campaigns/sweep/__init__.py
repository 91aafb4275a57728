"""Sweeps: many runs from one description, on one machine or many, never twice the same."""
