"""Persistence over radius and density: its stability, its convergence, and what it sees of attractors with outliers."""

import jax
import numpy as np

from attrax.campaigns import Budget, Measurement, Metric
from attrax.measures import TopologicalDistance, Topology, persistence_layers
from attrax.plots import Axis, Figure, Heatmap, Line, Panel
from attrax.systems import find, record

SIZES = (50, 100, 200, 400)
SIZES_OF_CHANGE = (0.003, 0.01, 0.03, 0.1, 0.3)
REACH, WIDE_REACH = 0.1, 0.2
LINES = (0.1, 0.4, 0.7, 1.0)
DENSEST = (0.1, 0.3, 0.5)
NEIGHBORHOOD = 0.05
ATTRACTORS = ("lorenz63", "rossler")


def stability(budget: Budget, key: int) -> Measurement:
    """How far the layers change if every radius and density is perturbed at random, next to the bound."""
    rng = np.random.default_rng(key)
    x = _ring(budget["perturbed"], rng)
    distances = np.linalg.norm(x[:, None] - x, axis=2)
    closest = np.sort(distances, axis=1)[:, : max(2, round(NEIGHBORHOOD * len(x)))]
    codensity = np.sqrt((closest**2).mean(axis=1))
    settings = {"offsets": np.quantile(codensity, LINES), "radii": np.linspace(0.05, 1.0, 20), "reach": REACH}
    before = persistence_layers(distances, codensity, **settings)
    shares = []
    for trial in range(budget["trials"]):
        size = SIZES_OF_CHANGE[trial % len(SIZES_OF_CHANGE)]
        change = np.triu(rng.uniform(-size, size, distances.shape), 1)
        # The radius at which two points meet is half their distance.
        moved = distances + 2 * (change + change.T), codensity + rng.uniform(-size, size, len(x))
        largest = np.abs(persistence_layers(*moved, **settings) - before).max()
        # The paper's values are twice as large, and so is its bound 2 / delta * min(delta, distance).
        shares.append(2 * largest / (2 / REACH * min(REACH, size)))
    protocol = f"layers/{len(x)} points/{budget['trials']} perturbations/{REACH}"
    metrics = {
        "violations": Metric(float(np.sum(np.array(shares) > 1 + 1e-9)), None, protocol, "lower"),
        "largest_share": Metric(float(max(shares)), None, protocol, "neither"),
    }
    return Measurement(metrics)


def convergence(budget: Budget, key: int) -> Measurement:
    """The largest difference between the layers of samples of the ring and those of a large sample."""
    rng = np.random.default_rng(key)
    large = _ring(budget["reference"], rng)
    truth = _topology(large, large, LINES, WIDE_REACH)
    sizes = [size for size in SIZES if size < len(large)]
    errors = np.empty((len(sizes), budget["clouds"]))
    for place in np.ndindex(errors.shape):
        sample = _ring(sizes[place[0]], rng)
        errors[place] = np.abs(_topology(sample, large, LINES, WIDE_REACH).layers - truth.layers).max()
    mean, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1)
    slope = np.polyfit(np.log(sizes), np.log(mean), 1)[0]
    protocol = f"layers/sup/{budget['reference']} points/{budget['clouds']} samples/{WIDE_REACH}"
    metrics = {
        f"error_{size}": Metric(error, deviation / np.sqrt(budget["clouds"]), protocol, "lower")
        for size, error, deviation in zip(sizes, mean, spread, strict=True)
    }
    metrics["slope"] = Metric(float(slope), None, protocol, "neither")
    return Measurement(metrics, figures=(_convergence_figure(np.array(sizes, float), mean),))


def outliers(budget: Budget, key: int, *, share: float) -> Measurement:
    """How many samples with outliers have the nearest clean sample of the same attractor."""
    rng = np.random.default_rng(key)
    recordings = {name: record(find(name), 6_000, key=jax.random.key(key))[0].x for name in ATTRACTORS}
    recordings = {name: (x - x.mean(axis=0)) / x.std(axis=0) for name, x in recordings.items()}
    samples = {
        (name, part): [_sample(x, budget["points"], part, rng) for _ in range(budget["clouds"])]
        for name, x in recordings.items()
        for part in (0.0, share)
    }
    reference = samples[ATTRACTORS[0], 0.0][0]
    found = {levels: _right(samples, reference, levels, share) for levels in (DENSEST, (1.0,))}
    protocol = f"nearest sample/{budget['points']} points/{2 * budget['clouds']} samples/{share} outliers"
    metrics = {
        "both": Metric(found[DENSEST], None, protocol, "higher"),
        "radius": Metric(found[(1.0,)], None, protocol, "higher"),
    }
    shown = {
        f"{name}, {title}": _topology(samples[name, part][0], reference, tuple(np.linspace(0.05, 1, 12)), REACH / 2)
        for name in ATTRACTORS
        for title, part in (("clean", 0.0), ("with outliers", share))
    }
    return Measurement(metrics, figures=(_loops_figure(shown),))


def _right(samples: dict, reference: np.ndarray, levels: tuple[float, ...], share: float) -> float:
    """The share of the samples with outliers whose nearest clean sample is of the same attractor."""
    layers = {
        place: [_topology(x, reference, levels, REACH / 2).layers for x in clouds] for place, clouds in samples.items()
    }
    clean = [(name, V) for name in ATTRACTORS for V in layers[name, 0.0]]
    nearest = [
        (name, min(clean, key=lambda other: np.abs(other[1] - V).sum())[0])
        for name in ATTRACTORS
        for V in layers[name, share]
    ]
    return float(np.mean([name == other for name, other in nearest]))


def _topology(x: np.ndarray, reference: np.ndarray, levels: tuple[float, ...], reach: float) -> Topology:
    """The layers of all points of a cloud."""
    measure = TopologicalDistance(landmarks=max(len(x), len(reference)), mass=NEIGHBORHOOD, levels=levels, reach=reach)
    return measure.topology(x, reference)


def _ring(n: int, rng: np.random.Generator) -> np.ndarray:
    """Points of a noisy ring, a tenth of them anywhere."""
    angle = rng.uniform(0, 2 * np.pi, n)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.08 * rng.normal(size=(n, 2))
    x[: n // 10] = rng.uniform(-1.3, 1.3, (n // 10, 2))
    return x


def _sample(x: np.ndarray, n: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Rows of a recording, a share of them replaced by points anywhere in its box."""
    chosen = x[rng.choice(len(x), n, replace=False)]
    k = round(share * n)
    chosen[:k] = rng.uniform(x.min(axis=0), x.max(axis=0), (k, x.shape[1]))
    return chosen


def _convergence_figure(sizes: np.ndarray, mean: np.ndarray) -> Figure:
    panel = Panel(
        traces=(Line(x=sizes, y=mean, name="samples of the ring"),),
        x=Axis(label="points", scale="log"),
        y=Axis(label="largest difference", scale="log"),
    )
    return Figure(name="error", title="Convergence", caption="Largest difference from a large sample.", panels=(panel,))


def _loops_figure(shown: dict[str, Topology]) -> Figure:
    panels = tuple(
        Panel(
            traces=(Heatmap(x=of.radii, y=np.arange(len(of.offsets)) / 11, values=of.counts[:, 1]),),
            x=Axis(label="radius"),
            y=Axis(label="line, from densest to all"),
            title=title,
        )
        for title, of in shown.items()
    )
    caption = "Number of loops at each radius, on lines that begin with the densest points and with all of them."
    return Figure(name="loops", title="Loops over radius and density", caption=caption, panels=panels, columns=2)
