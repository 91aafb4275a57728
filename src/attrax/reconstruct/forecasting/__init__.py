"""Forecasts and estimates of missing values with a trained model."""
