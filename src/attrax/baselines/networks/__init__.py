"""Small neural networks that forecast the next rows from the last ones; all are trained in the same way."""
