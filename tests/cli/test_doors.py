"""What a recording came in decides nothing: each refusal names a command that leads on, and time comes back out."""

import re
import shlex

import numpy as np
import pytest
import typer

WAVE = np.stack([np.sin(np.arange(1_500) / 5), np.cos(np.arange(1_500) / 3)], axis=1)
WAVE += 0.1 * np.random.default_rng(0).normal(size=WAVE.shape)


def text(header, *columns, sep=","):
    rows = zip(*([str(cell) for cell in column] for column in columns), strict=True)
    return "\n".join([header, *(sep.join(row) for row in rows)]) + "\n"


def commas(column):
    return [f"{value:.5f}".replace(".", ",") for value in column]


def netcdf(path):
    xr = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    field = (WAVE[:, :, None] + np.random.default_rng(1).normal(size=(1, 1, 3))) * [1, 2, 3]
    variables = {"temp": (("time", "lat", "lon"), field), "rain": (("time", "lat", "lon"), field)}
    xr.Dataset(variables).to_netcdf(path, engine="h5netcdf")


X, Y = WAVE.T
CASES = {
    "label": ("D108", {"a.csv": text("a,label", X, ["sick"] * len(X))}, "a.csv", "--drop label"),
    "decimals": (
        "D108",
        {"a.csv": text("a,b", *([f'"{v}"' for v in commas(c)] for c in (X, Y)))},
        "a.csv",
        "--decimal ,",
    ),
    "points and commas": ("D109", {"a.csv": text("a;b", commas(X), ["1.5", *commas(Y)[1:]], sep=";")}, "a.csv", "D108"),
    "columns": ("D110", {"a.csv": text("a,b", X, Y), "b.csv": text("b,c", Y, X)}, "a.csv b.csv", "--channels common"),
    "cube": ("D111", {"a.npy": np.stack([WAVE, WAVE[::-1]])}, "a.npy", "--axes trial,time,channel"),
    "field": ("D112", {"a.nc": netcdf}, "a.nc", "--var temp --stack lat,lon"),
    "transposed": ("D105", {"a.npy": WAVE.T}, "a.npy", "--transpose"),
    "misspelt": ("D119", {"a.csv": text("ecg,resp", X, Y)}, "a.csv --channels ecq", "--channels ecg"),
}


@pytest.mark.parametrize(("code", "files", "arguments", "way_out"), CASES.values(), ids=CASES)
def test_the_fix_leads_on(program, tmp_path, monkeypatch, code, files, arguments, way_out):
    def stop(*_):
        raise typer.Exit(0)

    monkeypatch.setattr("attrax.runs.job.learn", stop)
    for name, content in files.items():
        if isinstance(content, np.ndarray):
            np.save(tmp_path / name, content)
        elif isinstance(content, str):
            (tmp_path / name).write_text(content)
        else:
            content(tmp_path / name)
    ended = program("fit", *shlex.split(arguments))
    assert (ended.code, ended.err[:10]) == (3, f"error {code}")
    (fix,) = re.findall(r"^  fix +(.*)$", ended.err, flags=re.MULTILINE)
    name, *pasted = shlex.split(fix, comments=True)
    assert name == "attrax"
    after = program(*pasted)
    if way_out.startswith("D"):
        assert after.err.startswith(f"error {way_out}")
    else:
        assert way_out in fix
        assert after.code == 0


def test_a_forecast_continues_dates_and_components(program, fit, tmp_path):
    days = np.datetime64("2020-01-01") + np.arange(len(X))
    table = text("date;a;b;c", days, commas(X), commas(Y), commas(X + 2 * Y), sep=";")
    (tmp_path / "a.csv").write_text(table)
    ended = fit("a.csv", "--pca", "auto", "--out", "run")
    assert ended.code in (0, 4)
    assert "D109" in ended.err
    assert "pca: 3 channels became 2 components" in ended.err
    for arguments in ((), ("a.csv",)):
        assert program("forecast", "run", *arguments, "--steps", "2", "--out", "b.csv").code == 0
        lines = (tmp_path / "b.csv").read_text().splitlines()
        assert lines[0] == "date,pc1,pc2"
        assert [line.split(",")[0][:10] for line in lines[1:]] == [str(days[-1] + 1), str(days[-1] + 2)]
    (tmp_path / "c.txt").write_text(table.replace(";", "|"))
    again = program("evaluate", "run", "--data", "c.txt", "--sep", "|", "--decimal", ",")
    assert "error D116" in again.err
