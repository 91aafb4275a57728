"""Analyses of a map, one in each file. The name of the file is the name for `attrax analyze --only`."""
