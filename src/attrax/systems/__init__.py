"""Known dynamical systems that make recordings. A model of such a recording can be compared with the true system.

Names are imported on first use, so that a look into the catalogue does not wait for jax.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "catalogue": ["find", "names"],
        "cellular_automaton": ["LINE", "MOORE", "VON_NEUMANN", "CellularAutomaton"],
        "delay_equation": ["DelayEquation", "DelayMap"],
        "equations": ["Flow", "Map"],
        "closed_form.henon": ["Henon"],
        "closed_form.logistic": ["Logistic"],
        "closed_form.lorenz63": ["Lorenz63"],
        "closed_form.lorenz96": ["Lorenz96"],
        "closed_form.oscillator": ["Oscillator"],
        "random_lattices": ["RandomLattices"],
        "recording": ["record", "record_ensemble"],
        "closed_form.rossler": ["Rossler"],
        "system": ["System"],
    },
)
