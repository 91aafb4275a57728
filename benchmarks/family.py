"""Section `family`: loss and gradient of every dynamics at its default size, against automatic differentiation.

The reference is `lax.scan` over the same map, differentiated by JAX, as a user could write it in twenty lines.
As in training, many steps of descent are one call of compiled code, so that calling from Python is not measured.
"""

import time
from collections.abc import Callable, Iterator

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax.core.scaling import Scaling
from attrax.core.scan import AbstractScan
from attrax.core.scans.stored import Stored
from attrax.data.series import Series
from attrax.kernels.processors import processors
from attrax.models import Model
from attrax.reconstruct.learning.build import build_model, choose_scan
from attrax.reconstruct.settings.configuration import configure
from attrax.registries import DYNAMICS, SCANS
from attrax.train import Batch, Generalized, TeacherForcing
from benchmarks.interleave import Spread, interleave, ratios
from benchmarks.options import Options
from benchmarks.row import Row

SECTION = "family"
REFERENCE, OURS, GENERAL = "plain scan", "attrax", "attrax, general path"
CHANNELS, LENGTH, WINDOWS = 3, 75, 16
STEPS, RATE = 50, 1e-6
QUICK = ("vanilla", "gru")
LARGEST_DEVIATION = 1e-4
"""Of a gradient in single precision, as a share of its largest entry."""


def rows(options: Options) -> Iterator[Row]:
    """Measure every dynamics; the ratio says how many times as long as attrax a way takes."""
    for name in QUICK if options.quick else DYNAMICS.names:
        yield from _race(name, options)


def _race(name: str, options: Options) -> Iterator[Row]:
    config = configure(overrides={"model": {"dynamics": {"kind": name}}}).complete(CHANNELS)
    x = np.random.default_rng(0).standard_normal((WINDOWS * LENGTH, CHANNELS)).astype(np.float32)
    model = build_model(config, Series(x), Scaling.identity(CHANNELS), key=jax.random.key(0))
    batch = Batch(jnp.asarray(x.reshape(WINDOWS, LENGTH, CHANNELS)), None, None)
    chosen = choose_scan(config, gaps=False, obs_dim=CHANNELS).scan
    general = SCANS.spec(DYNAMICS.spec(name).scan).implementation()
    scans: dict[str, AbstractScan] = {REFERENCE: Stored(), OURS: chosen, GENERAL: general}
    functions = {way: _gradient(scan) for way, scan in scans.items()}
    found = {way: jax.tree.leaves(eqx.filter_jit(f)(model, batch)) for way, f in functions.items()}
    turns = {way: _turn(_descent(f), model, batch, options.seconds) for way, f in functions.items()}
    times = interleave(turns, options.rounds)
    what = f"{name} (N{CHANNELS} M{config.model.latent_dim} T{LENGTH} B{WINDOWS})"
    for way, measured in times.items():
        apart = _deviation(found[way], found[REFERENCE])
        yield Row(
            SECTION,
            what,
            way,
            f"{processors()} threads",
            "ms/gradient",
            Spread.of(measured),
            ratios(measured, times[OURS]),
            f"{type(scans[way]).__name__}; gradient differs by {apart:.0e}",
            failed=apart > LARGEST_DEVIATION,
        )


def _gradient(scan: AbstractScan) -> Callable[[Model, Batch], Model]:
    loss = TeacherForcing(Generalized(0.125), scan)

    @eqx.filter_grad
    def gradient(model: Model, batch: Batch) -> jax.Array:
        return loss(model, batch, loss.init(), jax.random.key(0))[0]

    return gradient


def _descent(gradient: Callable[[Model, Batch], Model]) -> Callable[[Model, Batch], Model]:
    """`STEPS` steps of descent, each with another gradient."""

    @eqx.filter_jit
    def descent(model: Model, batch: Batch) -> Model:
        weights, rest = eqx.partition(model, eqx.is_inexact_array)

        def step(_: jax.Array, weights: Model) -> Model:
            found = gradient(eqx.combine(weights, rest), batch)
            return jax.tree.map(lambda weight, slope: weight - RATE * slope, weights, found)

        return jax.lax.fori_loop(0, STEPS, step, weights)

    return descent


def _turn(f: Callable[[Model, Batch], Model], model: Model, batch: Batch, seconds: float) -> Callable[[], float]:
    """A function that calls `f` for about `seconds` and returns the milliseconds of one step of descent."""

    def timed(calls: int) -> float:
        began = time.perf_counter()
        jax.block_until_ready([f(model, batch) for _ in range(calls)])
        return time.perf_counter() - began

    timed(1)  # compiles
    calls = max(1, round(seconds / max(timed(1), 1e-4)))
    return lambda: 1e3 * timed(calls) / (calls * STEPS)


def _deviation(gradient: list[jax.Array], reference: list[jax.Array]) -> float:
    pairs = zip(gradient, reference, strict=True)
    return max(float(jnp.abs(a - b).max() / jnp.abs(b).max(initial=1e-30)) for a, b in pairs if b.size)
