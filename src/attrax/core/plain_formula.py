r"""Formulas as plain text: what docstrings write in LaTeX, for a terminal, which cannot set it."""

import re
import unicodedata

_ACCENTS = {"bar": "MACRON", "dot": "DOT ABOVE", "hat": "CIRCUMFLEX ACCENT", "tilde": "TILDE"}
_SIGNS = {
    **{"odot": "⊙", "cdot": "·", "times": "×", "sum": "Σ", "prod": "Π", "le": "≤", "ge": "≥", "in": "∈", "to": "→"},
    **{"sim": "~", "mid": "|", "dots": "...", "lVert": "‖", "top": "T", "lambda": "λ"},
    **dict.fromkeys(("bigl", "bigr", "left", "right", "quad"), ""),
}
_FORMULA = re.compile(r"\$(.+?)\$")
_PART = r"\{?([\w.]+)\}?"


def plain_formulas(text: str) -> str:
    r"""A text whose formulas between dollar signs are written without commands of LaTeX.

    Example:
        >>> print(plain_formulas(r"The map $z_t = A z_{t-1} + W_1 \phi(\bar z) + h$."))
        The map z_t = A z_(t-1) + W_1 φ(z̄) + h.
        >>> print(plain_formulas(r"$x \sim \mathcal N(\hat\mu, 1)$ and $\lVert \frac1T \sum_t J_t \rVert$"))
        x ~ N(μ̂, 1) and ‖1/T Σ_t J_t‖
    """
    return _FORMULA.sub(lambda match: _plain(match[1]), text)


def _plain(formula: str) -> str:
    formula = re.sub(rf"\\(?:mathrm|mathcal|text)\s*{_PART}", r"\1", formula)
    formula = re.sub(r"\s*\\rVert", "‖", formula)
    formula = re.sub(r"\\frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))", r"\1\2/\3\4", formula)
    formula = re.sub(r"\\([A-Za-z]+)\s?", lambda match: _sign(match[1], match[0]), formula)
    formula = re.sub(r"\\(bar|dot|hat|tilde)\s*\{?(\w)\}?", lambda match: _accented(match[2], match[1]), formula)
    formula = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r"√(\1)", formula)
    formula = re.sub(r"([_^])\{(\w+|\+)\}", r"\1\2", formula)
    formula = re.sub(r"([_^])\{([^{}]*)\}", r"\1(\2)", formula)
    return re.sub(r" +", " ", re.sub(r"\\[,;! ]?|[{}]", "", formula))


def _sign(command: str, written: str) -> str:
    """The character of a command; a function such as `max` is a word, and accents and roots are left for later."""
    if command in _ACCENTS or command == "sqrt":
        return written
    after = "" if command == "lVert" else written[len(command) + 1 :]
    if command in _SIGNS:
        return _SIGNS[command] + after
    size = "CAPITAL" if command[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {command}") + after
    except KeyError:
        return command + after


def _accented(letter: str, accent: str) -> str:
    return letter + unicodedata.lookup(f"COMBINING {_ACCENTS[accent]}")
