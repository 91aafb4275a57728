"""Findings: what the analyses of a map say to people and to programs."""
