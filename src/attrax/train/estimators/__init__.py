r"""Estimators of the growth of errors $\kappa$ for adaptive teacher forcing [@hess2023, Eqs. 52-54], one in each file.

Each takes the map and the states implied by the data of a batch, and returns the largest estimate over the windows.
Errors stay bounded if $\alpha = 1 - 1/\kappa$. Ordered from the largest to the smallest estimate:
`jacobian_upper_bound`, `batch_maximum`, `product_upper_bound`, `arithmetic_mean`, `explog_approximation`.
"""
