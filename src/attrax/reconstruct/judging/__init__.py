"""Judging: how true a model is, measured on a recording that it has never seen."""
