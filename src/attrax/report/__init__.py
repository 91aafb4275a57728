"""The report: one self-contained HTML page from a run folder, and a page that compares runs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
