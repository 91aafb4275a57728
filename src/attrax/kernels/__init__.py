"""Kernels: the time-critical loops, compiled for the CPU at run time. They take arrays and know no models or data."""
