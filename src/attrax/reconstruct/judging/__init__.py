"""Evaluates a trained model on a recording that was not used for training."""
