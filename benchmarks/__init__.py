"""Benchmarks: the speed of attrax, compared on one machine with code that a user could write instead."""
