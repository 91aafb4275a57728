"""Linear regions of piecewise-linear maps and the symbolic dynamics of an orbit through them."""
