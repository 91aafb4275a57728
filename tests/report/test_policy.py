"""The Content-Security-Policy of the pages."""

import base64
import hashlib
import re

from attrax.report.html_page import plotly_script, render_page


def test_a_page_runs_its_own_scripts_only():
    html = render_page("runs.html.j2", folder="<script>alert(1)</script>", lines=[], measures=[], names=[])
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    # A browser computes the hash after it has changed line ends.
    assert "\r" not in plotly_script()
    assert "\x00" not in plotly_script()
