"""Stable and unstable manifolds of cycles of piecewise-linear maps."""
