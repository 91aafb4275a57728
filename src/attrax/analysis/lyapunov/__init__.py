"""Lyapunov exponents and what follows from them."""
