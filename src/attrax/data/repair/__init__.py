"""Repair: what is mended in a recording before anything is learned from it, each thing only if it is asked for.

A repair is a function from a Dataset to the mended Dataset and a sentence that says what was done. They are applied in
one order, whatever the order of the options: constant channels, order of rows, duplicates, resampling, the clock,
decimation, trends, gaps.
"""
