"""The arena: every method on the same recordings, with the same budget, scored alike."""
