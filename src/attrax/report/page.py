"""Pages: templates, style and script put together into one HTML file that needs nothing else.

jinja2 escapes every text, so that a channel called `<b>` is shown as that.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from attrax.report import explanations as words
from attrax.report.charts import chart_specs, color_map, picture_uri


def render_page(template: str, **content: Any) -> str:
    """The HTML of a page.

    Args:
        template: File name of the template.
        **content: What the template shows.
    """
    return _environment().get_template(template).render(**content)


def plotly_script() -> Markup:
    """The drawing library, whole: 4.8 MB that let the page be opened anywhere, any time."""
    from plotly.offline import get_plotlyjs

    return Markup(get_plotlyjs().replace("</script", "<\\/script"))


def embedded(value: Any) -> Markup:
    """JSON that can stand inside a script element, whatever texts it holds."""
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
        "charts": chart_specs,
        "picture": picture_uri,
        "mark": words.grade_mark,
        "meaning": words.meaning,
        "score": words.score_text,
    }
    environment.globals |= {"colors": color_map(), "plotly": plotly_script, "source": _source}
    return environment


def _source(name: str) -> Markup:
    """The text of a style or script file of ours."""
    return Markup((Path(__file__).parent / "template" / name).read_text(encoding="utf-8"))
