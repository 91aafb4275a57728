import os
import subprocess
import sys
import time

import numpy as np
import pytest

WAVE = np.stack([np.sin(np.arange(200) / 5), np.cos(np.arange(200) / 3)], axis=1)


def table(x, header="time,ecg,resp", t=None):
    t = np.arange(len(x)) if t is None else t
    return "\n".join([header, *(f"{a},{b},{c}" for a, (b, c) in zip(t, x, strict=True))]) + "\n"


def with_text(text, line=3):
    lines = table(WAVE).splitlines()
    lines[line - 1] = f"1,{text},2"
    return "\n".join(lines) + "\n"


def with_gaps(value):
    x = WAVE.copy()
    x[20:32, 1] = value
    return x


def truncated(path):
    np.save(path, WAVE)
    path.write_bytes(path.read_bytes()[:-100])


def pickled(path):
    np.save(path, np.array([[1, "a"], [None, {}]], dtype=object), allow_pickle=True)


# file, contents, further arguments, code, what the answer must name
CASES = {
    "text in a column": ("a.csv", with_text("sick"), (), "D108", ["'ecg'", "line 3", "'sick'"]),
    "constant channel": ("a.npy", WAVE * [1, 0] + 4, (), "D103", ["'x1'", "--drop x1"]),
    "nan": ("a.npy", with_gaps(np.nan), (), "D102", ["'x1'", "row 20", "--missing mask"]),
    "inf": ("a.npy", with_gaps(np.inf), (), "D102", ["'x1'", "row 20"]),
    "too short for the window": ("a.npy", WAVE, ("--window", "190"), "D104", ["a.npy", "rows"]),
    "shorter than the window": ("a.npy", WAVE, ("--window", "500"), "D104", ["a.npy", "200 rows"]),
    "transposed": ("a.npy", WAVE.T, (), "D105", ["2 rows, 200 columns", "--transpose"]),
    "cube": ("a.npy", np.zeros((4, 5, 6)), (), "D111", ["(4, 5, 6)"]),
    "object array": ("a.npy", pickled, (), "D111", ["object"]),
    "garbage": ("a.npy", b"garbage" * 9, (), "D118", ["a.npy"]),
    "empty file": ("a.csv", b"", (), "D118", ["a.csv"]),
    "truncated file": ("a.npy", truncated, (), "D118", ["a.npy"]),
    "unknown suffix": ("a.xyz", b"\x00\x01\x02\xff", (), "D118", [".xyz"]),
    "time goes back": ("a.csv", table(WAVE, t=[0, 1, 3, 2, *range(4, 200)]), (), "D107", ["line 4", "line 5"]),
    "time uneven": ("a.csv", table(WAVE, t=[0, *range(2, 201)]), (), "D106", ["'time'", "line 2"]),
    "unknown channel": ("a.csv", table(WAVE), ("--channels", "ecq"), "D119", ["'ecq'", "--channels ecg"]),
    "missing file": ("a.npy", WAVE, ("--test", "b.npy"), "D117", ["b.npy"]),
    "test file is the training file": ("a.npy", WAVE, ("--test", "a.npy"), "D116", ["a.npy"]),
}


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        if callable(content):
            content(path)
        elif isinstance(content, np.ndarray):
            np.save(path, content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def assert_explained(ended, exit_code, code, told=()):
    assert ended.code == exit_code
    assert ended.out == ""
    first, *rest = ended.err.splitlines()
    assert first.startswith(f"error {code}  ")
    assert [line.split()[0] for line in rest] == ["where", "why", "fix"]
    assert all(words in ended.err for words in told)


@pytest.mark.parametrize(("name", "content", "arguments", "code", "told"), CASES.values(), ids=CASES)
def test_a_bad_recording_is_answered(program, write, tmp_path, name, content, arguments, code, told):
    write(name, content)
    assert_explained(program("fit", name, *arguments), 3, code, told)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(("name", "meant"), [("lorens63", "lorenz63"), ("Rossler", "rossler"), ("zzz", "one of")])
def test_an_unknown_system_is_answered_with_the_nearest(program, name, meant):
    assert_explained(program("fit", name), 3, "D120", [f"'{name}'", meant])


def test_a_missing_file_is_answered_with_the_nearest(program, write):
    write("ecg_train.csv", table(WAVE))
    assert_explained(program("fit", "ecg_trian.csv"), 3, "D117", ["ecg_train.csv"])


BAD_SETTINGS = [
    (("--set", "train.forcing.alfa=1", "--steps", "2000", "--embed", "none"), "C501", "train.forcing.alpha"),
    (("--set", "train.alpha=1"), "C501", "train.forcing.alpha"),
    (("--set", "trian.alpha=1"), "C501", "train"),
    (("--set", "train.alpha"), "C506", "train.alpha"),
    (("--set", "train.forcing.alpha=strong", "--steps", "2000", "--embed", "none"), "C505", "strong"),
    (("--alpha", "2", "--steps", "2000", "--embed", "none"), "C505", "train.forcing.alpha"),
    (("--dynamics", "shalow"), "C505", "did you mean 'shallow'"),
    (("--missing", "guess"), "C505", "data.missing"),
    (("--lags", "0,a"), "C505", "data.lags"),
    (("--preset", "papper"), "C512", "paper"),
    (("--config", "nowhere.toml"), "C504", "nowhere.toml"),
    (("--seed", "1", "--set", "seed.x=1"), "C5", "seed"),
    (("--set", "train=3", "--set", "train.alpha=1"), "C5", "train"),
]


@pytest.mark.parametrize(("arguments", "code", "told"), BAD_SETTINGS, ids=lambda value: str(value))
def test_a_bad_setting_is_answered(program, arguments, code, told):
    ended = program("fit", "lorenz63", *arguments)
    assert ended.code == 2
    assert f"error {code}" in ended.err
    assert told in ended.err
    assert "Traceback" not in ended.err


def test_an_unknown_key_of_a_file_is_answered(program, write):
    write("c.toml", "[train]\nlearnin_rate = 1\n")
    assert_explained(program("fit", "lorenz63", "--config", "c.toml"), 2, "C501", ["c.toml", "train.learning_rate"])


def test_without_a_recording_help_is_near(program):
    ended = program("fit")
    assert ended.code == 2
    assert "attrax fit lorenz63" in ended.err


@pytest.mark.parametrize("command", ["evaluate", "simulate", "forecast", "fill", "resume"])
def test_a_folder_without_a_run_is_answered(program, tmp_path, command):
    (tmp_path / "empty").mkdir()
    ended = program(command, "empty")
    assert ended.code == 2
    assert "error R302" in ended.err
    assert "Traceback" not in ended.err


def test_there_is_nothing_to_resume(program):
    assert_explained(program("resume"), 2, "R305")


@pytest.mark.parametrize("command", ["simulate", "forecast", "fill"])
@pytest.mark.parametrize(("out", "code"), [("a.xlsx", "C507"), ("nowhere/a.csv", "C508")])
def test_an_output_that_cannot_be_written_is_answered(program, command, out, code):
    assert_explained(program(command, "run", "--out", out), 2, code, [out.split("/")[0]])


def test_a_study_that_is_none_is_answered(program, tmp_path):
    assert_explained(program("study", str(tmp_path)), 2, "C550", ["study.toml"])


SCRIPT = """
import sys
sys.argv = ["attrax", *sys.argv[1:]]
from attrax.cli.app import main
try:
    main()
finally:
    print(sorted({"jax", "pandas", "equinox", "sklearn"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["fit", "a.csv"], 3), (["fit", "lorens63"], 3), (["fit", "lorenz63", "--set", "a.b=1"], 2), (["--help"], 0)],
    ids=str,
)
def test_quick_answers_load_nothing_heavy(write, tmp_path, arguments, code):
    write("a.csv", with_text("sick"))
    ended = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == code
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["fit", "a.csv"], ["fit", "lorens63"], ["fit", "--help"]], ids=str)
def test_quick_answers_take_half_a_second(write, tmp_path, arguments):
    write("a.csv", with_text("sick"))

    def seconds(*command):
        started = time.monotonic()
        subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, env=os.environ)
        return time.monotonic() - started

    bare = min(seconds("-c", "pass") for _ in range(3))
    assert min(seconds("-c", SCRIPT, *arguments) for _ in range(3)) - bare < 0.5
