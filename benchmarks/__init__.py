"""Benchmarks: how fast attrax is, against what a user could write instead, side by side on one machine."""
