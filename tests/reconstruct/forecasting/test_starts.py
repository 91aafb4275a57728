import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import Scaling
from attrax.core.errors import ConfigError
from attrax.data import Series
from attrax.models import FreeDiagonal, IdentityObservation, LinearStart, Model, ShallowPLRNN
from attrax.reconstruct.forecasting.forecast import continue_recording
from attrax.reconstruct.forecasting.forecast_start import check_start
from attrax.reconstruct.settings.configuration import configure

CONFIG = configure(overrides={"data": {"phases": ("none",)}}).complete(1)
STEP = 0.3


def model(rate=1.0, *, inputs=0):
    """One channel that follows a hidden state, z -> (rate z_2, -rate z_1) turned by a small angle."""
    turn = np.array([[np.cos(STEP), np.sin(STEP)], [-np.sin(STEP), np.cos(STEP)]]) * rate
    # Two units that are never below 0 are linear; the diagonal holds nothing.
    W1 = jnp.asarray(turn, jnp.float32)
    f = ShallowPLRNN(
        FreeDiagonal(jnp.zeros(2)), W1, jnp.eye(2), -100 * W1.sum(axis=1), jnp.full(2, 100.0), jnp.ones((2, inputs))
    )
    start = LinearStart(jnp.zeros((1, 1)))
    return Model(f, IdentityObservation(1), start, Scaling((0.0,), (1.0,)), ("x",))


def turning(n):
    return np.sin(STEP * np.arange(n))[:, None]


def test_a_hidden_state_is_inferred_from_several_rows():
    x, ahead = turning(130)[:100], turning(130)[100:]
    found = {name: continue_recording(model(), CONFIG, Series(x), 30, start=name) for name in ("last-row", "inferred")}
    errors = {name: np.sqrt(np.mean((run.simulation.x - ahead) ** 2)) for name, run in found.items()}
    assert errors["inferred"] < 0.2 * errors["last-row"]


def test_missing_values_count_for_nothing():
    x, gappy = turning(100), turning(100)
    gappy[[85, 92, 99]] = 50.0
    mask = np.ones((100, 1), bool)
    mask[[85, 92, 99]] = False
    found = continue_recording(model(), CONFIG, Series(gappy, mask=mask), 20, start="inferred")
    whole = continue_recording(model(), CONFIG, Series(x), 20, start="inferred")
    assert np.abs(found.simulation.x - whole.simulation.x).max() < 0.2


def test_inputs_of_the_known_rows_are_used():
    x = turning(60)
    driven = model(inputs=1)
    runs = [
        continue_recording(
            driven, CONFIG, Series(x, inputs=np.full((60, 1), size)), 5, inputs=np.zeros((5, 1)), start="inferred"
        )
        for size in (0.0, 0.3)
    ]
    assert np.abs(runs[0].simulation.x - runs[1].simulation.x).max() > 1e-3


def test_a_recording_of_one_row_can_be_continued():
    found = continue_recording(model(), CONFIG, Series(np.ones((1, 1))), 5, start="inferred")
    assert np.isfinite(found.simulation.x).all()


def test_a_model_that_diverges_within_the_window_is_told():
    with pytest.raises(ConfigError) as caught:
        continue_recording(model(1e4), CONFIG, Series(turning(60)), 5, start="inferred")
    assert caught.value.code == "C650"
    assert caught.value.fix == "--start last-row"


def test_an_unknown_start_is_told_the_nearest_one():
    with pytest.raises(ConfigError) as caught:
        continue_recording(model(), CONFIG, Series(turning(60)), 5, start="infered")
    assert (caught.value.code, caught.value.fix) == ("C512", "--start inferred")


def test_intervals_belong_to_the_usual_start():
    check_start("last-row", 0.9)
    check_start("inferred", None)
    with pytest.raises(ConfigError) as caught:
        check_start("inferred", 0.9)
    assert caught.value.code == "C651"
