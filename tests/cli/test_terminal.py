"""On a terminal: progress bars, and the end of the program."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")

PROGRAM = [sys.executable, "-c", "from attrax.cli.app import main; main()"]
TINY = (
    *("--updates", "40", "--hidden", "4", "--window", "10", "--restarts", "1", "--no-report"),
    *("--set", "train.chunk=10", "--set", "train.candidates=1", "--set", "evaluate.starts=2"),
)


def on_a_terminal(*args, folder, seconds=240):
    """The exit code, and what a terminal showed."""
    ours, theirs = pty.openpty()
    shown = bytearray()

    def read():
        # Reading fails once the program has closed its side.
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:
                return
            if not piece:
                return
            shown.extend(piece)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        ended = subprocess.run(
            [*PROGRAM, *args], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, timeout=seconds, check=False
        )
    finally:
        os.close(theirs)
        reader.join(10)
        os.close(ours)
    return ended.returncode, shown.decode("utf-8", "replace")


def test_a_fit_on_a_terminal_shows_its_progress_and_ends(tmp_path):
    turns = np.arange(600) / 5
    np.save(tmp_path / "a.npy", np.stack([np.sin(turns), np.cos(1.7 * turns)], axis=1))
    code, text = on_a_terminal("fit", "a.npy", *TINY, folder=tmp_path)
    assert code in (0, 4), text[-2_000:]
    assert "━" in text
    assert "40/40" in text
    assert "VERDICT" in text
