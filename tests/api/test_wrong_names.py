"""Names and arguments that do not exist: the error says which is meant."""

import numpy as np
import pytest

import attrax
from attrax.core import AbstractDynamics
from attrax.core.whole_numbers import whole_number
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.fit_arguments import check_callbacks, check_parts

X = np.zeros((50, 2))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("lyapunow_spectrum", "did you mean attrax.lyapunov_spectrum?"),
        ("simulate", "did you mean attrax.fit(data).simulate(n)?"),
        ("zzzz", "dir(attrax) lists all names"),
    ],
)
def test_a_name_that_does_not_exist(name, told):
    with pytest.raises(AttributeError, match="attrax has no name") as caught:
        getattr(attrax, name)
    assert told in str(caught.value)
    assert not hasattr(attrax, "__wrapped__")


@pytest.mark.parametrize(
    ("function", "given", "told"),
    [
        (attrax.fit, {"epochs": 10}, "write settings={'train': {'updates': 10}}"),
        (attrax.fit, {"fs": 250}, "write settings={'data': {'dt': '250Hz'}}"),
        (attrax.fit, {"dynamic": "gru"}, "write dynamics='gru'"),
        (attrax.load, {"sfreq": 250}, "write dt='250Hz'"),
        (attrax.load, {"zzzz": 1}, "its arguments are: source, channels"),
    ],
)
def test_an_argument_that_does_not_exist(function, given, told):
    with pytest.raises(TypeError, match="unexpected keyword") as caught:
        function(X, **given)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"dynamics": AbstractDynamics}, "it is a class; an object of it is needed"),
        ({"dynamics": len}, "it is no AbstractDynamics"),
        ({"forcing": 0.3}, "it is no AbstractForcing"),
        ({"loss": len}, "it is no AbstractObjective"),
    ],
)
def test_an_object_of_another_kind(given, told):
    with pytest.raises(attrax.ConfigError, match="C517") as caught:
        check_parts(given)
    assert caught.value.why == told


@pytest.mark.parametrize(
    ("callbacks", "fix"),
    [(3, "callbacks=[print]"), (print, "callbacks=[print]"), ([dict], "callbacks=[dict(...)]"), ([print, None], None)],
)
def test_callbacks_are_functions_in_a_list(callbacks, fix):
    with pytest.raises(attrax.ConfigError, match="C517") as caught:
        check_callbacks(callbacks)
    assert fix in (None, caught.value.fix)


@pytest.mark.parametrize(("n", "fix"), [("500", "n=500"), (2.0, "n=2"), (0, "n=1"), (None, "n=1"), ("many", "n=1")])
def test_a_number_of_steps_is_a_whole_number(n, fix):
    with pytest.raises(attrax.ConfigError, match="C531") as caught:
        whole_number(n, "n")
    assert caught.value.fix == fix


def test_settings_take_names_as_text_and_numbers_of_components():
    data = configure(overrides={"data": {"stack": "lat, lon", "var": "u", "drop": "constant", "pca": 3}}).data
    assert (data.stack, data.var, data.drop, data.pca) == (("lat", "lon"), ("u",), ("constant",), "3")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"updates": 5}, "did you mean 'train.updates'?"),
        ({"model": {"latent": 5}}, "did you mean 'model.latent_dim'?"),
    ],
)
def test_a_setting_in_another_section(settings, told):
    with pytest.raises(attrax.ConfigError, match="C501") as caught:
        attrax.fit(X, settings=settings)
    assert caught.value.fix == told


def test_a_dynamics_in_capital_letters():
    with pytest.raises(attrax.ConfigError, match="C505") as caught:
        attrax.fit(X, dynamics="GRU")
    assert caught.value.why.endswith("did you mean 'gru'?")


def test_what_is_no_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ecg.csv").write_text("1\n")
    (tmp_path / "runs" / "ecg").mkdir(parents=True)
    (tmp_path / "runs" / "ecg" / "run.json").write_text("{}")
    for path, told in {
        "ecg.csv": "attrax fit ecg.csv",
        "lorenz63": "attrax fit lorenz63",
        "runs/egc": "did you mean runs/ecg?",
        ".": "attrax report runs",
    }.items():
        with pytest.raises(attrax.RunError, match="R302") as caught:
            attrax.open_run(path)
        assert caught.value.fix.startswith(told)
