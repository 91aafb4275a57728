"""A worker that measures other operations than training: `python -m benchmarks.probes`."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from attrax.measures import MixtureDivergence, PredictionError, SpectrumDistance, StateSpaceDivergence
from attrax.models import Model
from attrax.optimise import TrainState
from attrax.runs.checkpoint import save_checkpoint
from benchmarks.sizes import Size, make_task
from benchmarks.ways.attrax_default import WAY
from benchmarks.ways.attrax_fit import build_models, build_objective, build_plan
from benchmarks.worker import answer

HORIZON = 20


def first_fit(size: dict[str, Any], updates: int) -> dict[str, Any]:
    """Seconds for tracing and compiling: the first training in this process minus the second one."""
    run = WAY.start(make_task(Size(**size)))
    first, second = (_seconds(lambda: run.advance(updates)) for _ in range(2))
    return {"seconds": first - second}


def prepare(size: dict[str, Any], steps: int, rows: dict[str, int]) -> dict[str, Any]:
    """Make a model, and recordings with `rows` by number of channels; returns the names of what can be timed."""
    model, state = _model(Size(**size))
    _TURNS["free run"] = lambda: model.simulate(np.zeros((1, len(model.channels))), steps)
    _TURNS["checkpoint"] = lambda: _write(state)
    for channels, length in rows.items():
        _TURNS.update(_measures(int(channels), length))
    for turn in _TURNS.values():
        turn()
    return {"turns": list(_TURNS)}


def turn(name: str) -> dict[str, Any]:
    """Do one operation once more, and return the seconds."""
    return {"seconds": _seconds(_TURNS[name])}


_TURNS: dict[str, Callable[[], Any]] = {}


def _model(size: Size) -> tuple[Model, TrainState]:
    task = make_task(size)
    models = build_models(task)
    state = TrainState.create(models, build_objective(task, WAY.scan), build_plan(task).optimizer, task.seeds)
    return jax.tree.map(lambda leaf: leaf[0], models), state


def _measures(channels: int, rows: int) -> dict[str, Callable[[], Any]]:
    """Each measure on two noisy walks on a torus, which fill their range as recordings do."""
    x, y = (_walk(channels, rows, seed) for seed in (0, 1))
    few = channels <= 5
    attractor = StateSpaceDivergence() if few else MixtureDivergence()
    label = f"{rows:,} x {channels}"
    return {
        f"D_stsp ({'binned' if few else 'mixture'}), {label}": lambda: attractor(x, y, key=0),
        f"D_H, {label}": lambda: SpectrumDistance.gtf2023()(x, y),
        f"PE({HORIZON}), {label}": lambda: PredictionError(HORIZON)(x, y),
    }


def _walk(channels: int, rows: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    phase = np.cumsum(rng.normal(0.1, 0.05, (rows, channels)), axis=0)
    return np.sin(phase) + 0.05 * rng.standard_normal((rows, channels))


def _write(state: TrainState) -> None:
    with tempfile.TemporaryDirectory() as folder:
        save_checkpoint(Path(folder) / "state.safetensors", state, {})


def _seconds(action: Callable[[], Any]) -> float:
    before = time.perf_counter()
    action()
    return time.perf_counter() - before


if __name__ == "__main__":
    answer({"first_fit": first_fit, "prepare": prepare, "turn": turn})
