"""Charts: figures as the page's script draws them, a chart a panel, in colors that follow the reader's theme."""

import base64
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from attrax.plots.figure import Figure, Panel
from attrax.plots.plotly_renderer import render_panel
from attrax.plots.theme import DARK, LIGHT, Role
from attrax.plots.traces import AbstractTrace

PICTURE_QUALITY = 88


def chart_specs(figure: Figure) -> list[dict[str, Any]]:
    """Data and layout of each panel, as plotly.js takes them; numbers in single precision, packed."""
    return [json.loads(str(render_panel(_single(panel), LIGHT).to_json())) for panel in figure.thinned().panels]


def color_map() -> dict[str, str]:
    """From each color of the light theme to the dark theme's, so that one set of charts serves both."""
    named = {getattr(LIGHT, name): getattr(DARK, name) for name in ("background", "text", "muted", "grid")}
    roles = {LIGHT.color(role): DARK.color(role) for role in Role}
    return {**dict(zip(LIGHT.colormap, DARK.colormap, strict=True)), **roles, **named}


def picture_uri(path: Path) -> str:
    """A picture file as an address that holds the picture itself, in a format a quarter the size of PNG."""
    from PIL import Image

    small = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(small, format="WEBP", quality=PICTURE_QUALITY)
    return "data:image/webp;base64," + base64.b64encode(small.getvalue()).decode()


def _single(panel: Panel) -> Panel:
    return dataclasses.replace(panel, traces=tuple(_halved(trace) for trace in panel.traces))


def _halved(trace: Any) -> AbstractTrace:
    short = {
        entry.name: value.astype(np.float32)
        for entry in dataclasses.fields(trace)
        if isinstance(value := getattr(trace, entry.name), np.ndarray) and value.dtype == np.float64
    }
    return dataclasses.replace(trace, **short)
