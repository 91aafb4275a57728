"""Forecasting: what a trained model says of rows to come, and of values that are missing."""
