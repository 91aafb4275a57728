"""Nothing needs a network: everything works in a process that has no sockets."""

import os
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = """
import sys
import numpy as np

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto"):
        raise SystemExit(f"asked for the network: {event} {arguments}")

sys.addaudithook(refuse)
import attrax
import attrax.cli.app
from attrax.diagnosis import check
from attrax.reading import load

x = np.sin(np.arange(400)[:, None] / 6 + np.array([0.0, 1.0]))
check(load(x))
from attrax.report.html_page import render_page

html = render_page("runs.html.j2", folder="a", lines=[], measures=[], names=[])
sys.exit(0 if "http://" not in html and "https://" not in html else "the page names an address")
"""


def test_reading_and_pages_work_without_sockets(tmp_path):
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr


WITHOUT_SOCKETS = """
import sys

def refuse(event, arguments):
    if event.startswith("socket."):
        sys.stderr.write(f"asked for the network: {event} {arguments}")
        sys.stderr.flush()
        import os
        os._exit(99)

sys.addaudithook(refuse)
from attrax.cli.app import main
main()
"""
SMALL = {"hidden": 4, "window": 10, "updates": 40, "restarts": 2, "set": "evaluate.starts=2"}
OPTIONS = [text for name, value in SMALL.items() for text in (f"--{name}", str(value))]
FLOW = (
    ["inspect", "a.npy"],
    ["fit", "a.npy", *OPTIONS, "--out", "run"],
    ["evaluate", "run"],
    ["analyze", "run", "--order", "2"],
    ["simulate", "run", "--steps", "20", "--out", "free.csv"],
    ["forecast", "run", "--steps", "20", "--out", "ahead.csv"],
    ["fill", "run", "--out", "filled.csv"],
    ["report", "run"],
    ["open", "run"],
    ["doctor"],
)


@pytest.mark.slow
def test_the_whole_way_of_a_recording_needs_no_socket(tmp_path):
    """Not even one to this machine: the first use of any function of sockets ends the process with 99."""
    phase = np.arange(400) / 6
    np.save(tmp_path / "a.npy", np.stack([np.sin(phase), np.cos(phase)], axis=1))
    for command in FLOW:
        ended = subprocess.run(
            [sys.executable, "-c", WITHOUT_SOCKETS, *command],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "BROWSER": "true"},
        )
        assert ended.returncode in (0, 4), (command, ended.stderr)
    assert (tmp_path / "ahead.csv").is_file()
