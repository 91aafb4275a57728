"""Campaigns: many experiments at once. Each is computed once, on any machine, and kept in one table of results."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
