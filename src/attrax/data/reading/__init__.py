"""Reading: files, arrays and tables in memory become a `Dataset`."""
