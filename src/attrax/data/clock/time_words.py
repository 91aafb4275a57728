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

TIMES = (
    *("time", "times", "timestamp", "timestamps", "stamp", "date", "datetime", "zeit", "zeitpunkt", "zeitstempel"),
    *("datum", "uhrzeit", "temps", "tiempo", "fecha", "tempo", "tijd", "czas", "tid", "čas", "zaman", "время", "дата"),
    *("时间", "日期", "時間", "時刻", "日付", "日時"),
)
"""Words for time itself."""


def unit_of_word(word: str) -> str:
    """The unit that a word names; empty for other words.

    Example:
        >>> unit_of_word("Jahr"), unit_of_word("Seconds"), unit_of_word("pressure")
        ('year', 's', '')
    """
    return next((unit for unit, words in WORDS.items() if word.strip().lower() in words), "")
