import html
import json
import re
import subprocess
import sys

import numpy as np
import pytest

from tests.cli.catalogue import IRREGULAR, STILL, table


@pytest.fixture
def henon_x(tmp_path, henon):
    np.save(tmp_path / "x.npy", henon[:, :1])
    return "x.npy"


def test_the_screen_answers_in_order(program, tmp_path):
    (tmp_path / "eeg.csv").write_text(table())
    ended = program("inspect", "eeg.csv")
    labels = [line.split()[0] for line in ended.out.splitlines() if not line.startswith(" ")]
    assert ended.code == 0
    assert labels == ["recording", "time", "channels", "length", "noise", "embedding", "plan", "cost", "next"]
    for words in ("2,000 rows, read as time + 2 channels", "dt = 4ms (250 Hz), jitter 0 %, no gaps", "ecg resp"):
        assert words in ended.out
    assert ended.out.splitlines()[-1].startswith("next       attrax fit eeg.csv")


def test_one_channel_leads_to_an_embedding(program, henon_x):
    ended = program("inspect", henon_x, "--json")
    found = json.loads(ended.out)
    lags = found["diagnosis"]["embedding"]["lags"]
    assert lags in ([0, 1], [0, 1, 2])
    assert found["plan"]["lags"] == lags
    # Both parts lose the rows that have no copy yet.
    assert found["plan"]["train_rows"] + found["plan"]["gap_rows"] + found["plan"]["test_rows"] == 600 - 2 * lags[-1]
    assert found["obstacle"] is None
    assert program("inspect", henon_x).out.splitlines()[-1] == "next       attrax fit x.npy"


@pytest.mark.parametrize(
    ("name", "content", "code", "fix"),
    [
        ("still.csv", table(x=STILL, header="time (s),ecg,resp,Oz"), "D103", "attrax fit still.csv --drop Oz"),
        ("uneven.csv", table(IRREGULAR), "D106", "attrax fit uneven.csv --dynamics continuous"),
    ],
)
def test_what_would_stop_a_fit_is_told_with_the_rest(program, tmp_path, name, content, code, fix):
    (tmp_path / name).write_text(content)
    ended = program("inspect", name)
    assert (ended.code, ended.err) == (0, "")
    assert f"error {code}" in ended.out
    assert f"fix    {fix}" in ended.out
    assert "embedding" in ended.out
    assert json.loads(program("inspect", name, "--json").out)["obstacle"]["code"] == code


def test_a_constant_is_named_as_it_is_called_where_channels_would_be_embedded(program, tmp_path, henon):
    np.save(tmp_path / "two.npy", henon[:, :1] * [1.0, 0.0])
    ended = program("inspect", "two.npy")
    assert "copies of each channel" in ended.out
    assert "attrax fit two.npy --drop x1" in ended.out


def test_repairs_are_made_first(program, tmp_path):
    (tmp_path / "uneven.csv").write_text(table(IRREGULAR))
    ended = program("inspect", "uneven.csv", "--resample", "4ms", "--missing", "interpolate")
    assert "repaired   resample" in ended.out
    assert ended.out.splitlines()[-1].startswith(
        "next       attrax fit uneven.csv --resample 4ms --missing interpolate"
    )


def test_the_page_holds_what_the_screen_says(program, tmp_path):
    (tmp_path / "eeg.csv").write_text(table())
    ended = program("inspect", "eeg.csv", "--page", "eeg.html", "--drop", "resp")
    page = (tmp_path / "eeg.html").read_text(encoding="utf-8")
    said = html.unescape(re.sub(r"<[^>]*>", "", page))
    lines = ended.out.splitlines()
    assert lines[-2:] == ["wrote      eeg.html", "next       attrax fit eeg.csv --drop resp"]
    assert all(line[10:].strip() in said for line in lines if not line.startswith("wrote"))
    assert "READY TO FIT" in said
    assert page.count("data:image/svg+xml;base64,") == 2
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert len(page) < 500_000


@pytest.mark.slow
def test_the_page_says_what_would_stop_a_fit(program, tmp_path):
    (tmp_path / "still.csv").write_text(table(x=STILL, header="time (s),<b>ecg</b>,resp,Oz"))
    ended = program("inspect", "still.csv", "--page=page.html", "--json")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert json.loads(ended.out)["obstacle"]["code"] == "D103"
    assert "FIT WOULD STOP" in page
    assert "attrax fit still.csv --drop Oz" in page
    assert "<b>ecg" not in page
    assert program("inspect", "still.csv", "--page", "nowhere/page.html").err.startswith("error R304")


def test_a_file_that_cannot_be_read_is_an_error(program):
    ended = program("inspect", "nowhere.csv")
    assert (ended.code, ended.err[:10]) == (3, "error D117")


def test_nothing_heavy_is_imported(tmp_path):
    (tmp_path / "eeg.csv").write_text(table())
    script = (
        "import sys\nfrom attrax.cli.app import main\n"
        "sys.argv = ['attrax', 'inspect', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print('LOADED', *sorted({'pandas', 'sklearn', 'scipy', 'matplotlib', 'plotly'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path / "eeg.csv")], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.split("LOADED")[1].strip()) == (0, ""), ended.stderr


@pytest.mark.slow
def test_an_automatic_embedding_is_recorded_and_its_forecast_continues_the_channel(fit, program, tmp_path, henon_x):
    told = fit(henon_x, "--out", "run")
    found = program("inspect", henon_x, "--json", "--set", "train.window=10")
    advice = json.loads(found.out)["diagnosis"]["embedding"]
    assert f"embedding  {advice['sentence']}" in told.err
    config = (tmp_path / "run" / "config.toml").read_text()
    assert 'embed = "none"' in config
    again = fit("--config", "run/config.toml", "--out", "again")
    models = [tmp_path / folder / "model" / "model.safetensors" for folder in ("run", "again")]
    assert again.code == told.code
    assert models[0].read_bytes() == models[1].read_bytes()
    assert program("forecast", "run", "--steps", "3").code == 0
    lines = (tmp_path / "forecast.csv").read_text().splitlines()
    assert lines[0] == "time,x0"
    assert [float(line.split(",")[0]) for line in lines[1:]] == [600, 601, 602]


@pytest.mark.slow
def test_channels_that_are_a_state_are_not_embedded(fit, tmp_path, henon):
    np.save(tmp_path / "both.npy", henon)
    told = fit("both.npy", "--out", "run")
    assert "embedding" not in told.err
    assert "lags = []" in (tmp_path / "run" / "config.toml").read_text()
