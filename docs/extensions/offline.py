"""Stops the build if a page would load something from the network."""

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

LOADED = re.compile(r'<(?:script|img|iframe|source)\b[^>]*\ssrc="(https?:[^"]+)"|<link\b[^>]*\shref="(https?:[^"]+)"')


class LoadsFromNetworkError(SphinxError):
    """A page that needs the network."""

    category = "A page loads from the network"


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at all pages when they are written."""
    app.connect("build-finished", _look)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _look(app: Sphinx, failure: Exception | None) -> None:
    if failure is not None or app.builder.format != "html":
        return
    found = {page.name: LOADED.findall(page.read_text("utf-8")) for page in Path(app.outdir).rglob("*.html")}
    loading = {page: ["".join(address) for address in addresses] for page, addresses in found.items() if addresses}
    if loading:
        raise LoadsFromNetworkError(str(loading))
