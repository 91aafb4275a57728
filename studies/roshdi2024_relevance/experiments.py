"""What forecasts rest on: the moving object of a video, and the driver of a driven system."""

import jax
import jax.numpy as jnp
import numpy as np

from attrax.analysis import channel_influence, forecast_parts
from attrax.campaigns import Budget, Measurement, Metric
from attrax.core import AbstractFlow, Scaling, TimeMap
from attrax.data import Dataset, Series
from attrax.models import LSTM, AffineObservation, ClippedShallowPLRNN, IdentityObservation, LinearStart, Model
from attrax.optimise import ExponentialDecay, Plan, fit, radam
from attrax.plots import Axis, Figure, Heatmap, Panel
from attrax.train import Generalized, TeacherForcing, WindowBatches

PIXELS, BLOCK = 16, 2
BLOCKS = PIXELS // BLOCK
AHEAD = 3


class Pair(AbstractFlow):
    """Two Lorenz systems; the first one drives the second one, $c (x_1 - x_2)$ in the equation of $x_2$."""

    coupling: float = 4.0
    dim = 6

    def rhs(self, t, z, s=None):
        """The right-hand side."""
        del t, s
        x, y, w, a, b, d = z
        drive = self.coupling * (x - a)
        first = (10 * (y - x), x * (28 - w) - y, x * y - 8 / 3 * w)
        return jnp.stack([*first, 10 * (b - a) + drive, a * (35 - d) - b, a * b - 8 / 3 * d])


def pedestrian(budget: Budget, key: int, *, lstm: bool) -> Measurement:
    """Relevance of the pixels of a video with one moving object, with block means as a transparent encoder."""
    centers, video = _video(budget["rows"], key)
    blocks = video.reshape(-1, BLOCKS, BLOCK, BLOCKS, BLOCK).mean(axis=(2, 4)).reshape(len(video), -1)
    k_net, k_seen, k_start = jax.random.split(jax.random.key(key), 3)
    size = blocks.shape[1]
    if lstm:
        network, seen = LSTM.create(2 * size, key=k_net), AffineObservation.create(size, 2 * size, key=k_seen)
    else:
        network, seen = ClippedShallowPLRNN.create(size, 60, key=k_net), IdentityObservation(size)
    start = LinearStart.create(seen, network.latent_dim, key=k_start)
    model = _trained(network, seen, start, blocks, budget["updates"], key)
    scores = {"model": [], "shuffled": []}
    residual, shown = 0.0, {}
    for row in np.linspace(20, len(blocks) - 20, budget["forecasts"]).astype(int):
        object_here = _disc(centers[row]) > 0.5
        for name, dynamics in (("model", model.dynamics), ("shuffled", _shuffled(model.dynamics, key))):
            found = forecast_parts(dynamics, model.observation, model.start, blocks[row : row + 1], AHEAD)
            # A block is the mean of its pixels, so each pixel has the gain of its block over the number of pixels.
            gain = np.kron(found.gains[-1, :, 0].reshape(size, BLOCKS, BLOCKS), np.ones((BLOCK, BLOCK)))
            relevance = np.abs(gain / BLOCK**2 * video[row]).sum(axis=0)
            scores[name].append(((relevance - relevance.mean()) / relevance.std())[object_here].mean())
            residual, shown[name] = max(residual, found.residual), relevance
    protocol = f"NSS/{budget['forecasts']} frames/{AHEAD} ahead/{PIXELS}x{PIXELS}"
    metrics = {
        "nss": Metric(float(np.mean(scores["model"])), None, protocol, "higher"),
        "nss_shuffled": Metric(float(np.mean(scores["shuffled"])), None, protocol, "lower"),
        "residual": Metric(residual, None, f"sum of parts/{AHEAD} ahead", "lower"),
    }
    return Measurement(metrics, figures=(_maps(video[row], shown),))


def wiring(budget: Budget, key: int) -> Measurement:
    """Influence of the driver on the driven system and back, in a model of both, and where there is no coupling."""
    rng = np.random.default_rng(key)
    with jax.enable_x64(True):
        step = jax.jit(TimeMap(Pair(), 0.02, rtol=1e-7, atol=1e-7).step)
        z = jnp.array([1.0, 1.0, 20.0, -1.0, 1.0, 20.0]) + rng.normal(size=6)
        _, orbit = jax.lax.scan(lambda z, _: (step(z),) * 2, z, length=budget["rows"] + 500)
    x = np.asarray(orbit[500:])
    x = (x - x.mean(axis=0)) / x.std(axis=0) + 0.01 * rng.normal(size=x.shape)
    apart = np.concatenate([x[:, :3], np.roll(x[:, 3:], len(x) // 2, axis=0)], axis=1)
    found = {name: _influences(data, budget, key) for name, data in (("coupled", x), ("apart", apart))}
    (forward, reverse), (no_forward, no_reverse) = found["coupled"], found["apart"]
    protocol = f"influence of groups/{budget['ahead']} steps of 0.02"
    values = {
        "forward": (forward, "higher"),
        "reverse": (reverse, "lower"),
        "forward_uncoupled": (no_forward, "lower"),
        "reverse_uncoupled": (no_reverse, "lower"),
        "forward_over_uncoupled": (forward / no_forward, "higher"),
        "reverse_over_uncoupled": (reverse / no_reverse, "lower"),
    }
    return Measurement({name: Metric(float(v), None, protocol, better) for name, (v, better) in values.items()})


def _influences(x: np.ndarray, budget: Budget, key: int) -> tuple[float, float]:
    """Influence of the first system on the second, and of the second on the first, in standard deviations."""
    seen = IdentityObservation(6)
    network = ClippedShallowPLRNN.create(6, budget["units"], key=jax.random.key(key))
    start = LinearStart.create(seen, 6, key=jax.random.key(key))
    model = _trained(network, seen, start, x, budget["updates"], key)
    rows = x[:: max(len(x) // budget["pairs"], 1), None]
    groups = np.array([0, 0, 0, 1, 1, 1])
    found = channel_influence(
        model.dynamics, seen, start, rows, budget["ahead"], groups=groups, shuffles=1, key=jax.random.key(key)
    )
    squared = found.matrix**2
    return float(np.sqrt(squared[3:, 0].mean())), float(np.sqrt(squared[:3, 1].mean()))


def _trained(network, seen, start, x: np.ndarray, updates: int, key: int) -> Model:
    names = tuple(f"x{i + 1}" for i in range(x.shape[1]))
    model = Model(network, seen, start, Scaling.identity(len(names)), names)
    batches = WindowBatches.cut(Dataset((Series(x.astype(np.float32), channels=names),)), length=25, size=32)
    plan = Plan(updates, ExponentialDecay(1e-2, 1e-4, updates), radam(1.0))
    return fit(model, TeacherForcing(Generalized(0.15)), batches, plan, key=jax.random.key(key)).model


def _shuffled(dynamics, key: int):
    """The same network with the entries of every weight matrix in random order."""
    k = jax.random.key(key)
    return jax.tree.map(lambda p: jax.random.permutation(k, p.ravel()).reshape(p.shape) if p.ndim > 1 else p, dynamics)


def _video(rows: int, key: int) -> tuple[np.ndarray, np.ndarray]:
    """The positions of a disc that bounces in a square, and the frames."""
    rng = np.random.default_rng(key)
    path = rng.uniform(3, 12, size=2) + np.arange(rows)[:, None] * rng.uniform(0.4, 0.8, size=2)
    centers = 3 + np.abs((path - 3) % 18 - 9)
    return centers, np.stack([_disc(center) for center in centers])


def _disc(center: np.ndarray) -> np.ndarray:
    grid = np.stack(np.meshgrid(np.arange(PIXELS), np.arange(PIXELS), indexing="ij"), axis=-1)
    return 1 / (1 + np.exp(3 * (np.linalg.norm(grid - center, axis=-1) - 2.2)))


def _maps(frame: np.ndarray, shown: dict[str, np.ndarray]) -> Figure:
    place = np.arange(float(PIXELS))
    panels = tuple(
        Panel(
            traces=(Heatmap(x=place, y=place, values=values),),
            x=Axis(label="pixel"),
            y=Axis(label="pixel"),
            title=title,
        )
        for title, values in (("frame", frame), *shown.items())
    )
    caption = f"A frame, and the relevance of its pixels for the forecast {AHEAD} frames ahead."
    return Figure(name="relevance", title="Relevance of pixels", caption=caption, panels=panels, columns=3)
