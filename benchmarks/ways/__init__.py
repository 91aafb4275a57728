"""Ways to train the same model: one module a way, each of them a worker process of its own."""
