"""Runs: everything with effects: run folders, checkpoints, model files, the jobs that write them, the console."""
