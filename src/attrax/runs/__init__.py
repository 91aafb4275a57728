"""Runs: all code that writes files, prints or reads a clock: run folders, checkpoints, model files, jobs, console."""
