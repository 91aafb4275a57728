"""Prepares figures for a page: one plotly chart for each panel, colors for both themes, and embedded images."""

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
    """Data and layout of each panel for plotly.js, with numbers in single precision to keep the page small."""
    return [
        json.loads(str(render_panel(_in_single_precision(panel), LIGHT).to_json())) for panel in figure.thinned().panels
    ]


def color_map() -> dict[str, str]:
    """For each color of the light theme the color of the dark theme, so that the page can recolor its charts."""
    named = {getattr(LIGHT, name): getattr(DARK, name) for name in ("background", "text", "muted", "grid")}
    roles = {LIGHT.color(role): DARK.color(role) for role in Role}
    return {**dict(zip(LIGHT.colormap, DARK.colormap, strict=True)), **roles, **named}


def picture_uri(path: Path) -> str:
    """An image file as a data URI in WebP format, which needs a quarter of the size of PNG."""
    from PIL import Image

    small = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(small, format="WEBP", quality=PICTURE_QUALITY)
    return "data:image/webp;base64," + base64.b64encode(small.getvalue()).decode()


def _in_single_precision(panel: Panel) -> Panel:
    return dataclasses.replace(panel, traces=tuple(_trace_in_single_precision(trace) for trace in panel.traces))


def _trace_in_single_precision(trace: Any) -> AbstractTrace:
    short = {
        entry.name: value.astype(np.float32)
        for entry in dataclasses.fields(trace)
        if isinstance(value := getattr(trace, entry.name), np.ndarray) and value.dtype == np.float64
    }
    return dataclasses.replace(trace, **short)
