"""Reading: from files, arrays and tables in memory to recordings."""
