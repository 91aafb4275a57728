"""Dynamics in continuous time, one a file: they can follow rows that lie unevenly in time."""
