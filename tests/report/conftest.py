import json

import numpy as np
import pytest

import attrax

SETTINGS = {
    "data": {"phases": ["none"], "embed": "none"},  # one channel is a sinusoid, which would become an input
    "model": {"dynamics": {"hidden_dim": 4}},
    "train": {"window": 10, "updates": 20, "chunk": 10, "restarts": 2, "candidates": 1},
    "evaluate": {"starts": 2},
}


def series():
    """A torus in three channels; one has a name that a careless page would run as a script."""
    t = np.arange(1_500)[:, None] / 12
    return np.sin(t * np.array([1.0, 1.618, 0.5])) + 0.5 * np.sin(t)


@pytest.fixture(scope="session")
def data():
    return attrax.Series(series(), dt=0.1, channels=("<script>x</script>", "y & z", "é"), unit="s")


@pytest.fixture(scope="session")
def fitted(data):
    return attrax.fit(data, settings=SETTINGS, quiet=True)


@pytest.fixture(scope="session")
def run(fitted, tmp_path_factory):
    """A run folder with findings of an analysis beside it."""
    folder = fitted.save(tmp_path_factory.mktemp("runs") / "torus")
    (folder / "analysis").mkdir()
    found = {"result": "SUCCESSFUL", "message": "finished", "exponents": [0.5, 0.0, -2.0], "std_error": [0.01] * 3}
    (folder / "analysis" / "lyapunov.json").write_text(json.dumps(found))
    point = {"result": "NOT_EXHAUSTIVE", "message": "there may be more", "x": [[1.0, 2.0, 3.0]], "kind": ["saddle"]}
    (folder / "analysis" / "fixed_points.json").write_text(json.dumps(point))
    return folder


@pytest.fixture(scope="session")
def page(run):
    """The page of the run, made once, without figure files."""
    from attrax.report.report_data import read_report_data
    from attrax.report.run_report import render_run
    from attrax.runs.page_file import write_page

    return write_page(run / "report.html", render_run(read_report_data(run)))
