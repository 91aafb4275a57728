"""Dictionaries of functions of the state, one in each file. The file name is the name of the dictionary."""
