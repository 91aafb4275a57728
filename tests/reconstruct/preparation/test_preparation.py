import json
import re

import numpy as np
import pytest

import attrax
from attrax import ConfigError, DataError
from attrax.reading import load_raw
from attrax.reconstruct.preparation.preparation import prepare
from attrax.reconstruct.preparation.recordings import load_recordings, read_recording, source_as_trained
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.folder import start_run

SLOW = np.sin(2 * np.pi * np.arange(600) / 150)


def config(train=None, **data):
    return configure(overrides={"data": data, "train": {"window": 10, **(train or {})}})


def test_what_was_found_and_done_is_kept(henon):
    x = np.column_stack([henon(500), np.full(500, 7.0)])
    x[100:103, 0] = np.nan
    found, done, notices = (
        getattr(prepare(config(missing="interpolate", drop=["constant"]), load_raw(x)).preparation, name)
        for name in ("found", "done", "notices")
    )
    assert found["recording"]["missing"] == {"x0": {"values": 3, "longest_gap": 3}}
    assert found["recording"]["constant"] == ["x2"]
    assert found["recording"]["rows"] == [500]
    assert done == {"recording": ("drop constant: 'x2'", "interpolate: 3 missing values filled")}
    assert notices == ()


def test_repairs_come_before_the_delay_embedding(henon):
    x = henon(500)[:, 0]
    x[100] = np.nan
    train, _, _ = prepare(config(missing="interpolate", lags=[0, 1]), load_raw(x))
    assert train[0].mask is None


def test_pieces_hold_a_window_unless_told_otherwise(henon):
    x = henon(500)[:, :1]
    x[[8, 250]] = np.nan
    train, _, _ = prepare(config(missing="split"), load_raw(x))
    assert len(train) == 2
    train, _, _ = prepare(config(missing="split", min_length=5), load_raw(x))
    assert len(train[0]) == 8


def test_the_test_recording_is_repaired_in_the_same_way(henon):
    parts = [load_raw(henon(400, x0)) for x0 in (0.1, 0.2)]
    train, test, preparation = prepare(config(every=2), *parts)
    assert (len(train[0]), len(test[0]), train[0].dt, test[0].dt) == (200, 200, 2.0, 2.0)
    assert set(preparation.done) == {"recording", "test"}


def test_recordings_of_different_steps_are_not_compared(henon):
    with pytest.raises(DataError, match=r"D106[\s\S]*different time steps"):
        prepare(config(), attrax.load(henon(400), dt=0.1), attrax.load(henon(400, 0.2), dt=0.2))


def test_a_short_recording_needs_force():
    with pytest.raises(DataError, match=r"D104[\s\S]*4 periods[\s\S]*--force"):
        prepare(config(), load_raw(SLOW))
    preparation = prepare(config(force=True), load_raw(SLOW)).preparation
    assert preparation.caution.startswith("DATA TOO SHORT, forced")
    assert preparation.caution in preparation.notices[-1]


def test_force_says_nothing_of_a_long_recording(henon):
    assert prepare(config(force=True), load_raw(henon(500))).preparation.caution == ""


@pytest.mark.parametrize(("window", "horizon"), [(75, 20), (23, 6), (7, 20), (40, 1)])
def test_the_rows_needed_are_enough_and_few_less_are_not(henon, window, horizon):
    settings = {"evaluate": {"horizon": horizon}, "train": {"window": window}, "data": {"force": True}}
    short = configure(overrides=settings)
    with pytest.raises(DataError, match="D104") as caught:
        prepare(short, load_raw(henon(5)))
    needed = int(re.findall(r"needed are (\d+)", caught.value.where)[0])
    prepare(short, load_raw(henon(needed)))
    with pytest.raises(DataError, match="D104"):
        prepare(short, load_raw(henon(needed - 3)))


def test_what_is_too_short_by_far_can_only_be_recorded(henon):
    with pytest.raises(DataError, match=r"3 rows, needed are 198[\s\S]*fix +record at least 198 rows"):
        prepare(configure(), load_raw(henon(3)))


def test_a_run_repeats_its_repairs(tmp_path, henon):
    x = henon(600)
    rows = np.r_[0:300, 299, 301:600]
    lines = [f"{0.01 * r:.6g},{a:.9g},{b:.9g}" for r, (a, b) in zip(rows, x[rows], strict=True)]
    (tmp_path / "a.csv").write_text("\n".join(["time (s),x,y", *lines]) + "\n")
    mending = {"duplicates": "first", "resample": "10ms", "detrend": ["y"]}
    first = config(source=[str(tmp_path / "a.csv")], **mending)
    recordings = load_recordings(first)
    run = start_run(tmp_path / "run", first, recordings)
    told = json.loads((run.path / "data.json").read_text())
    assert [sentence.split(":")[0] for sentence in told["done"]["recording"]] == ["duplicates", "resample", "detrend"]
    assert told["found"]["recording"]["steps_off_by_more_than_1_percent"] == 2
    assert told["found"]["recording"]["step"] == "10ms"
    again = configure(file=run.path / "config.toml")
    assert again == first
    assert load_recordings(again).hashes() == run.info["data"] == recordings.hashes()
    own = read_recording(again, None, {})
    assert source_as_trained(again, None, own, ("x", "y")).longest.x.shape == (600, 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"every": 0}, "C555"),
        ({"min_length": -1}, "C555"),
        ({"duplicates": "last"}, "C505"),
        ({"missing": "guess"}, "C505"),
        ({"dt": -1}, "C541"),
        ({"sep": "ab"}, "C548"),
    ],
)
def test_impossible_options_are_refused(data, code):
    with pytest.raises(ConfigError, match=code):
        config(**data)


@pytest.mark.slow
def test_hidden_values_are_missing_in_training_and_judged_in_full():
    config = configure(overrides={"data": {"source": ["lorenz63"], "steps": 3000, "hide": 0.5, "hide_length": 20}})
    train, test, preparation = load_recordings(config)
    assert abs(train[0].mask.mean() - 0.5) < 0.01
    assert "50 % of the values trained on are hidden on purpose, 20 rows in a piece" in preparation.notices
    assert test[0].mask is None


def test_a_ring_comes_in_the_size_that_is_asked_for():
    config = configure(overrides={"data": {"source": ["lorenz96"], "steps": 3000, "size": 10}})
    assert load_recordings(config).train[0].obs_dim == 10


def test_a_system_of_one_size_says_so():
    config = configure(overrides={"data": {"source": ["lorenz63"], "steps": 3000, "size": 10}})
    with pytest.raises(ConfigError, match="C534"):
        load_recordings(config)
