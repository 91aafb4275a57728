"""Protocols, one a file; the file has the name that the protocol has in settings."""
