"""The verdict on trained models, by kind of recording. Slow: about twenty minutes on two cores.

pytest -m slow tests/verdict/test_trained.py -s
"""

from collections import Counter

import pytest

import attrax
from attrax.measures import Outcome
from tests.verdict.recordings import CHAOTIC, HOPELESS, NOISES, chaotic, hopeless

DRAWS = 20


def word(x, seed, *, hidden=100, **train):
    # Standardised here and not in the job, so that one compiled program serves all draws.
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    settings = {"data": {"standardize": False}, "model": {"dynamics": {"hidden_dim": hidden}}, "train": train}
    fit = attrax.fit(x, seed=seed, settings=settings, quiet=True)
    print(f"seed {seed}: {fit.verdict}", flush=True)  # noqa: T201 - the table is what the command is for
    return fit.verdict.outcome


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOPELESS)
def test_nothing_is_reconstructed_where_there_is_nothing(kind):
    short = {"hidden": 50, "updates": 1_500, "candidates": 2}
    words = Counter(word(hopeless(kind, 2_000, i), i, **short) for i in range(DRAWS))
    print(f"TABLE {kind}: {dict(words)}", flush=True)  # noqa: T201
    assert words[Outcome.RECONSTRUCTED] == 0


@pytest.mark.slow
@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("kind", CHAOTIC)
def test_chaotic_systems_are_reconstructed(kind, noise):
    found = word(chaotic(kind, 20_000, noise, 0), 0)
    print(f"TABLE {kind} {noise:.0%}: {found}", flush=True)  # noqa: T201
    assert found is Outcome.RECONSTRUCTED
