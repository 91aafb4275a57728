"""Repair: changes in a recording before a model is trained on it, each only if it is asked for.

A repair is a function from a `Dataset` to the repaired one, with a sentence in `Dataset.done` that says what was
changed. Repairs are made in one order, whatever the order of the options: order of rows, rows with the same time,
constant channels, new time step, check of the clock, fewer rows, trends, missing values.
"""
