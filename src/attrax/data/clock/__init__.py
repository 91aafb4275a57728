"""Clock: the times of the rows of a recording, from its first row to the rows that follow it."""
