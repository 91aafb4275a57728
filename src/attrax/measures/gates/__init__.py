"""Gates: tests that free runs of a perfect model pass and free runs of wrong dynamics fail, one test in each file."""
