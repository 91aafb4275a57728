r"""Estimates of how fast errors grow along the data: the $\kappa$ of adaptive teacher forcing [@hess2023, Eqs. 52-54].

Each takes the map and the states that the data of a batch imply, and returns the largest estimate over the windows.
Errors stay bounded when $\alpha = 1 - 1/\kappa$. From cautious to bold: `jacobian_upper_bound`, `batch_maximum`,
`product_upper_bound`, `arithmetic_mean` and `explog_approximation`.
"""
