"""Findings: the analyses of a map and their results, as text and figures for users and as JSON for programs."""
