"""Training of models on a prepared recording, and the selection of the best one."""
