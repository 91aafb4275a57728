"""The settings of the publication on generalized teacher forcing (Hess et al. 2023)."""

from typing import Any

from attrax.core.spec import Spec


def paper() -> dict[str, Any]:
    """A clipped shallow PLRNN of 250 hidden units, 250,000 updates of 16 windows: Hess et al. 2023 [@hess2023]."""
    return {
        "data": {"embed": "none", "phases": ["none"]},
        "model": {
            "dynamics": {"kind": "clipped", "hidden_dim": 250},
            "observation": {"kind": "affine"},
        },
        "train": {
            "forcing": {"kind": "generalized", "alpha": 0.3},
            "penalties": {"condition": {"strength": 1e-7}},
            "optimizer": {"kind": "radam"},
            "clip": 0.0,
            "batch_size": 16,
            "window": 200,
            "updates": 250_000,
            "learning_rate": 1e-3,
            "final_learning_rate": 1e-6,
            "restarts": 1,
            "dynamical_noise": 0.0,
        },
        "evaluate": {"measures": "gtf2023"},
    }


SPEC = Spec("settings of Hess et al. 2023", paper)
