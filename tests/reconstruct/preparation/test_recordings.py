import numpy as np
import pytest

from attrax import ConfigError, DataError, RunError
from attrax.data import Dataset, Series
from attrax.reading import load
from attrax.reconstruct.preparation.preparation import judged_by, prepare
from attrax.reconstruct.preparation.recordings import is_system, load_recordings, read_recording, source_as_trained
from attrax.reconstruct.settings.configuration import configure

WINDOW = {"window": 10}


@pytest.fixture
def file(tmp_path, henon):
    np.save(tmp_path / "a.npy", henon(500))
    np.save(tmp_path / "b.npy", henon(300, 0.2))
    np.save(tmp_path / "wide.npy", np.tile(henon(300, 0.2), 2))
    return lambda name: str(tmp_path / name)


def config(source, test=(), train=WINDOW, **data):
    source = {"source": [source]} if source else {}
    return configure(overrides={"data": {**source, "test": list(test), **data}, "train": train})


def test_the_tail_is_held_out_a_window_away(file, henon):
    train, test, preparation = load_recordings(config(file("a.npy")))
    x = henon(500)
    np.testing.assert_array_equal(train[0].x, x[: 500 - 100 - 10])
    np.testing.assert_array_equal(test[0].x, x[400:])
    assert preparation.notices == ()


def test_a_test_file_leaves_the_recording_whole(file):
    recordings = load_recordings(config(file("a.npy"), [file("b.npy")]))
    assert (len(recordings.train[0]), len(recordings.test[0])) == (500, 300)


def test_another_recording_can_judge_unless_the_model_was_trained_on_it(file, henon):
    settings = config(file("a.npy"), lags=[0, 3], channels=["x0"])
    before = load_recordings(settings)
    after = judged_by(settings, before, load(file("b.npy"), channels="x0"))
    assert after.train.sha256 == before.train.sha256
    x = henon(300, 0.2)[:, 0]
    np.testing.assert_array_equal(after.test[0].x, np.stack([x[:-3], x[3:]], axis=1))
    with pytest.raises(DataError, match="D116"):
        judged_by(settings, before, load(henon(500)[:200, :1]))
    with pytest.raises(DataError, match="D110"):
        judged_by(settings, before, load(file("b.npy")))


def test_the_training_file_is_no_test_file(file, tmp_path):
    (tmp_path / "copy.npy").write_bytes((tmp_path / "a.npy").read_bytes())
    with pytest.raises(DataError, match=r"a\.npy[\s\S]*copy\.npy") as caught:
        load_recordings(config(file("a.npy"), [file("copy.npy")]))
    assert caught.value.code == "D116"


def test_in_sample_is_judged_by_the_training_recording(file):
    train, test, _ = load_recordings(config(file("a.npy"), in_sample=True))
    assert train.sha256 == test.sha256
    assert len(test[0]) == 500


def test_lags_become_channels(file, henon):
    train, test, _ = load_recordings(config(file("a.npy"), [file("b.npy")], lags=[0, 3], channels=["x0"]))
    x = henon(500)[:, 0]
    np.testing.assert_array_equal(train[0].x, np.stack([x[:-3], x[3:]], axis=1))
    assert test[0].obs_dim == 2


def test_hashes_tell_the_parts_apart(file):
    first, again = (load_recordings(config(file("a.npy"))).hashes() for _ in range(2))
    other = load_recordings(config(file("a.npy"), test_fraction=0.3)).hashes()
    assert first == again
    assert first["name"] == "a"
    assert first["train"] != first["test"]
    assert (other["train"], other["test"]) != (first["train"], first["test"])


def test_a_system_is_recorded_with_noise_and_judged_without():
    settings = {"steps": 500, "noise": 0.5}
    train, test, _ = load_recordings(config("henon", **settings))
    quiet, _, _ = load_recordings(config("henon", steps=500, noise=0.0))
    residual = train[0].x - quiet[0].x
    np.testing.assert_allclose(residual.std(axis=0), 0.5 * quiet[0].x.std(axis=0), rtol=0.1)
    np.testing.assert_allclose(test[0].x[1:, 1], 0.3 * test[0].x[:-1, 0], atol=1e-12)
    assert train.name == "henon"
    again = load_recordings(config("henon", **settings)).hashes()
    assert (again["name"], again["train"], again["test"]) == ("henon", train.sha256, test.sha256)
    assert load_recordings(config("henon", **settings, seed=1)).train.sha256 != train.sha256


@pytest.mark.parametrize(
    ("source", "system"),
    [("lorenz63", True), ("lorens63", True), ("ecg.csv", False), ("folder/ecg", False), ("*", False)],
)
def test_a_bare_word_is_a_system(source, system):
    assert is_system(source) == system


def test_an_existing_file_without_suffix_is_a_file(tmp_path, monkeypatch):
    (tmp_path / "recording").write_text("1\n2\n")
    monkeypatch.chdir(tmp_path)
    assert not is_system("recording")


@pytest.mark.parametrize(
    ("settings", "test", "code"),
    [
        ({"window": 400}, (), "D104"),
        ({"window": 500}, (), "D104"),
        (WINDOW, ("wide.npy",), "D110"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(file, settings, test, code):
    with pytest.raises(DataError) as caught:
        load_recordings(config(file("a.npy"), [file(name) for name in test], settings))
    assert caught.value.code == code


def test_the_test_part_must_hold_two_horizons(henon):
    with pytest.raises(DataError, match=r"D104[\s\S]*39 rows, needed are 40"):
        prepare(config(""), load(henon(500)), load(henon(39, 0.2)))
    assert len(prepare(config(""), load(henon(500)), load(henon(40, 0.2))).test[0]) == 40


def test_tolerated_gaps_are_noticed(henon):
    x = henon(500)
    x[7, 1] = np.nan
    assert "'x1'" in prepare(config(""), load(x)).notices[0]


def test_many_gaps_need_permission(henon):
    x = np.where(np.random.default_rng(0).random((500, 2)) < 0.2, np.nan, henon(500))
    with pytest.raises(DataError, match="D102"):
        prepare(config(""), load(x))
    assert prepare(config("", missing="mask"), load(x)).train[0].mask is not None


def test_an_array_cannot_be_found_again():
    with pytest.raises(RunError, match="R306"):
        load_recordings(config(""))


def test_a_map_has_no_other_step():
    with pytest.raises(ConfigError, match="C532"):
        load_recordings(config("henon", dt=0.5))


def test_columns_are_matched_by_name(henon):
    ours, theirs = henon(400), henon(400, 0.2)
    train = Dataset((Series(ours, channels=("a", "b")),))
    settings = config(())
    before = prepare(settings, load(train))
    swapped = Series(theirs[:, ::-1], channels=("b", "a"))
    np.testing.assert_array_equal(judged_by(settings, before, load(swapped)).test[0].x, theirs)
    np.testing.assert_array_equal(source_as_trained(settings, None, swapped, ("a", "b"))[0].x, theirs)
    np.testing.assert_array_equal(source_as_trained(settings, None, theirs, ("a", "b"))[0].x, theirs)
    with pytest.raises(DataError, match=r"D110[\s\S]*'a', 'b'[\s\S]*'a', 'c'"):
        judged_by(settings, before, load(Series(theirs, channels=("a", "c"))))


def test_a_grouped_recording_is_not_taken_apart_again(tmp_path):
    path = tmp_path / "a.csv"
    rows = [f"{s},{i},{np.sin(i / 3 + s):.4f},{np.cos(i / 3 + s):.4f}" for s in (1, 2) for i in range(60)]
    path.write_text("\n".join(["subject,time,x,y", *rows]))
    settings = config(str(path), group="subject", phases="none")
    dataset = read_recording(settings, None, {})
    assert dataset.subjects == ("1", "2")
    assert source_as_trained(settings, None, dataset, ("x", "y")).subjects == ("1", "2")


RARE = np.arange(2000.0)
STILL = {
    "stuck from the middle on": (np.where(RARE < 1000, np.cos(RARE / 3), 8.0), "fix    give a --test recording"),
    "stuck late": (np.where(RARE < 1300, np.cos(RARE / 3), 8.0), "--set data.test_fraction=0.4  # tests on more rows"),
    "rare": ((RARE // 4 == 270) * 1.0, "--drop x1  # it hardly ever changes"),
    "in no row to train on": (
        (RARE // 4 == 480) * 1.0,
        "to train on: the same value 0[\\s\\S]*--drop x1  # it changes",
    ),
}


@pytest.mark.parametrize(("other", "told"), STILL.values(), ids=STILL)
def test_a_channel_that_is_constant_in_a_part_is_told_before_training_and_the_advice_helps(other, told):
    x = np.stack([np.sin(RARE / 3), other], axis=1)
    with pytest.raises(DataError, match=rf"D103[\s\S]*'x1' [\s\S]*{told}") as caught:
        prepare(config("", phases="none", embed="none"), load(x))
    if "test_fraction" in caught.value.fix:
        train, test, _ = prepare(config("", phases="none", embed="none", test_fraction=0.4), load(x))
        assert np.ptp(train[0].x[:, 1]) > 0 < np.ptp(test[0].x[:, 1])


def test_a_channel_is_told_by_its_own_name_although_it_is_embedded():
    x = np.stack([np.sin(RARE / 3), (RARE // 4 == 480) * 1.0], axis=1)
    with pytest.raises(DataError, match=r"D103[\s\S]*column 'x1' \(2 of 2\)"):
        prepare(config("", phases="none", lags=(0, 2)), load(x))
