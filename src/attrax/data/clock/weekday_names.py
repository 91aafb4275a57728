"""Names of the days of the week, short and long, in the languages of Western Europe."""

ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OTHERS = (
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun", "montag", "dienstag", "mittwoch", "donnerstag", "freitag"),
    *("samstag", "sonntag", "mo", "di", "mi", "do", "fr", "sa", "so", "lundi", "mardi", "mercredi", "jeudi"),
    *("vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
)
_ALL = frozenset((*ENGLISH, *_OTHERS))


def is_weekday(word: str) -> bool:
    """Whether a word names a day of the week.

    Example:
        >>> is_weekday("Tue."), is_weekday("Freitag"), is_weekday("May")
        (True, True, False)
    """
    return word.strip().lower().rstrip(".") in _ALL
