import sys
from typing import NamedTuple

import numpy as np
import pytest

from attrax.cli.app import main

SIZES = {"--hidden": 4, "--window": 10, "--updates": 20, "--restarts": 1}
SETTINGS = ["train.chunk=10", "train.candidates=1", "evaluate.starts=2"]
TINY = [
    *(part for option in SIZES.items() for part in option),
    "--no-report",
    *(part for setting in SETTINGS for part in ("--set", setting)),
]


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def program(monkeypatch, capsys, tmp_path):
    """Run the program in a folder of its own: `program("fit", "a.csv")` gives exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["attrax", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def fit(program):
    """`attrax fit` with settings that take moments."""
    return lambda *arguments: program("fit", *arguments, *TINY)


@pytest.fixture(scope="session")
def henon():
    x = np.full((700, 2), 0.1)
    for t in range(1, len(x)):
        x[t] = 1 - 1.4 * x[t - 1, 0] ** 2 + x[t - 1, 1], 0.3 * x[t - 1, 0]
    return x[100:]
