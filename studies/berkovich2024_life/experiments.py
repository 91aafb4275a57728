"""The game of life learned from pairs of boards: by a transformer of tokens, and by a convolution."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from attrax import rollout
from attrax.campaigns import Budget, Measurement, Metric
from attrax.measures import TimeToFirstError
from attrax.models import AbstractSymbolModel, LocalRule, TokenModel
from attrax.optimise import Plan, fit
from attrax.plots import Axis, Figure, Heatmap, Panel
from attrax.systems import CellularAutomaton, RandomLattices
from attrax.train import NextSymbols

LIFE, SIDE, SMALLER, LARGER, LARGE = "B3/S23", 5, 4, 6, 32
WARM_UP, CHUNK = 100, 100
DENSITIES = {"": (0.0, 1.0), "_sparse": (0.1, 0.1), "_half": (0.5, 0.5), "_dense": (0.9, 0.9)}


def tokens(budget: Budget, key: int, *, low: float, high: float) -> Measurement:
    """A transformer of tokens, trained with boards of densities between `low` and `high`."""
    model = TokenModel.create(2, width=budget["width"], heads=4, depth=2, key=jax.random.key(key))
    batches = RandomLattices(_life(SIDE), budget["batch"], low, high)
    model = _trained(model, batches, budget["updates"], 2e-3, key)
    values = {f"wrong_cells{name}": _wrong(model, SIDE, budget, key, span) for name, span in DENSITIES.items()}
    for name, side in (("smaller", SMALLER), ("larger", LARGER)):
        values[f"wrong_cells_{name}"] = _wrong(model, side, budget, key, DENSITIES[""])
    metrics = {name: Metric(value, None, _protocol(budget), "lower") for name, value in values.items()}
    runs, figure = _runs(model, SIDE, budget, key)
    size = {"parameters": Metric(float(_size(model)), None, "numbers", "neither")}
    return Measurement(metrics | runs | size, figures=(figure,))


def rule(budget: Budget, key: int) -> Measurement:
    """A convolution with eight hidden units: its rule on all patterns, and its runs on a larger lattice."""
    model = LocalRule.create(2, (SIDE, SIDE), key=jax.random.key(key))
    model = _trained(model, RandomLattices(_life(SIDE), 32), budget["rule_updates"], 2e-2, key)
    patterns, after = model.table()
    around, cell = np.delete(patterns, 4, axis=1).sum(axis=1), patterns[:, 4]
    truth = (around == 3) | ((cell == 1) & (around == 2))
    metrics = {
        "wrong_patterns": Metric(float(np.sum(after != truth)), None, "of 512 patterns of 3 x 3 cells", "lower"),
        "wrong_cells_large": Metric(
            _wrong(model.at((LARGE, LARGE)), LARGE, budget, key, DENSITIES[""]), None, _protocol(budget), "lower"
        ),
        "parameters": Metric(float(_size(model)), None, "numbers", "neither"),
    }
    runs, figure = _runs(model.at((16, 16)), 16, budget, key)
    return Measurement(metrics | runs, figures=(figure,))


def _life(side: int) -> CellularAutomaton:
    return CellularAutomaton.life_like(LIFE, (side, side))


def _trained(model, batches: RandomLattices, updates: int, rate: float, key: int) -> AbstractSymbolModel:
    schedule = optax.warmup_cosine_decay_schedule(0.0, rate, WARM_UP, max(updates, WARM_UP + 1), rate / 50)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.98))
    plan = Plan(updates, schedule, optimizer, chunk=CHUNK)
    return fit(model, NextSymbols(), batches, plan, key=jax.random.key(1_000 + key)).model


def _wrong(model, side: int, budget: Budget, key: int, span: tuple[float, float]) -> float:
    """The share of wrong cells in the boards after unseen ones, with the cells before them given."""
    boards = RandomLattices(_life(side), budget["boards"], *span)
    batch = _draw(boards, jax.random.key(2_000 + key))
    return float(_judged(model, batch)["errors"])


def _runs(model: AbstractSymbolModel, side: int, budget: Budget, key: int) -> tuple[dict[str, Metric], Figure]:
    """Free runs from random boards: every board follows from the one before that the model has made itself."""
    boards = RandomLattices(_life(side), budget["starts"])
    starts, _ = _draw(boards, jax.random.key(3_000 + key))
    truth = _orbits(_life(side), starts[:, 0].astype(jnp.float32), budget["rows"])
    truth, found = np.asarray(truth, np.float64), model.simulate_many(np.asarray(starts, np.float64), budget["rows"])
    run = np.stack([one.x for one in found])
    score = TimeToFirstError()(truth, run)
    protocol = f"{score.protocol}/{budget['starts']} starts/{budget['rows']} boards of {side} x {side}"
    exact = float((run == truth).all(axis=(1, 2)).mean())
    metrics = {
        "time_to_first_error": Metric(score.value, score.std_error, protocol, "higher"),
        "exact_runs": Metric(exact, None, protocol, "higher"),
    }
    return metrics, _figure(truth[0], run[0], side)


@eqx.filter_jit
def _draw(boards: RandomLattices, key):
    return boards.draw(key, jnp.asarray(0))


@eqx.filter_jit
def _judged(model: AbstractSymbolModel, batch):
    return NextSymbols()(model, batch, None, jax.random.key(0))[1][1]


@eqx.filter_jit
def _orbits(automaton: CellularAutomaton, starts, rows: int):
    return jax.vmap(lambda z: rollout(automaton, z, rows).z)(starts)


def _protocol(budget: Budget) -> str:
    return f"share of cells/{budget['boards']} boards"


def _size(model: AbstractSymbolModel) -> int:
    return sum(leaf.size for leaf in jax.tree.leaves(model) if hasattr(leaf, "size"))


def _figure(truth: np.ndarray, run: np.ndarray, side: int) -> Figure:
    place = np.arange(float(side))
    shown = (("life, 1", truth[0]), ("life, 2", truth[1]), ("life, last", truth[-1]))
    shown += (("model, 1", run[0]), ("model, 2", run[1]), ("model, last", run[-1]))
    panels = tuple(
        Panel(
            traces=(Heatmap(x=place, y=place, values=board.reshape(side, side)),),
            x=Axis(label="column"),
            y=Axis(label="row"),
            title=title,
        )
        for title, board in shown
    )
    caption = "The first two and the last board of a run of the game of life, and of a free run of the model."
    return Figure(name="boards", title="Boards", caption=caption, panels=panels, columns=3)
