"""Scans, one a file; the file has the name that the scan has in settings."""
