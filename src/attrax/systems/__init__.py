"""Known dynamical systems that make recordings: what a reconstruction can be held against, because the truth is known.

Names are loaded on first use, so that looking one up in the catalogue costs no compiler start.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "catalogue": ["find", "names"],
        "delay_equation": ["DelayEquation", "DelayMap"],
        "equations": ["Flow", "Map"],
        "henon": ["Henon"],
        "logistic": ["Logistic"],
        "lorenz63": ["Lorenz63"],
        "lorenz96": ["Lorenz96"],
        "oscillator": ["Oscillator"],
        "recording": ["record", "record_ensemble"],
        "rossler": ["Rossler"],
        "system": ["System"],
    },
)
