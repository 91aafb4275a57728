"""Long tables of several recordings, and columns of words."""

import numpy as np
import pytest

import attrax
from attrax.core.errors import DataError
from attrax.reading.load import load

T = np.arange(20)
WAVES = {name: np.round(np.sin(T / k), 3) for name, k in (("a", 3), ("b", 4), ("c", 5))}
TIDY = "id,time,y\n" + "".join(f"{name},{t},{x[t]}\n" for name, x in WAVES.items() for t in T)
MIXED = "id,time,y\n" + "".join(f"{name},{t},{x[t]}\n" for t in T for name, x in WAVES.items())
SUBJECTS = "time,subject,y\n" + "".join(f"{t},{i},{x[t]}\n" for i, x in enumerate(WAVES.values()) for t in T)
TRIALS = "time,y\n" + "".join(f"{t},{x[t]}\n" for x in WAVES.values() for t in T)
STAGES = np.where(WAVES["a"] > 0, "REM", "N2")


@pytest.mark.parametrize("content", [TIDY, MIXED], ids=["below each other", "mixed"])
def test_words_are_channels_or_series_and_only_the_owner_knows(write, content):
    path = write("a.csv", content)
    with pytest.raises(DataError, match=r"fix +group='id'[\s\S]*pivot='id'"):
        load(path)
    grouped = load(path, group="id")
    assert grouped.subjects == ("a", "b", "c")
    for series, wave in zip(grouped, WAVES.values(), strict=True):
        np.testing.assert_array_equal(series.x[:, 0], wave)
    (series,) = load(path, pivot="id")
    assert series.channels == ("a", "b", "c")
    np.testing.assert_array_equal(series.x, np.stack(list(WAVES.values()), axis=1))


def test_subjects_are_found_by_times_that_begin_again(write):
    path = write("a.csv", SUBJECTS)
    with pytest.raises(DataError, match=r"D132[\s\S]*3 values of 'subject'[\s\S]*group='subject'") as caught:
        load(path)
    assert "sort" not in caught.value.fix
    assert "duplicates" not in caught.value.fix
    assert load(path, group="subject").subjects == ("0", "1", "2")


def test_advice_for_a_second_key_keeps_the_first(write):
    rows = [f"{s},{k},{i},{i * i % 5}" for s in "ab" for k in (1, 2) for i in range(20)]
    path = write("a.csv", "\n".join(["subject,trial,time,y", *rows]))
    with pytest.raises(DataError, match=r"group='subject'"):
        load(path)
    with pytest.raises(DataError, match=r"group=\['subject', 'trial'\]"):
        load(path, group="subject")
    assert load(path, group=["subject", "trial"]).subjects == ("a.1", "a.2", "b.1", "b.2")


def test_channels_in_rows_are_told(write):
    rows = [
        ",".join(["ch1", *(str(i * i % 7) for i in range(40))]),
        ",".join(["ch2", *(str(i % 5) for i in range(40))]),
    ]
    with pytest.raises(DataError, match="transpose=True"):
        load(write("a.csv", "\n".join(rows)))


def test_trials_without_a_name_are_cut_where_time_begins_again(write):
    path = write("a.csv", TRIALS)
    with pytest.raises(DataError, match=r"D132[\s\S]*begins again 2 times[\s\S]*group='time'"):
        load(path)
    assert list(map(len, load(path, group="time"))) == [20, 20, 20]


def test_rows_out_of_order_are_no_trials(write):
    swapped = ["t,y", *(f"{t},{t % 3}" for t in (0, 1, 2, 4, 3, 5, 6))]
    with pytest.raises(DataError, match=r"D107[\s\S]*fix +sort=True"):
        load(write("a.csv", "\n".join(swapped) + "\n"))


def test_a_time_with_two_values_cannot_be_pivoted(write):
    with pytest.raises(DataError, match=r"D132[\s\S]*'a' a second time[\s\S]*group='id'"):
        load(write("a.csv", "id,time,y\na,0,1\na,0,2\nb,0,1\nb,1,3\n"), pivot="id")


def test_labels_are_numbered_and_kept(write):
    path = write("a.csv", "time,y,stage\n" + "".join(f"{t},{t % 4},{word}\n" for t, word in enumerate(STAGES)))
    with pytest.raises(DataError, match=r"D108[\s\S]*labels='stage'"):
        load(path)
    (series,) = load(path, labels="stage")
    assert series.labels == {"stage": ("N2", "REM")}
    np.testing.assert_array_equal(series.x[:, 1], STAGES == "REM")
    (series,) = load(path, labels="stage=REM|N2")
    np.testing.assert_array_equal(series.x[:, 1], STAGES == "N2")
    with pytest.raises(DataError, match=r"D108[\s\S]*'REM' is none of N1, N2"):
        load(path, labels="stage=N1|N2")


def test_kinds_number_words_and_the_settings_keep_them():
    from attrax.reconstruct.settings.configuration import configure

    config = configure(overrides={"model": {"kinds": ["stage=categorical"]}})
    assert config.data.labels == ("stage",)
    kept = config.of_labels(("stage=N2|REM",))
    assert configure(overrides=kept.model_dump(exclude_none=True)).data.labels == ("stage=N2|REM",)


def test_lists_of_python():
    np.testing.assert_array_equal(attrax.load([1, 2.5, None])[0].values, [[1], [2.5], [np.nan]])
    assert attrax.load([[1, 2], [3, 4], [5, 6]])[0].x.shape == (3, 2)
    assert list(map(len, attrax.load([[1, 2, 3], [4, 5]]))) == [3, 2]
    assert attrax.load([{"time": 0, "y": 1}, {"time": 2, "y": 3}])[0].dt == 2
    assert len(attrax.load(np.zeros((3, 40, 2)), axes="trial, time, channel")) == 3
