"""Analyses of a map, one a file; the file has the name that `--only` takes."""
