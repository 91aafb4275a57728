"""Every data error: the right code, and the place named."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from attrax.core.errors import ConfigError, DataError
from attrax.data import check_length
from attrax.diagnosis import check
from attrax.reading.load import load

WAVE = np.sin(np.arange(40) / 3)
GOOD = np.stack([WAVE, WAVE**2], axis=1)


def csv(rows, header="time,ecg,resp"):
    return "\n".join([header, *rows]) + "\n"


def clock(times):
    return csv(f"{t},{i % 3},{i % 5}" for i, t in enumerate(times))


def npy_of_objects():
    return np.array([[1, "a"], [None, {}]], dtype=object)


def with_gaps(n):
    x = GOOD.copy()
    x[5 : 5 + n, 1] = np.nan
    return x


READING = {
    "clock uneven": ("D106", "a.csv", clock([0, 1, 2, 3, 5, 6, 7]), {}, ["'time'", "line 5", "line 6", "median 1"]),
    "clock back": ("D107", "a.csv", clock([0, 1, 3, 2]), {}, ["line 4", "has 3", "line 5", "has 2"]),
    "clock twice": ("D107", "a.csv", clock([0, 1, 1, 2]), {}, ["line 3", "line 4"]),
    "clock gap": ("D107", "a.csv", csv(["0,1,2", ",3,4", "2,5,6"]), {}, ["line 3", "no time"]),
    "clock empty line": ("D107", "a.csv", csv(["0,1,2", "", "1,5,6"]), {}, ["line 3"]),
    "dates uneven": (
        "D106",
        "a.csv",
        csv([f"2020-01-{d:02d},{d},{d % 2}" for d in (1, 3, 5, 8)]),
        {},
        ["line 4", "2d", "3d", "33 %"],
    ),
    "clock of one row": ("D104", "a.csv", csv(["0,1,2"]), {}, ["1 row"]),
    "dates unreadable": ("D108", "a.csv", csv(["0,1,2", "noon,1,2"]), {}, ["'time'", "line 3", "noon"]),
    "text": ("D108", "a.csv", csv(["0,1,2", "1,sick,2", "2,1,1"]), {}, ["'ecg'", "line 3", "'sick'", "na='sick'"]),
    "text under comments": ("D108", "a.csv", "# one\n\n" + csv(["0,1,2", "1,2,?!"]), {}, ["'resp'", "line 5", "'?!'"]),
    "underscored label": ("D108", "a.csv", csv(["0,1_2,2", "1,1_3,2"]), {}, ["'ecg'", "line 2", "1_2"]),
    "quoted decimal comma": ("D108", "a.csv", csv(['0,"1,5",2', "1,2,3"]), {}, ["'ecg'", "line 2", "1,5"]),
    "date and time apart": (
        "D108",
        "a.csv",
        "date,time,x\n2020-01-01,00:00:00,1\n",
        {"channels": "time", "dt": 1.0},
        ["line 2"],
    ),
    "blank in a name": ("D108", "a.csv", "x,my label\n1,a\n", {}, ["drop='my label'"]),
    "clock beyond all bounds": ("D107", "a.csv", clock(["-1e308", "1e308"]), {}, ["line 2"]),
    "cube": ("D111", "a.npy", np.zeros((3, 4, 5)), {}, ["(3, 4, 5)", "float64"]),
    "point": ("D111", "a.npy", np.array(3.0), {}, ["()", "float64"]),
    "complex": ("D111", "a.npy", GOOD + 1j, {}, ["(40, 2)", "complex128", "x.imag"]),
    "strings": ("D111", "a.npy", np.array([["1", "2"]]), {}, ["(1, 2)", "<U1"]),
    "records": ("D111", "a.npy", np.zeros(4, dtype=[("a", "c16")]), {}, ["(4,)"]),
    "dates as values": ("D111", "a.npy", np.array(["2020-01-01"], dtype="datetime64[D]"), {}, ["datetime64"]),
    "pickled array": ("D111", "a.npy", npy_of_objects(), {}, ["dtype object"]),
    "pickled member": ("D111", "a.npz", {"x": npy_of_objects()}, {}, ["'x'", "dtype object"]),
    "nothing in archive": ("D111", "a.npz", {"names": np.array(["a"])}, {}, ["'names' (1,)", "x=values"]),
    "mask misfit": ("D111", "a.npz", {"x": GOOD, "mask": np.ones((3, 2), bool)}, {}, ["(3, 2)", "(40, 2)"]),
    "channels misfit": ("D111", "a.npz", {"x": GOOD, "channels": np.array(["a"])}, {}, ["channels", "(1,)"]),
    "inputs misfit": ("D111", "a.npz", {"x": GOOD, "inputs": np.ones((3, 1))}, {}, ["inputs", "(3, 1)", "(40, 1)"]),
    "time misfit": ("D111", "a.npz", {"x": GOOD, "time": np.arange(3)}, {}, ["time", "(3,)", "(40,)"]),
    "step misfit": ("D124", "a.npz", {"x": GOOD, "dt": np.array(-1.0)}, {}, ["dt", "-1.0"]),
    "uneven archive": ("D106", "a.npz", {"x": GOOD, "time": np.arange(40) ** 2}, {}, ["row 0 (counted from 0)"]),
    "columns differ in archive": ("D110", "a.npz", {"a": GOOD, "b": GOOD[:, :1]}, {}, ["'a'", "'b'", "'x1'"]),
    "not a recording": ("D118", "a.xyz", b"\x00\x01\x02\xff", {}, [".xyz"]),
    "no bytes": ("D118", "a.csv", "", {}, ["a.csv"]),
    "blank": ("D118", "a.csv", "\n \n\n", {}, ["a.csv"]),
    "only comments": ("D118", "a.csv", "# a\n# b\n", {}, ["a.csv"]),
    "only header": ("D118", "a.csv", "time,ecg\n", {}, ["header"]),
    "binary": ("D118", "a.csv", bytes(range(256)) * 4, {}, ["a.csv"]),
    "ragged": ("D118", "a.csv", csv(["0,1,2", "1,2", "2,3,4"]), {}, ["line 3", "2 cells", "3"]),
    "torn off": ("D118", "a.csv", csv(["0,1,2", "1,2,3", "2,4"]), {}, ["line 4"]),
    "stray quote": ("D108", "a.csv", csv(['0,"1,2', "1,2,3"]), {}, ["line 2", '"1']),
    "garbage npy": ("D118", "a.npy", b"garbage" * 9, {}, ["a.npy"]),
    "no npy": ("D118", "a.npy", b"", {}, ["a.npy"]),
    "bare pickle": ("D118", "a.npy", pickle.dumps([1, 2]), {}, ["a.npy"]),
    "garbage npz": ("D118", "a.npz", b"PK\x03\x04garbage", {}, ["a.npz"]),
    "no rows": ("D118", "a.npy", np.zeros((0, 3)), {}, ["no rows"]),
    "no columns": ("D119", "a.npy", np.zeros((5, 0)), {}, ["no columns"]),
    "all dropped": ("D119", "a.csv", csv(["0,1,2", "1,2,3"]), {"drop": ("ecg", "r*")}, ["'time'", "'resp'"]),
    "unknown channel": ("D119", "a.csv", csv(["0,1,2"]), {"channels": "ecq"}, ["'ecq'", "channels='ecg'"]),
    "unknown input": ("D119", "a.csv", csv(["0,1,2"]), {"inputs": "stim*"}, ["'stim*'", "--inputs"]),
    "unknown drop": ("D119", "a.csv", csv(["0,1,2"]), {"drop": "Resp"}, ["drop='resp'"]),
    "unknown time": ("D119", "a.csv", csv(["0,1,2"]), {"time": "clock"}, ["'clock'", "--time"]),
    "gap in input": ("D102", "a.csv", csv(["0,1,2", "1,2,", "2,1,1"]), {"inputs": "resp"}, ["'resp'", "line 3"]),
}


@pytest.mark.parametrize(("code", "name", "content", "options", "told"), READING.values(), ids=READING)
def test_reading_error(write, code, name, content, options, told):
    if isinstance(content, np.ndarray) and content.dtype == object:
        np.save(path := write(name, b""), content, allow_pickle=True)
    else:
        path = write(name, content)
    with pytest.raises(DataError) as caught:
        load(path, **options)
    assert caught.value.code == code
    for words in told:
        assert words in str(caught.value)
    assert name in str(caught.value)


CHECKING = {
    "many gaps": (
        "D102",
        with_gaps(3),
        ["'x1'", "3 of 40", "7.5 %", "gap 3 rows", "row 5 (counted from 0)", "--missing mask"],
    ),
    "long gap": (
        "D102",
        [np.tile(GOOD, (400, 1)), np.where(np.arange(800)[:, None] // 200 == 1, np.nan, np.tile(GOOD, (20, 1)))],
        ["gap 200 rows", "row 200 of series 1"],
    ),
    "constant": ("D103", np.stack([WAVE, 0 * WAVE + 4], axis=1), ["'x1' (2 of 2)", "4 in all 40 rows", "--drop x1"]),
    "too short": ("D104", np.ones((1, 1)), ["1 rows"]),
    "transposed": ("D105", GOOD.T, ["2 rows, 40 columns", "--transpose"]),
}


@pytest.mark.parametrize(("code", "source", "told"), CHECKING.values(), ids=CHECKING)
def test_checking_error(code, source, told):
    dataset = load(source)
    with pytest.raises(DataError) as caught:
        check(dataset)
    assert caught.value.code == code
    for words in told:
        assert words in str(caught.value)


MEMORY = {
    "None": (None, "D111"),
    "number": (3.5, "D111"),
    "nothing": ([], "D111"),
    "objects": (npy_of_objects(), "D111"),
    "one bad of two": ([GOOD, np.zeros((2, 2, 2))], "D111"),
    "different widths": ([GOOD, WAVE], "D110"),
}


@pytest.mark.parametrize(("source", "code"), MEMORY.values(), ids=MEMORY)
def test_sources_that_hold_no_recording(source, code):
    with pytest.raises(DataError) as caught:
        load(source)
    assert caught.value.code == code


def test_a_missing_file_names_its_nearest_neighbour(tmp_path, write):
    write("ecg_train.csv", "1\n2\n")
    with pytest.raises(DataError, match=r"did you mean .*ecg_train.csv") as caught:
        load(str(tmp_path / "ecg_trian.csv"))
    assert caught.value.code == "D117"
    with pytest.raises(DataError, match=r"folder .* does not exist"):
        load(tmp_path / "nowhere" / "a.csv")
    with pytest.raises(DataError, match="not a file"):
        load(tmp_path)


def test_files_of_different_columns_are_refused(write):
    paths = [write("a.csv", "a,b,c\n1,2,3\n"), write("b.csv", "a,b,d\n1,2,3\n")]
    with pytest.raises(DataError, match="'c', 'd'") as caught:
        load(paths)
    assert caught.value.code == "D110"
    assert caught.value.fix.startswith("channels='common'")
    assert load(paths, channels="common")[1].channels == ("a", "b")
    assert load(paths, channels=("a", "b"))[1].channels == ("a", "b")
    swapped = load([paths[0], write("c.csv", "b,a,c\n1,2,3\n")])
    assert {series.channels for series in swapped} == {("a", "b", "c")}
    assert swapped[1].x.tolist() == [[2, 1, 3]]


def test_files_of_different_steps_are_refused(write):
    paths = [write("a.csv", "t,a\n0,1\n1,2\n"), write("b.csv", "t,a\n0,1\n2,2\n")]
    with pytest.raises(DataError, match="different time steps") as caught:
        load(paths)
    assert caught.value.code == "D106"
    assert [s.dt for s in load(paths, dt=0.5)] == [0.5, 0.5]


def test_a_truncated_archive_is_refused(write):
    for name, content in (("a.npy", GOOD), ("a.npz", {"x": GOOD})):
        path = write(name, content)
        whole = path.read_bytes()
        for kept in (3, 20, len(whole) // 2, len(whole) - 9):
            path.write_bytes(whole[:kept])
            with pytest.raises(DataError) as caught:
                load(path)
            assert caught.value.code == "D118"


@pytest.mark.parametrize("suffix", [".csv", ".npy", ".npz", ".txt"])
def test_damage_never_gives_another_error(write, suffix):
    rng = np.random.default_rng(7)
    path = write(f"a{suffix}", {".npy": GOOD, ".npz": {"x": GOOD, "dt": np.array(0.1)}}.get(suffix, csv(["0,1,2"] * 4)))
    whole = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    told = []
    for _ in range(40):
        damaged = whole.copy()
        hit = rng.integers(0, len(whole), size=4)
        damaged[hit] = rng.integers(0, 256, size=4)
        path.write_bytes(damaged.tobytes())
        try:
            load(path)
        except DataError as error:
            told.append((error.where, error.fix))
    assert told
    assert all(map(all, told))


def test_too_few_rows_for_a_window():
    dataset = load([GOOD[:10], GOOD[:7]])
    check_length(dataset, 10)
    with pytest.raises(DataError, match="10 rows, needed are 11") as caught:
        check_length(dataset, 11)
    assert caught.value.code == "D104"


def test_an_impossible_step_is_refused():
    for dt in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match="C541"):
            load(GOOD, dt=dt)


@pytest.mark.parametrize(("name", "content"), [("bad.csv", "a,b\n1,text\n"), ("bad.npy", b"")])
def test_bad_files_are_answered_without_jax_or_pandas(write, name, content):
    script = (
        "import sys, attrax.reading, attrax.core.errors\n"
        "try:\n    attrax.reading.load(sys.argv[1])\n"
        "except attrax.core.errors.DataError as error:\n    code = error.code\n"
        "heavy = {'jax', 'pandas', 'scipy', 'equinox', 'sklearn'} & set(sys.modules)\n"
        "sys.exit(f'{code} {sorted(heavy)}')"
    )
    told = subprocess.run([sys.executable, "-c", script, write(name, content)], capture_output=True, text=True)
    assert told.stderr.strip() in {"D108 []", "D118 []"}
