import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from attrax import ConfigError, DataError, Interrupted, Reconstructor
from attrax.measures import Verdict

SHORT = {"data": {"force": True}, "train": {"candidates": 1, "chunk": 5}, "evaluate": {"horizon": 1, "starts": 2}}
TINY = {"updates": 5, "hidden_dim": 4, "window": 5, "restarts": 1, "settings": SHORT}


@pytest.mark.slow
@parametrize_with_checks([Reconstructor(**TINY)])
def test_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "name", [pytest.param("check_fit_idempotent", marks=pytest.mark.slow), "check_no_attributes_set_in_init"]
)
def test_checks_of_scikit_learn(name):
    getattr(estimator_checks, name)("Reconstructor", Reconstructor(**TINY))


@pytest.fixture(scope="module")
def x(henon):
    return henon(120)


@pytest.fixture(scope="module")
def fitted(x):
    return Reconstructor(**TINY).fit(x)


def test_errors_advise_in_arguments_of_the_estimator(x):
    with pytest.raises(DataError, match="D103") as failure:
        Reconstructor(**TINY).fit(np.column_stack([x, np.ones(len(x))]))
    assert failure.value.fix.startswith("settings={'data': {'drop': [")


def weights(reconstructor):
    return np.asarray(reconstructor.model_.dynamics.W1)


def test_a_clone_learns_the_same(x, fitted):
    copy = clone(fitted)
    assert not hasattr(copy, "model_")
    np.testing.assert_array_equal(weights(copy.fit(x)), weights(fitted))


def test_another_random_state_learns_another_model(x, fitted):
    assert (weights(Reconstructor(**TINY, random_state=1).fit(x)) != weights(fitted)).any()


def test_a_hidden_state_is_refused(x):
    with pytest.raises(ConfigError, match="C510"):
        Reconstructor(**TINY, random_state=np.random.RandomState(0)).fit(x)


def test_predictions_belong_to_the_next_row(x, fitted):
    ahead = fitted.predict(x)
    assert ahead.shape == x.shape
    np.testing.assert_allclose(ahead[7], fitted.forecast(x[:8], 1)[0], rtol=1e-5, atol=1e-6)


def test_the_score_is_the_explained_share_of_the_variance(x, fitted):
    expected = 1 - np.mean((fitted.predict(x)[:-1] - x[1:]) ** 2 / x.var(axis=0))
    assert fitted.score(x) == pytest.approx(expected)


def test_a_forecast_is_a_free_run(x, fitted):
    np.testing.assert_array_equal(fitted.forecast(x, 9), fitted.model_.simulate(x, 9).x)


def test_evaluation_gives_a_verdict(henon, fitted):
    assert isinstance(fitted.evaluate(henon(100, 0.2)).verdict, Verdict)


@pytest.mark.slow
def test_grid_search_over_time_splits(x):
    search = GridSearchCV(Reconstructor(**TINY), {"random_state": [0, 1]}, cv=TimeSeriesSplit(2)).fit(x)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.n_features_in_ == 2


@pytest.mark.slow
def test_grid_search_over_kinds_of_dynamics(x):
    tiny = Reconstructor(**{**TINY, "hidden_dim": None})
    search = GridSearchCV(tiny, {"dynamics": ["clipped", "gru"]}, cv=TimeSeriesSplit(2)).fit(x)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.config_.model.dynamics.kind == search.best_params_["dynamics"]


@pytest.mark.slow
def test_an_argument_wins_over_the_settings_and_both_over_the_preset(x):
    settings = {**SHORT, "train": {**SHORT["train"], "window": 6, "updates": 9}}
    given = {**TINY, "settings": settings, "preset": "paper"}
    config = Reconstructor(**given, observation="offset", forcing="sparse").fit(x).config_
    assert (config.train.window, config.train.updates, config.train.forcing.kind) == (5, 5, "sparse")
    assert (config.model.observation.kind, config.data.in_sample) == ("offset", True)


def test_groups_are_series_of_their_own(x):
    groups = np.repeat([0, 1, 0], 40)
    grouped = Reconstructor(**TINY).fit(x, groups=groups)
    assert [len(series) for series in grouped._recordings.train] == [40, 40, 40]
    np.testing.assert_array_equal(grouped._recordings.train[1].x, x[40:80])


@pytest.mark.slow
def test_a_list_of_recordings_is_a_series_each(x):
    several = Reconstructor(**TINY).fit([x[:50], x[50:]])
    assert [len(series) for series in several._recordings.train] == [50, 70]


def test_the_index_of_a_frame_tells_the_time_step(x):
    frame = pd.DataFrame(x, columns=["a", "b"], index=pd.date_range("2020-01-01", periods=120, freq="250ms"))
    fitted = Reconstructor(**TINY).fit([frame[:60], frame[60:]])
    assert (fitted.model_.dt, fitted._recordings.train[0].unit) == (0.25, "s")
    assert list(fitted.feature_names_in_) == ["a", "b"]


@pytest.mark.slow
def test_every_setting_can_be_searched(x):
    grid = {"train__learning_rate": [1e-3, 1e-2], "model__dynamics__hidden_dim": [3]}
    tiny = Reconstructor(**{**TINY, "hidden_dim": None})
    search = GridSearchCV(tiny, grid, cv=TimeSeriesSplit(2)).fit(x)
    assert search.best_estimator_.config_.train.learning_rate == search.best_params_["train__learning_rate"]
    assert search.best_estimator_.config_.model.dynamics.settings.hidden_dim == 3
    assert tiny.settings == SHORT
    with pytest.raises(ValueError, match="Invalid parameter"):
        tiny.set_params(trains__window=3)


@pytest.mark.slow
def test_masked_values_have_no_influence(x):
    mask = np.random.default_rng(0).random(x.shape) > 0.2
    one, other = (Reconstructor(**TINY).fit(np.where(mask, x, junk), mask=mask) for junk in (0.0, 1e6))
    np.testing.assert_array_equal(weights(one), weights(other))
    assert np.isfinite(weights(one)).all()


def test_inputs_drive_the_model(x):
    driven = Reconstructor(**TINY).fit(x, inputs=np.sin(np.arange(120))[:, None])
    assert driven.model_.dynamics.input_dim == 1


@pytest.mark.slow
def test_the_step_is_that_of_the_recording(x):
    assert Reconstructor(**TINY).fit(x, dt=0.25).model_.dt == 0.25


def test_three_rows_are_too_few(x):
    with pytest.raises(DataError, match="D104"):
        Reconstructor(**TINY).fit(x[:3])


@pytest.mark.slow
def test_the_number_of_latent_states_can_be_chosen(x):
    assert Reconstructor(**TINY, latent_dim=5).fit(x).model_.dynamics.latent_dim == 5


def test_a_stopped_run_ends_a_grid_search(x, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("attrax.runs.job.learn", stop)
    assert issubclass(Interrupted, KeyboardInterrupt)
    search = GridSearchCV(Reconstructor(**TINY), {"alpha": [0.1, 0.2]}, cv=TimeSeriesSplit(2), error_score=0.0)
    with pytest.raises(KeyboardInterrupt):
        search.fit(x)


def test_gaps_without_a_mask_are_told_of_it(x, fitted):
    gappy = x.copy()
    gappy[30, 1] = np.nan
    with pytest.raises(DataError, match=r"D101[\s\S]*row 30, column 1[\s\S]*mask=np.isfinite\(X\)"):
        Reconstructor(**TINY).fit(gappy)
    with pytest.raises(DataError, match="D101"):
        fitted.forecast(gappy, 3)
    Reconstructor(**TINY).fit(gappy, mask=np.isfinite(gappy))
