"""Implementations of the same training: one in each module, each a worker process."""
