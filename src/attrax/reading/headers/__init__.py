"""Headers of text files, as the programs of instruments write them."""
