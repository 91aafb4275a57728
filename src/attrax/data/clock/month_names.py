"""Names of months, short and long, in the languages of Western Europe."""

ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# As few letters as tell a month from the others, in any of the languages.
_STEMS = (
    ("jan", "gen", "ene"),
    ("feb", "fev", "fév"),
    ("mar", "mär", "maer", "mrz", "mrt", "maa"),
    ("apr", "avr", "abr"),
    ("may", "mai", "mag", "maj", "mei"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "aou", "aoû", "ago"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "déc", "dez", "dic", "des"),
)
STEMS = tuple(stem for stems in _STEMS for stem in stems)
"""What names of months begin with."""


def month_number(word: str) -> int:
    """The number of a month, from 1 on, by its name; 0 for any other word.

    Example:
        >>> [month_number(word) for word in ("Sept.", "März", "août", "Friday")]
        [9, 3, 8, 0]
    """
    text = word.strip().lower()
    return next((i for i, stems in enumerate(_STEMS, start=1) if text.startswith(stems)), 0)


def is_english(word: str) -> bool:
    """Whether a name of a month is English, in full or in three letters."""
    text = word.lower()
    return text in ENGLISH or text in {name[:3] for name in ENGLISH}
