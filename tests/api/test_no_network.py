"""Nothing needs a network: everything works in a process that has no sockets."""

import subprocess
import sys

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
