"""What is taken out of the channels comes back, in their order, also after the end of the recording."""

import numpy as np
import pytest

from attrax import DataError
from attrax.data import Dataset, Series, embed
from attrax.data.embedding.delay_embedding import behind, newest
from attrax.data.phases.phase_channels import Phases
from attrax.data.phases.phase_kinds import Angle, ClockPhase, Wave

N, LAST = 900, 700
T = np.arange(N)
PSI = T / 50 + 0.3
PATH = np.cumsum(0.15 * np.sin(T / 17) + 0.08)
X = np.stack(
    [
        np.mod(np.degrees(PATH), 360.0),
        2 + 3 * np.cos(2 * np.pi * PSI),
        np.cos(PATH),
        PATH,
        7 * (PSI + 0.4),
        np.mod(24 * PSI, 24.0),
    ],
    axis=1,
)
NAMES = ("bearing", "force", "x", "theta", "t", "hour")
PHASES = Phases(
    (
        Angle("bearing", 360.0, 0.0),
        Wave("force", 50.0, 0.0, center=2.0, amplitude=3.0),
        Angle("theta"),
        ClockPhase("t", 50.0, 0.4, turn=7.0),
        ClockPhase("hour", 50.0, 0.0, turn=24.0, lowest=0.0),
    )
)


def recording(rows=N, **more):
    return Dataset((Series(X[:rows], channels=NAMES, **more),))


def test_the_model_gets_inputs_cosines_and_sines():
    (seen,) = PHASES.apply(recording(inputs=T[:, None] % 5.0))
    assert seen.channels == ("cos(bearing)", "sin(bearing)", "x", "cos(theta)", "sin(theta)")
    assert seen.input_channels == ("s0", "cos(force)", "sin(force)")
    np.testing.assert_allclose(
        seen.inputs[:, 1:], np.stack([np.cos(2 * np.pi * PSI), np.sin(2 * np.pi * PSI)], 1), atol=1e-9
    )
    np.testing.assert_allclose(seen.x[:, 3], np.cos(PATH))
    assert Phases.of(PHASES.entries) == PHASES


@pytest.mark.parametrize("lags", [(), (0, 4), (3, 1)])
def test_what_follows_comes_back_as_it_was_recorded(lags):
    (seen,) = PHASES.apply(recording(LAST))
    (truth,) = PHASES.apply(recording())
    if lags:
        seen = newest(embed(seen, lags)[10:], lags)
        assert seen.before.x[0, 3] == PATH[10 + max(lags)]
    row = len(seen) - 1
    back = PHASES.put_back(seen.before, seen.channels, truth.x[LAST:], row + 1 + np.arange(N - LAST))
    np.testing.assert_allclose(back, X[LAST:], atol=1e-6)


def test_gaps_come_back_where_they_were():
    mask = np.ones(X.shape, bool)
    mask[100:110] = False
    (seen,) = PHASES.apply(recording(mask=mask))
    assert (~seen.mask).sum() == 10 * 5
    (whole,) = PHASES.apply(recording())
    back = PHASES.put_back(seen.before, seen.channels, whole.x, T, X)
    np.testing.assert_allclose(back, X, atol=1e-6)
    assert behind(embed(seen, (0, 3)), (0, 3)).before.x.shape == (N, 6)


def test_reach_of_angles_and_drives():
    noisy = Series(X + 0.1 * np.random.default_rng(0).normal(size=X.shape) * [0, 1, 0, 0, 0, 0], channels=NAMES)
    (seen,) = PHASES.apply(Dataset((noisy,)))
    reach = PHASES.put_back_reach(noisy, seen.channels, seen.x, np.full(seen.x.shape, 0.1), 0.9)
    np.testing.assert_allclose(reach[:, 1], 0.1645, rtol=0.1)
    np.testing.assert_allclose(reach[:, 2], 0.1)
    assert (reach[:, 3] >= 0.1 - 1e-9).all()
    assert (reach[:, 0] <= 180).all()


def test_another_drive_is_refused():
    other = X.copy()
    other[:, 1] = 2 + 3 * np.cos(T / 5)
    with pytest.raises(DataError, match="D134"):
        PHASES.apply(Dataset((Series(other, channels=NAMES),)))
    with pytest.raises(DataError, match=r"D110[\s\S]*hour"):
        PHASES.apply(Dataset((Series(X[:, :5], channels=NAMES[:5]),)))
