"""attrax: learn dynamical systems from data.

A recording in, a small generative model out, whose long free run has the same attractor, spectrum and invariants, with
a measure of how true that is. The names are listed in `__init__.pyi`; each loads what it needs when it is first used,
so that importing costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
