"""Selection: which restart, at which moment of training, becomes the model. The test data are never looked at.

The loss of teacher forcing hardly tells good free runs from bad ones, and near the end of training one update may turn
a chaotic orbit into a cycle and back. So at fixed steps the free run of every restart is compared with the training
data, and the nearest is kept.
"""

from pathlib import Path
from typing import Any

import numpy as np

from attrax.data.series import Series
from attrax.models.model import Model
from attrax.runs.build import replica
from attrax.runs.config import EvaluateConfig
from attrax.runs.evaluation import attractor_measures
from attrax.runs.free_runs import free_runs
from attrax.runs.model_file import open_model, read_facts, save_model

FIRST_SHARE = 0.5


class Selection:
    """The best candidate so far.

    Candidates come at steps that follow from the plan alone and are judged without randomness of their own, so a
    resumed run that meets some of them again chooses the same one.

    Args:
        reference: The training recording, in its own units, without gaps.
        seeds: The seed of each restart.
        seed: Seed of Monte Carlo measures.
        path: Where the best is kept while the run goes on; None keeps it in memory only.
    """

    def __init__(self, reference: Series, seeds: list[int], *, seed: int, path: Path | None):
        self.reference, self.seeds, self.seed, self.path = reference, seeds, seed, path
        self.model: Model | None = None
        self.facts: dict[str, Any] = {}
        if path is not None and path.exists():
            self.model, self.facts = open_model(path), read_facts(path)

    def consider(self, models: Model, step: int, usable: list[int]) -> None:
        """Compare the free runs of the replicas `usable` with the training data, and keep the nearest so far."""
        for i in usable:
            model = replica(models, i)
            facts = {"seed": self.seeds[i], "step": step, "nearness": self._nearness(model)}
            if self.model is None or _order(facts) < _order(self.facts):
                self.model, self.facts = model, facts
                if self.path is not None:
                    save_model(model, self.path, facts)

    def best(self) -> tuple[Model, dict[str, Any]]:
        """The model chosen, and its seed, step and nearness; there has to have been a candidate."""
        assert self.model is not None
        return self.model, self.facts

    def _nearness(self, model: Model) -> float:
        """Mean logarithm of the attractor measures, which have no common unit; lower is nearer."""
        reference, (run,) = free_runs(model, self.reference, 1, seed=self.seed)
        measures = attractor_measures(reference.x, EvaluateConfig())
        values = [measure(reference.x, run.x, key=self.seed).value for measure in measures]
        return float(np.mean(np.log(np.clip(values, 1e-12, 1e12))))


def is_candidate(step: int, chunk: int, updates: int, candidates: int) -> bool:
    """Whether a candidate falls into the chunk that ends at `step`.

    `candidates` of them are spread evenly over the second half of training; the last is the end.
    """
    if step >= updates:
        return True
    due = np.linspace(FIRST_SHARE * updates, updates, candidates + 1)[1:]
    return bool(((due > step - chunk) & (due <= step)).any())


def _order(facts: dict[str, Any]) -> tuple[float, int, int]:
    return facts["nearness"], facts["step"], facts["seed"]
