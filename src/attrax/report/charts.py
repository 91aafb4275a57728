"""Colors of charts in both themes, and images inside a page."""

import base64
import io
from pathlib import Path

from attrax.plots.theme import DARK, LIGHT, Role

PICTURE_QUALITY = 88


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
