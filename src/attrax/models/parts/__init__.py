"""Other parts of models: diagonals, the inference of first states, and observations of mixed channels."""
