"""Words: what a verdict, a measure and a score mean, for somebody who has never met them."""

from typing import Any

from attrax.measures import Score
from attrax.measures.verdict import value_with_error

SENTENCES = {
    "RECONSTRUCTED": "Left to itself, the model behaves like the recording: it visits the same states, has the same "
    "rhythms, and forecasts data it has never seen.",
    "PARTLY": "The model has some of the behaviour of the recording, but not all of it. Trust it only where the table "
    "says good.",
    "NOT RECONSTRUCTED": "Left to itself, the model does not behave like the recording. Draw no conclusions about the "
    "system from it.",
    "LINEAR IS ENOUGH": "A linear model with noise describes this recording as well as the recording describes itself. "
    "Nothing here needs a nonlinear model.",
    "DATA TOO SHORT": "The recording is too short to tell whether any model of it is right.",
}

TONES = {"RECONSTRUCTED": "good", "LINEAR IS ENOUGH": "fair", "PARTLY": "fair"}

MEANINGS = {
    "D_stsp": "geometry: does the free run visit the same states as often? 0 is perfect",
    "D_H": "rhythm: has it the same power spectrum? 0 is perfect, 1 is disjoint",
    "PE": "forecast error that many steps ahead; relative to the variance, 1 is no better than the mean",
    "VPT": "time until a forecast is wrong",
}

NO_BREAK = "\u00a0"
WORD_JOINER = "\u2060"

MARKS = {"good": "●", "fair": "◐", "poor": "○"}

# A word's place when runs are sorted: the best first.
ORDER = ("RECONSTRUCTED", "LINEAR IS ENOUGH", "PARTLY", "NOT RECONSTRUCTED", "DATA TOO SHORT")


def sentence(word: str) -> str:
    """The verdict as a sentence."""
    return SENTENCES.get(word, "")


def tone(word: str) -> str:
    """`good`, `fair` or `poor`: how glad the page looks."""
    return TONES.get(word, "poor")


def meaning(measure: str) -> str:
    """What a measure asks, by its name without its horizon.

    Example:
        >>> meaning("PE(20)").split(":")[0][:14]
        'forecast error'
    """
    return MEANINGS.get(measure.split("(")[0], "")


def grade_mark(grade: str) -> str:
    """A sign that says the grade without color; a question mark where nothing can be told."""
    return MARKS.get(grade, "○" if grade.startswith("no better") else "?")


def sentence_of(text: str) -> str:
    """A line of the screen as a sentence.

    Example:
        >>> sentence_of("embedding  none: the channels are a state")
        'Embedding: none: the channels are a state.'
    """
    label, gap, rest = text.strip().partition("  ")
    told = f"{label}: {rest.strip()}" if gap else label
    return told[:1].upper() + told[1:].removesuffix(".") + "."


def free_runs(scores: dict[str, Any]) -> str:
    """How many free runs were judged, and how many of them diverged.

    Example:
        >>> free_runs({"free_runs": 20, "share_diverged": 0.25})
        '20, 25% of them diverged'
    """
    count, share = scores["free_runs"], scores.get("share_diverged", 0.0)
    return f"{count}, {f'{share:.0%}' if share else 'none'} of them diverged"


def score_text(score: dict[str, Any] | None) -> str:
    """A score as the screen shows it, its error and what is wrong with it, which may stand on lines of their own.

    Example:
        >>> score_text({"value": 0.1234, "std_error": None, "protocol": "", "n_used": 9, "n_dropped": 1,
        ...     "flags": ["dropped"]}), score_text(None)
        ('0.123 (dropped)', '–')
    """
    if score is None:
        return "–"
    flags = tuple(score["flags"])
    value = "∞" if score["value"] is None else value_with_error(Score(**{**score, "flags": flags}))
    # A narrow column breaks the line before the error, but neither there again nor inside 4.3e-06.
    value = value.replace("± ", f"±{NO_BREAK}").replace("-", f"-{WORD_JOINER}")
    return f"{value} ({', '.join(flags)})" if flags else value
