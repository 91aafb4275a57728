"""Diagnosis: a recording examined before anything is learned from it. NumPy only, in about a second.

The names are listed in `__init__.pyi`; each is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
