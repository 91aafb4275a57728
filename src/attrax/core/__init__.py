"""Contracts and shared numerics: what every other package may rely on.

The names are listed in `__init__.pyi`. Each is loaded when it is first used, because errors are needed without jax.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
