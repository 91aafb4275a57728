r"""The Lorenz attractor from nothing but counts.

Twenty counters, such as spike trains binned in time, fire with rates $\exp(b + B u)$ that follow the standardised state
u of a hidden Lorenz-63 system. A row holds one or two counts a channel, and many none. attrax learns from the counts
alone. Afterwards its latent states are mapped to the hidden ones by the one linear map that no recording can determine,
fitted on the training rows.

    python examples/lorenz_from_counts.py --seeds 3
    python examples/lorenz_from_counts.py --updates 500   # to see that it runs

Everything is compared with a second recording of the hidden states: the states read from its counts, the free run, the
first recording (the floor), and the free run of a model that learned from the hidden states themselves, with 5 % of
Gaussian noise. Medians over three seeds, four to six minutes a seed on one core:

                                           D_stsp     D_H  lambda
    free run, learned from counts           1.385   0.080   0.824
    free run, learned from Gaussian data    0.493   0.057   0.844
    states read from counts                 0.291   0.038
    first recording (floor)                 0.874   0.075   0.906
"""

import argparse

import jax
import jax.numpy as jnp
import numpy as np

import attrax
from attrax.measures import SpectrumDistance, StateSpaceDivergence

ROWS, JUDGED, COUNTERS, DT = 50_000, 10_000, 20, 0.01
RESTARTS = 2
TRUE_EXPONENT = 0.906  # of Lorenz-63 with its usual parameters, per unit of time
UNREAD = 100  # first rows, whose states are read from incomplete windows
MEASURES = StateSpaceDivergence(bins=20), SpectrumDistance.gtf2023()


def counts_of(u: np.ndarray, loadings: np.ndarray, seed: int) -> np.ndarray:
    """Poisson counts, one on average in the mean state."""
    return np.random.default_rng(seed).poisson(np.exp(u @ loadings.T)).astype(float)


def with_ones(z: np.ndarray) -> np.ndarray:
    """States with a column for the offset of a linear map."""
    return np.column_stack([z, np.ones(len(z))])


def free_states(model: attrax.models.Model, z: np.ndarray) -> np.ndarray:
    """A free run of the latent states as long as what is judged, behind a quarter of it as transient."""
    run = attrax.rollout(model.dynamics, jnp.asarray(z, jnp.float32), JUDGED + JUDGED // 4)
    return np.asarray(run.z, np.float64)[JUDGED // 4 :]


def exponent(model: attrax.models.Model, z: np.ndarray) -> float:
    """The largest Lyapunov exponent per unit of time."""
    return float(attrax.lyapunov_spectrum(model.dynamics, jnp.asarray(z, jnp.float32), 20_000).exponents[0] / DT)


def scores(second: np.ndarray, states: np.ndarray, largest: float = np.nan) -> list[float]:
    """D_stsp, D_H and the exponent, if there is one; no finite number of what diverged."""
    found = [m(second, states, key=0).value if np.isfinite(states).all() else np.inf for m in MEASURES]
    return [*found, largest]


def compare(seed: int, updates: int) -> dict[str, list[float]]:
    """Learn from counts and from hidden states, and score both."""
    lorenz = attrax.systems.find("lorenz63")
    recorded = [attrax.systems.record(lorenz, ROWS, dt=DT, key=jax.random.key(k))[0].x for k in (0, 1)]
    mean, std = recorded[0].mean(axis=0), recorded[0].std(axis=0)
    first, second = ((u - mean) / std for u in recorded)
    second = second[:JUDGED]
    loadings = np.random.default_rng(5).normal(scale=0.5, size=(COUNTERS, 3))
    train, test = counts_of(first, loadings, 0), counts_of(second, loadings, 1)

    learning = {"updates": updates, "window": 100, "alpha": 0.1, "restarts": RESTARTS}
    few = {"starts": 2}  # the distances of counts in twenty channels take longest
    model = {"observation": {"kind": "poisson"}, "latent_dim": 3}
    settings = {"model": model, "train": learning, "evaluate": few}
    # Restarts have consecutive seeds: those of different seeds here have none in common.
    model = attrax.fit(train, test=test, seed=RESTARTS * seed, settings=settings, quiet=True).model
    z, z_test = (model.states(x) for x in (train, test))
    to_hidden = np.linalg.lstsq(with_ones(z[UNREAD:]), first[UNREAD:])[0]
    run, read = free_states(model, z_test[-1]), with_ones(z_test) @ to_hidden

    noise = [0.05 * np.random.default_rng((2, k)).normal(size=u.shape) for k, u in enumerate((first, second))]
    data = first + noise[0], second + noise[1]
    settings = {"train": learning, "evaluate": few}
    plain = attrax.fit(data[0], test=data[1], seed=RESTARTS * seed, settings=settings, quiet=True).model
    plain_run = plain.simulate(data[1], JUDGED + JUDGED // 4).x[JUDGED // 4 :]

    explained = 1 - ((read - second)[UNREAD:] ** 2).mean(axis=0) / second[UNREAD:].var(axis=0)
    print(f"seed {seed}: states read from counts explain {explained.round(3)} of the variance", flush=True)
    return {
        "free run, learned from counts": scores(second, with_ones(run) @ to_hidden, exponent(model, z_test[-1])),
        "free run, learned from Gaussian data": scores(
            second, plain_run, exponent(plain, np.asarray(plain.states(data[1])[-1]))
        ),
        "states read from counts": scores(second[UNREAD:], read[UNREAD:]),
        "first recording (floor)": scores(second, first[:JUDGED], TRUE_EXPONENT),
    }


def show(title: str, rows: dict[str, list[float]]) -> None:
    """A table."""
    print(f"{title:40}{'D_stsp':>8}{'D_H':>8}{'lambda':>8}")
    for name, values in rows.items():
        print(f"{name:40}" + "".join(f"{value:8.3f}" for value in values), flush=True)


def main() -> None:
    """Record, learn, compare, for several seeds."""
    options = argparse.ArgumentParser(description="The Lorenz attractor from counts.")
    options.add_argument("--updates", type=int, default=20_000, help="parameter updates of both models")
    options.add_argument("--seeds", type=int, default=1, help="number of seeds of the models")
    chosen = options.parse_args()
    found = []
    for seed in range(chosen.seeds):
        found.append(compare(seed, chosen.updates))
        show(f"seed {seed}", found[-1])
    show(
        f"medians over {chosen.seeds} seeds",
        {name: np.median([f[name] for f in found], axis=0).tolist() for name in found[0]},
    )


if __name__ == "__main__":
    main()
