"""Contracts (abstract classes) and numerical tools that all other packages may use."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
