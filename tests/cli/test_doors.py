"""What a recording came in decides nothing: time and components come back out."""

import numpy as np
import pytest

WAVE = np.stack([np.sin(np.arange(1_500) / 5), np.cos(np.arange(1_500) / 3)], axis=1)
WAVE += 0.1 * np.random.default_rng(0).normal(size=WAVE.shape)


def text(header, *columns, sep=","):
    rows = zip(*([str(cell) for cell in column] for column in columns), strict=True)
    return "\n".join([header, *(sep.join(row) for row in rows)]) + "\n"


def commas(column):
    return [f"{value:.5f}".replace(".", ",") for value in column]


X, Y = WAVE.T


@pytest.mark.slow
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
        assert lines[0] == "date,a,b,c"
        assert [line.split(",")[0][:10] for line in lines[1:]] == [str(days[-1] + 1), str(days[-1] + 2)]
    (tmp_path / "c.txt").write_text(table.replace(";", "|"))
    again = program("evaluate", "run", "--data", "c.txt", "--sep", "|", "--decimal", ",")
    assert "error D116" in again.err
