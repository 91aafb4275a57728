"""Built-in systems with a class of their own: their fixed points, and for some their exponents, are known exactly."""
