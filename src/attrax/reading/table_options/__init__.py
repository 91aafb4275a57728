"""Options of reading that change tables, one a file; the file has the name of the option."""
