"""Gates: tests that the free runs of a perfect model pass and those of an impostor fail, one test a file."""
