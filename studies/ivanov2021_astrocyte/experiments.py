"""Which chaotic system a train of spikes comes from, told by liquids with and without plasticity."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax.baselines import (
    AstrocytePlasticity,
    Liquid,
    LiquidClassifier,
    branching_factor,
    liquid_spikes,
    most_likely,
    shares,
    softmax_weights,
    tuning_rates,
)
from attrax.campaigns import Budget, Measurement, Metric
from attrax.plots import Axis, Figure, Line, Panel
from attrax.systems import find, record

SYSTEMS = ("lorenz63", "rossler", "halvorsen", "chua")
PER_PERIOD = 50.0
"""Rows, and ms, in a dominant period, the same for all systems: the frequency does not tell them apart."""
CELLS, COPIES, PEAK = 16, 4, 0.5
"""Values at which inputs are most active, inputs with the same value, and the probability of a spike in a ms there."""
GAIN = 0.015
SAMPLE = 20
"""Length of a sample of the warm-up in ms."""
SHOWN = 40
"""Series from which rate and branching factor are taken."""


def systems(budget: Budget, key: int) -> Measurement:
    """Accuracy, rate and branching factor of static and plastic liquids, and of the counts of the input spikes."""
    n_train = budget["train"]
    spikes, labels = _spike_trains(n_train + budget["test"], budget["time"], key)
    train, test = (spikes[:n_train], labels[:n_train]), (spikes[n_train:], labels[n_train:])
    liquid = Liquid.create((budget["side"],) * 3, inputs=CELLS * COPIES, seed=key)
    found = {"counts": (_of_counts(train, test), np.nan, np.nan)}
    for scale in budget["scales"]:
        found[f"static_{scale}"] = _judged(liquid.scaled(scale), train, test, None)
    for gain in budget["gains"]:
        plasticity = AstrocytePlasticity(gain)
        warm = _warmed_up(liquid, train[0], budget["warm_up"], plasticity, key)
        found[f"gain_{gain}"] = _judged(warm, train, test, plasticity)
    protocol = (
        f"{len(SYSTEMS)} systems/{n_train} + {budget['test']} series/{budget['time']} ms/{liquid.neurons} neurons"
    )
    best = max(found[f"static_{scale}"][0] for scale in budget["scales"])
    nalsm = found[f"gain_{GAIN}"][0]
    metrics = {
        "counts": Metric(found["counts"][0], None, protocol, "higher"),
        "static_best": Metric(best, None, protocol, "higher"),
        "nalsm": Metric(nalsm, None, protocol, "higher"),
        "nalsm_and_a_point": Metric(nalsm + 0.01, None, protocol, "higher"),
    }
    for name, (accuracy, rate, branching) in found.items():
        if name != "counts":
            short = name.removeprefix("gain_")
            metrics[f"accuracy_{short}"] = Metric(accuracy, None, protocol, "higher")
            metrics[f"rate_{short}"] = Metric(rate, None, f"Hz/{protocol}", "neither")
            metrics[f"branching_{short}"] = Metric(branching, None, f"4 ms/{protocol}", "neither")
    return Measurement(metrics, figures=(_figure(found, budget),))


def _spike_trains(n: int, time: int, key: int) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of the inputs for stretches of the first channel of each system, in random order.

    The values of a stretch are replaced by their ranks: every value is there equally often in every stretch, so only
    the order of the values, not their distribution, tells the systems apart.
    """
    rng = np.random.default_rng(key)
    each = n // len(SYSTEMS)
    series = []
    for i, name in enumerate(SYSTEMS):
        system_key = jax.random.fold_in(jax.random.key(key), i)
        x = record(find(name), (each + 1) * time, points_per_period=PER_PERIOD, key=system_key)[0].x[:, 0]
        starts = rng.permutation(each) * time + rng.integers(time)
        series += [x[start : start + time] for start in starts]
    ranks = np.argsort(np.argsort(np.stack(series), axis=1), axis=1) / (time - 1)
    rates = PEAK * np.tile(tuning_rates(jnp.asarray(4 * ranks[..., None] - 2), CELLS), COPIES)
    order = rng.permutation(len(series))
    spikes = (rng.random(rates.shape) < rates).astype(np.float32)
    return spikes[order], np.repeat(np.arange(len(SYSTEMS)), each)[order]


def _warmed_up(liquid: Liquid, spikes: np.ndarray, n: int, plasticity: AstrocytePlasticity, key: int) -> Liquid:
    """The liquid after `n` samples of 20 ms from anywhere in the training series."""
    rng = np.random.default_rng(key)
    rows = rng.integers(spikes.shape[1] - SAMPLE, size=n)[:, None] + np.arange(SAMPLE)
    samples = jnp.asarray(spikes[rng.integers(len(spikes), size=n)[:, None], rows])
    return eqx.filter_jit(liquid.warmed_up)(samples, plasticity)


def _judged(liquid: Liquid, train: tuple, test: tuple, plasticity) -> tuple[float, float, float]:
    """Accuracy on the test series, mean rate in Hz and branching factor."""
    accuracy = float(np.mean(LiquidClassifier.fit(liquid, *train, plasticity).predict(test[0]) == test[1]))
    spikes = np.concatenate(list(liquid_spikes(liquid, test[0][:SHOWN], plasticity)))
    return accuracy, float(1_000 * spikes.mean()), branching_factor(spikes, liquid.connections())


def _of_counts(train: tuple, test: tuple) -> float:
    """Accuracy of a softmax of the numbers of input spikes, without a liquid."""
    counts = [shares(spikes.sum(axis=1)) for spikes, _ in (train, test)]
    mean, std = counts[0].mean(axis=0), counts[0].std(axis=0) + 1e-9
    weights = softmax_weights((counts[0] - mean) / std, train[1])
    return float(np.mean(most_likely((counts[1] - mean) / std, weights) == test[1]))


def _figure(found: dict[str, tuple[float, float, float]], budget: Budget) -> Figure:
    kinds = (("static", "size of the weights", budget["scales"]), ("gain", "gain of the astrocyte", budget["gains"]))
    panels = tuple(
        Panel(
            traces=(Line(x=np.array(values), y=np.array([found[f"{kind}_{value}"][i] for value in values])),),
            x=Axis(label=label),
            y=Axis(label=quantity),
            title=f"{'static' if kind == 'static' else 'plastic'} liquids",
        )
        for i, quantity in enumerate(("accuracy", "rate (Hz)", "branching factor"))
        for kind, label, values in kinds
    )
    caption = "Accuracy, mean rate and branching factor of liquids whose weights have one size, and of plastic ones."
    return Figure(name="liquids", title="Liquids", caption=caption, panels=panels, columns=2)
