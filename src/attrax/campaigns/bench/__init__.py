"""The benchmark of methods (`attrax bench`): all methods on the same recordings, with the same budget and scores."""
