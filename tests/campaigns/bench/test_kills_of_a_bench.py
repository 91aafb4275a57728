"""A killed `attrax bench` goes on with the same command, and its table is that of one that nobody disturbed."""

import csv
import os
import subprocess
import sys
import time

import pytest

PROGRAM = [sys.executable, "-c", "from attrax.cli.app import main; main()"]
CONTESTS = ["bench", "quick", "--systems", "lorenz63", "--rivals", "persistence,mean", "--workers", "1", "--quiet"]


@pytest.fixture
def start(tmp_path):
    """Start the program in a folder of its own."""

    def start(*arguments):
        return subprocess.Popen([*PROGRAM, *arguments], cwd=tmp_path, env=dict(os.environ), stderr=subprocess.PIPE)

    return start


def values(folder):
    """The table without what a clock has measured, and without the command, which names the folder."""
    rows = list(csv.DictReader((folder / "values.csv").read_text(encoding="utf-8").splitlines()))
    return [{name: text for name, text in row.items() if name not in ("seconds", "command")} for row in rows]


@pytest.mark.slow
def test_a_killed_bench_has_the_table_of_one_that_nobody_disturbed(start, tmp_path):
    whole = start(*CONTESTS, "--out", "whole")
    assert whole.communicate(timeout=300)[1] == b""
    killed, rows = start(*CONTESTS, "--out", "killed"), tmp_path / "killed" / "rows"
    while not list(rows.glob("*.json")):
        assert killed.poll() is None, killed.stderr.read()
        time.sleep(0.001)
    killed.kill()
    killed.communicate()
    assert not (tmp_path / "killed" / "values.csv").exists()
    (first,) = rows.glob("*.json")
    before = first.stat().st_mtime_ns
    start(*CONTESTS, "--out", "killed").communicate(timeout=300)
    assert first.stat().st_mtime_ns == before
    assert values(tmp_path / "killed") == values(tmp_path / "whole")
    assert len(values(tmp_path / "whole")) == 2
