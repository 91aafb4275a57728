"""Studies: the claims of a paper and the experiments that test them; one folder for each paper."""
