"""Effects: configuration, run folders, checkpoints, and the jobs that use them."""
