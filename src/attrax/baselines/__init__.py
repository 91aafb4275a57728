"""Baselines: the forecasting methods that every learned model is compared with.

Names are imported on first use, so that a simple baseline does not wait for jax.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
