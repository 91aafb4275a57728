r"""The Lorenz attractor from nothing but counts.

Twenty counters, such as spike trains binned in time, fire with rates $\exp(b + B u)$ that follow the standardised state
u of a hidden Lorenz-63 system. A row holds one or two counts a channel, and many none. attrax learns from the counts
alone. Afterwards its latent states are mapped to the hidden ones by the one linear map that no recording can determine,
fitted on the training rows.

    python examples/lorenz_from_counts.py
    python examples/lorenz_from_counts.py --updates 500   # to see that it runs

Everything is compared with a second recording of the hidden states: the states read from its counts, the free run, the
first recording (the floor), and the free run of a model that learned from the hidden states themselves, with 5 % of
Gaussian noise.
"""

import argparse

import jax
import numpy as np

import attrax
from attrax.measures import SpectrumDistance, StateSpaceDivergence

ROWS, COUNTERS = 10_000, 20
UNREAD = 100  # first rows, whose states are read from incomplete windows


def counts_of(u: np.ndarray, loadings: np.ndarray, seed: int) -> np.ndarray:
    """Poisson counts, one on average in the mean state."""
    return np.random.default_rng(seed).poisson(np.exp(u @ loadings.T)).astype(float)


def with_ones(z: np.ndarray) -> np.ndarray:
    """States with a column for the offset of a linear map."""
    return np.column_stack([z, np.ones(len(z))])


def free_states(model: attrax.models.Model, z: np.ndarray) -> np.ndarray:
    """A free run of the latent states as long as the recording, behind a quarter of it as transient."""
    run = attrax.rollout(model.dynamics, jax.numpy.asarray(z, jax.numpy.float32), ROWS + ROWS // 4)
    return np.asarray(run.z, np.float64)[ROWS // 4 :]


def main() -> None:
    """Record, learn, compare."""
    options = argparse.ArgumentParser(description="The Lorenz attractor from counts.")
    options.add_argument("--updates", type=int, default=12_000, help="parameter updates of both models")
    updates = options.parse_args().updates

    lorenz = attrax.systems.find("lorenz63")
    recorded = [attrax.systems.record(lorenz, ROWS, dt=0.01, key=jax.random.key(seed))[0].x for seed in (0, 1)]
    mean, std = recorded[0].mean(axis=0), recorded[0].std(axis=0)
    first, second = ((u - mean) / std for u in recorded)
    loadings = np.random.default_rng(5).normal(scale=0.5, size=(COUNTERS, 3))
    train, test = counts_of(first, loadings, 0), counts_of(second, loadings, 1)

    learning = {"updates": updates, "window": 100, "alpha": 0.1}
    few = {"starts": 4}  # the distances of counts in twenty channels take longest
    settings = {"model": {"observation": "poisson", "latent_dim": 3}, "train": learning, "evaluate": few}
    fit = attrax.reconstruct(train, test=test, settings=settings)
    model = fit.model
    z, z_test = (model.states(x) for x in (train, test))
    to_hidden = np.linalg.lstsq(with_ones(z[UNREAD:]), first[UNREAD:])[0]
    run = free_states(model, z_test[-1])

    noise = 0.05 * np.random.default_rng(2).normal(size=(2, *first.shape))
    settings = {"train": learning, "evaluate": few}
    plain = attrax.reconstruct(first + noise[0], test=second + noise[1], settings=settings, quiet=True).model
    plain_run = plain.simulate(second, ROWS + ROWS // 4).x[ROWS // 4 :]

    read = with_ones(z_test) @ to_hidden
    explained = 1 - ((read - second)[UNREAD:] ** 2).mean(axis=0) / second[UNREAD:].var(axis=0)
    rates, true_rates = np.asarray(model.observation.observe(run)), np.exp(second @ loadings.T)
    print(fit.verdict)
    print(f"variance of the hidden states explained by states read from counts: {explained.round(3)}")
    print(f"{'compared with a second recording':40}{'D_stsp':>8}{'D_H':>8}")
    rows = {
        "free run, learned from counts": with_ones(run) @ to_hidden,
        "free run, learned from Gaussian data": plain_run,
        "states read from counts": read,
        "first recording (floor)": first,
    }
    for name, states in rows.items():
        values = [m(second, states, key=0).value for m in (StateSpaceDivergence(bins=20), SpectrumDistance.gtf2023())]
        print(f"{name:40}{values[0]:8.3f}{values[1]:8.3f}")
    for name, statistic in (("mean", np.mean), ("standard deviation", np.std)):
        ours, true = (statistic(r, axis=0) for r in (rates, true_rates))
        print(f"{name} of the rates: free run over truth {np.min(ours / true):.2f} to {np.max(ours / true):.2f}")


if __name__ == "__main__":
    main()
