"""Campaigns: many jobs from one description: sweeps, the arena of methods, and studies of papers."""
