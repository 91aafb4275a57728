"""The clock of a recording: time columns, the time of every row, and lengths of time."""
