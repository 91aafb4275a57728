"""The directive `system-gallery`: all systems of the catalogue, each with its picture and what is known of it.

Everything but the pictures comes from the catalogue when the page is built; `docs/draw_gallery.py` draws the pictures.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from attrax.core.number_text import number_text
from attrax.systems import System, find, names
from attrax.systems.known_invariants import measured

PICTURES = "_static/gallery"
MOST_EXPONENTS = 4


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("system-gallery", SystemGallery)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class SystemGallery(SphinxDirective):
    """A section for each science, with a card for each of its systems."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        by_domain: dict[str, list[System]] = defaultdict(list)
        for name in names():
            by_domain[find(name).domain].append(find(name))
        return [self._section(domain, systems) for domain, systems in sorted(by_domain.items())]

    def _section(self, domain: str, systems: list[System]) -> nodes.section:
        section = nodes.section("", nodes.title(text=domain.capitalize()), ids=[f"domain-{domain.replace(' ', '-')}"])
        pictures = Path(self.env.srcdir) / PICTURES
        lines = [line for system in sorted(systems, key=_title) for line in _card(system, pictures)]
        self.state.nested_parse(StringList(["::::{grid} 1 1 2 2", ":gutter: 2", "", *lines, "::::"]), 0, section)
        return section


def _title(system: System) -> str:
    return system.title.lower()


def _card(system: System, pictures: Path) -> Iterator[str]:
    yield from (":::{grid-item-card} " + system.title, ":class-card: system", "")
    if (pictures / f"{system.name}.png").is_file():
        yield from (f"```{{image}} {PICTURES}/{system.name}.png", f":alt: An orbit of {system.title}")
        yield from (":class: attractor dark-light", "```", "")
    summary = system.summary[:1].upper() + system.summary[1:]
    yield from (f"`{system.name}` {summary}", "", "```text", *system.equations, "```", "")
    yield from (f"{_exponents(system)} {system.citation}".replace("$", r"\$"), ":::", "")


def _exponents(system: System) -> str:
    """The exponents of the catalogue, each with its error, and the dimension that follows from them."""
    found = measured().get(system.name, {})
    values = found.get("exponents") or system.exponents
    if not values:
        return "Exponents: not measured."
    errors = found.get("std_error") or [None] * len(values)
    shown = [number_text(*pair) for pair in zip(values[:MOST_EXPONENTS], errors[:MOST_EXPONENTS], strict=True)]
    more = ", ..." if len(values) > MOST_EXPONENTS else ""
    dimension = number_text(found["kaplan_yorke"], found["kaplan_yorke_error"]) if "kaplan_yorke" in found else ""
    return f"Exponents {', '.join(shown)}{more}{'; Kaplan-Yorke dimension ' * bool(dimension)}{dimension}."
