"""Dynamics in continuous time, one in each file. They can be trained on rows that are irregular in time."""
