"""Presets, one a file: settings that a run starts from; the file has the name of the preset."""
