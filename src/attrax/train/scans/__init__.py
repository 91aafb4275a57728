"""Scans that need to know the forced map, one a file; the others are in `attrax.core.scans`."""
