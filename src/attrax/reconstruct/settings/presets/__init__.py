"""Presets: sets of settings to start a run from, one in each file, which has the name of the preset."""
