"""The settings of a run: their meanings, allowed values and defaults."""
