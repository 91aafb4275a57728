"""Settings: every setting of a run, what it means, what it may be, and what it is by default."""
