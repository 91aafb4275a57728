"""Contracts and shared numerics: what every other package may rely on."""
