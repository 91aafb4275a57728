"""Words for units of time, in the languages of Western Europe, as names of columns have them."""

WORDS = {
    "year": ("year", "years", "yr", "yrs", "jahr", "jahre", "annee", "année", "an", "ano", "año", "anno", "jaar", "år"),
    "month": ("month", "months", "mon", "mth", "monat", "monate", "mois", "mes", "mês", "mese", "maand"),
    "week": ("week", "weeks", "woche", "semaine", "semana", "settimana"),
    "d": ("day", "days", "tag", "tage", "jour", "jours", "dia", "día", "giorno", "dag"),
    "h": ("hour", "hours", "hr", "hrs", "stunde", "stunden", "std", "heure", "heures", "hora", "ora", "uur"),
    "min": ("minute", "minutes", "min", "mins", "minuten", "minuto", "minutos", "minuti"),
    "s": ("second", "seconds", "sec", "secs", "sekunde", "sekunden", "seconde", "segundo", "segundos", "secondo"),
    "ms": ("ms", "msec", "msecs", "millisecond", "milliseconds", "millis", "millisekunden"),
    "us": ("us", "usec", "microsecond", "microseconds", "micros"),
    "ns": ("nanosecond", "nanoseconds", "nanos"),
    "quarter": ("quarter", "qtr", "quartal", "trimestre"),
}
"""The words for each unit."""

CERTAIN_DATES = ("date", "dates", "datum", "fecha", "дата", "日期")
"""Words for dates that name nothing else."""

CERTAIN_TIMES = (
    *("time", "times", "timestamp", "timestamps", "zeit", "zeitpunkt", "zeitstempel", "uhrzeit", "temps", "tiempo"),
    *("tijd", "время", "时间", *CERTAIN_DATES),
)
"""Words for time itself that name nothing else."""

TIMES = (
    *CERTAIN_TIMES,
    *("stamp", "datetime", "tempo", "czas", "tid", "čas", "zaman", "時間", "時刻", "日付", "日時"),
)
"""Words for time itself; some of them, such as `tempo`, also name other quantities."""


def unit_of_word(word: str) -> str:
    """The unit that a word names; empty for other words.

    Example:
        >>> unit_of_word("Jahr"), unit_of_word("Seconds"), unit_of_word("pressure")
        ('year', 's', '')
    """
    return next((unit for unit, words in WORDS.items() if word.strip().lower() in words), "")
