"""Fixed points and cycles: the search for them and their stability."""
