"""Phases: channels that are a clock, a periodic drive or an angle, and what a model gets in their place."""
