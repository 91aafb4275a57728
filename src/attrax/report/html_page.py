"""Renders a template to one HTML page that contains its style, scripts and images and so needs no other file.

jinja2 escapes all texts, so a channel with the name `<b>` is shown as it is.
"""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from attrax.plots.page_charts import page_figure
from attrax.report import explanations
from attrax.report.charts import color_map, picture_uri

POLICY = "CONTENT-SECURITY-POLICY"
"""Stands in the template where the policy comes, which is known when the page is complete."""


def render_page(template: str, **content: Any) -> str:
    """Render a page.

    Args:
        template: File name of the template in the folder `template`.
        **content: The variables of the template.

    Returns: The HTML text.
    """
    html = _environment().get_template(template).render(**content)
    return html.replace(POLICY, _policy(html), 1)


def _policy(html: str) -> str:
    """The Content-Security-Policy of a page: its own scripts run, by their hashes, and nothing comes from outside."""
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in dict.fromkeys(hashes))
    # plotly.js compiles its shaders' loops from text; text of a page becomes code only through scripts allowed here.
    return (
        f"default-src 'none'; script-src {allowed} 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'"
    )


def plotly_script() -> Markup:
    """The source of plotly.js, 4.8 MB. With it inside, the page works without internet."""
    from plotly.offline import get_plotlyjs

    return Markup(get_plotlyjs().replace("</script", "<\\/script"))


def embedded(value: Any) -> Markup:
    """A value as JSON that is safe inside a script element, whatever texts it contains."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


@cache
def _environment() -> Environment:
    loader = PackageLoader("attrax.report", "template")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "embedded": embedded,
        "prepared": page_figure,
        "picture": picture_uri,
        "mark": explanations.grade_mark,
        "meaning": explanations.meaning,
        "score": explanations.score_text,
    }
    environment.globals |= {"colors": color_map(), "plotly": plotly_script, "source": _source}
    return environment


def _source(name: str) -> Markup:
    """The text of a style or script file from the folder `template`."""
    return Markup((Path(__file__).parent / "template" / name).read_text(encoding="utf-8"))
