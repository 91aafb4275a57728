"""Equations as MathML, which browsers show themselves: no script, and nothing to load but a font."""

import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

# The converter lets the bars of a norm grow without need, and sets what belongs below a limit beside it.
BARS = re.compile(r"\\[lr]Vert(?![a-zA-Z])")
LIMIT = re.compile(r"<msub>(<mo>lim</mo><mrow>.*?</mrow>)</msub>")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name `mathml`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mathml(latex: str, *, block: bool) -> str:
    """An equation in LaTeX as MathML, in a line of text or as a block."""
    found = convert(BARS.sub(r"\\|", latex), display="block" if block else "inline")
    return LIMIT.sub(r"<munder>\1</munder>", found) if block else found


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    number = f'<span class="eqno">({node["number"]})</span>' if node["number"] else ""
    anchor = f' id="{node["ids"][0]}"' if node["ids"] else ""
    equation = mathml(node.astext(), block=True)
    translator.body.append(f'<div class="equation"{anchor}><div class="scrolled">{equation}</div>{number}</div>\n')
    raise nodes.SkipNode
