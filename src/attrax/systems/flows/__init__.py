"""Built-in flows, one file for each science and one function for each system."""
