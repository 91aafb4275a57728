"""Scans that depend on the structure of the forced map, one in each file. General scans are in `attrax.core.scans`."""
