"""Models of symbolic recordings, whose channels hold one of a few symbols: tokens, and local rules."""
