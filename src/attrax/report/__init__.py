"""HTML pages: the report of a run, the comparison of runs, an inspection, the arena. Functions return text."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
