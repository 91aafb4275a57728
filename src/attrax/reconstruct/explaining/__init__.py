"""Explaining: which channels and which past rows a forecast of a model rests on, in the units of the recording."""
