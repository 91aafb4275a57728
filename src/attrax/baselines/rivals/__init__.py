"""The rivals: every method that attrax is compared with, one a file, which has its name in tables."""
