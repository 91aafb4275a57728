r"""Formulas as plain text: what docstrings write in LaTeX, for a terminal, which cannot set it."""

import re
import unicodedata

_ACCENTS = {"bar": "\N{COMBINING MACRON}", "dot": "\N{COMBINING DOT ABOVE}", "hat": "\N{COMBINING CIRCUMFLEX ACCENT}"}
_SIGNS = {"odot": "⊙", "cdot": "·", "sum": "Σ", "lambda": "λ", "le": "≤", "ge": "≥", "in": "∈", "to": "→", "times": "×"}
_FORMULA = re.compile(r"\$(.+?)\$")


def plain_formulas(text: str) -> str:
    r"""A text whose formulas between dollar signs are written without commands of LaTeX.

    Example:
        >>> print(plain_formulas(r"The map $z_t = A z_{t-1} + W_1 \phi(\bar z) + h$."))
        The map z_t = A z_(t-1) + W_1 φ(z̄) + h.
    """
    return _FORMULA.sub(lambda match: _plain(match[1]), text)


def _plain(formula: str) -> str:
    formula = re.sub(r"\\(bar|dot|hat)\s*\{?(\w)\}?", lambda match: match[2] + _ACCENTS[match[1]], formula)
    formula = re.sub(r"([_^])\{(\w+)\}", r"\1\2", formula)
    formula = re.sub(r"([_^])\{([^{}]*)\}", r"\1(\2)", formula)
    formula = re.sub(r"\\([A-Za-z]+)", lambda match: _sign(match[1]), formula)
    return re.sub(r"\\[,;! ]?", "", formula).replace("{", "").replace("}", "").replace("  ", " ")


def _sign(command: str) -> str:
    """The character of a command; other commands, such as `max`, are words."""
    size = "CAPITAL" if command[0].isupper() else "SMALL"
    try:
        return _SIGNS.get(command) or unicodedata.lookup(f"GREEK {size} LETTER {command.upper()}")
    except KeyError:
        return command
