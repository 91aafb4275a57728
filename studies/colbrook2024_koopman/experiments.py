"""Koopman spectra of the undamped Duffing oscillator, of a mixing map, and of the Lorenz system and a model of it."""

import jax
import numpy as np

from attrax import fit, koopman_spectrum
from attrax.campaigns import Budget, Measurement, Metric
from attrax.plots import koopman_figure

STEP, LEAPS = 0.3, 60
ENERGY = 1.0
LORENZ_EVERY, LORENZ_FUNCTIONS = 16, 150


def duffing(budget: Budget, key: int, *, functions: int) -> Measurement:
    """Spectra from pairs of states that are spread evenly over all states up to an energy, which the flow preserves."""
    x = _states(budget["pairs"], np.random.default_rng(key))
    found = koopman_spectrum(
        np.stack([x, _advanced(x)], axis=1),
        functions=functions,
        spacing=budget["spacing"],
        key=jax.random.key(key),
    )
    protocol = f"radial/{budget['pairs']} pairs/grid {budget['spacing']}"
    off_circle = np.abs(1 - np.abs(found.verified))
    metrics = {
        "edmd_worst": Metric(found.residuals.max(), None, protocol, "neither"),
        "edmd_inside": Metric((np.abs(found.eigenvalues) < 0.9).mean(), None, protocol, "neither"),
        "spurious": Metric(found.spurious.mean(), None, protocol, "neither"),
        "verified": Metric(float(len(found.verified)), None, protocol, "higher"),
        "error_bound": Metric(found.error_bound, None, protocol, "lower"),
        "beyond_bound": Metric(max(0.0, (off_circle - found.verified_residuals - 1e-9).max()), None, protocol, "lower"),
    }
    title = f"Duffing oscillator, {functions} functions"
    return Measurement(metrics, figures=(koopman_figure({title: found}),))


def logistic(budget: Budget, key: int) -> Measurement:
    """Polynomials of the logistic map at r = 4, from states drawn from its invariant density."""
    x = np.sin(np.pi / 2 * np.random.default_rng(key).uniform(size=budget["rows"])) ** 2
    pairs = np.stack([x, 4 * x * (1 - x)], axis=1)[..., None]
    found = koopman_spectrum(
        pairs, dictionary="polynomial", functions=17, spacing=budget["spacing"], key=jax.random.key(key)
    )
    protocol = f"polynomial 17/{budget['rows']} pairs/grid {budget['spacing']}"
    metrics = {
        "verified": Metric(float(len(found.verified)), None, protocol, "neither"),
        "edmd_best_other": Metric(found.residuals[1], None, protocol, "neither"),
    }
    return Measurement(metrics, figures=(koopman_figure({"logistic map, r = 4": found}),))


def lorenz(budget: Budget, key: int) -> Measurement:
    """The spectrum of a recording; and the residuals that a model and a surrogate have at its verified numbers."""
    made = fit(
        "lorenz63",
        settings={
            "data": {"steps": budget["rows"], "noise": 0.0},
            "train": {"updates": budget["updates"], "restarts": 2},
        },
        seed=10 * key,
        quiet=True,
    )
    x = made.recordings.train.longest.x.astype(float)
    free = made.model.simulate(x[:100], len(x) + 1_000).x[1_000:]
    recordings = {"recording": x, "model": free, "surrogate": _surrogate(x, np.random.default_rng(key))}
    found = {
        name: koopman_spectrum(
            one,
            functions=LORENZ_FUNCTIONS,
            every=LORENZ_EVERY,
            dt=made.model.dt,
            spacing=budget["spacing"],
            key=jax.random.key(key),
        )
        for name, one in recordings.items()
    }
    of_data = found["recording"]
    protocol = f"radial {LORENZ_FUNCTIONS}/{len(x)} rows, every {LORENZ_EVERY}/grid {budget['spacing']}"
    metrics = {
        "verified": Metric(float(len(of_data.verified)), None, protocol, "higher"),
        "error_bound": Metric(of_data.error_bound, None, protocol, "lower"),
        "edmd_worst": Metric(of_data.residuals.max(), None, protocol, "neither"),
        "spurious": Metric(of_data.spurious.mean(), None, protocol, "neither"),
        "model_residual": Metric(found["model"].least_residuals(of_data.verified).max(), None, protocol, "lower"),
        "surrogate_residual": Metric(
            found["surrogate"].least_residuals(of_data.verified).max(), None, protocol, "neither"
        ),
    }
    return Measurement(metrics, figures=(koopman_figure(found),))


def _states(n: int, rng: np.random.Generator) -> np.ndarray:
    """States of the oscillator with energy up to `ENERGY`, evenly distributed."""
    q, p = rng.uniform(-2, 2, (2, 4 * n))
    below = p**2 / 2 - q**2 / 2 + q**4 / 4 <= ENERGY
    return np.stack([q, p], axis=1)[below][:n]


def _advanced(x: np.ndarray) -> np.ndarray:
    """The states after one step of q'' = q - q³, by the leapfrog method, which preserves areas."""
    q, p = x.T
    h = STEP / LEAPS
    for _ in range(LEAPS):
        p = p + h / 2 * (q - q**3)
        q = q + h * p
        p = p + h / 2 * (q - q**3)
    return np.stack([q, p], axis=1)


def _surrogate(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A recording with the same power and cross spectra, and random phases."""
    spectrum = np.fft.rfft(x, axis=0)
    phases = np.exp(2j * np.pi * rng.uniform(size=(len(spectrum), 1)))
    phases[0] = 1
    return np.fft.irfft(spectrum * phases, len(x), axis=0)
