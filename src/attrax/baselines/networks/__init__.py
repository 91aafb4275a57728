"""Small neural forecasters, all trained alike: from the last rows to the next ones."""
