"""Explains verdicts, measures and scores to readers of a page who see them for the first time."""

from typing import Any

from attrax.core.number_text import share_text
from attrax.measures import Score
from attrax.measures.measure_names import measure_named
from attrax.measures.verdict import value_with_error

SENTENCES = {
    "RECONSTRUCTED": "Free runs of the model behave like the recording: they visit the same states equally often and "
    "have the same frequencies. The model also forecasts data that it has never seen.",
    "PARTLY": "The model has some of the behaviour of the recording, but not all of it. Trust it only where the table "
    "says good.",
    "NOT RECONSTRUCTED": "Free runs of the model do not behave like the recording. Do not draw conclusions about the "
    "system from this model.",
    "LINEAR IS ENOUGH": "A linear model with noise is as close to this recording as one part of the recording is to "
    "another. The recording does not need a nonlinear model.",
    "DATA TOO SHORT": "The recording is too short to tell whether any model of it is right.",
}

TONES = {"RECONSTRUCTED": "good", "LINEAR IS ENOUGH": "fair", "PARTLY": "fair"}

NO_BREAK = "\u00a0"
WORD_JOINER = "\u2060"

MARKS = {"good": "●", "fair": "◐", "poor": "○"}

# Order of the verdicts when runs are sorted, the best first.
ORDER = ("RECONSTRUCTED", "LINEAR IS ENOUGH", "PARTLY", "NOT RECONSTRUCTED", "DATA TOO SHORT")


def sentence(verdict: str) -> str:
    """One or two sentences that explain a verdict; empty for an unknown one."""
    return SENTENCES.get(verdict, "")


def tone(verdict: str) -> str:
    """The style class of a verdict: `good` (green), `fair` (amber) or `poor` (red)."""
    return TONES.get(verdict, "poor")


def meaning(measure: str) -> str:
    """What a measure compares, and what its values mean; empty for an unknown one.

    Example:
        >>> meaning("PE(20)").split(":")[0][:14]
        'forecast error'
    """
    spec = measure_named(measure)
    return spec.meaning if spec else ""


def grade_mark(grade: str) -> str:
    """A symbol for a grade, for readers who cannot distinguish the colors; `?` if the row has no grade."""
    return MARKS.get(grade, "○" if grade.startswith("no better") else "?")


def sentence_of(text: str) -> str:
    """A line of screen output as a sentence for a page.

    Example:
        >>> sentence_of("embedding  none: the channels are a state")
        'Embedding: none: the channels are a state.'
    """
    label, gap, rest = text.strip().partition("  ")
    told = f"{label}: {rest.strip()}" if gap else label
    return told[:1].upper() + told[1:].removesuffix(".") + "."


def free_runs_text(scores: dict[str, Any]) -> str:
    """The number of free runs and the share of them that diverged.

    Example:
        >>> free_runs_text({"free_runs": 20, "share_diverged": 0.25})
        '20, 25 % of them diverged'
    """
    count, share = scores["free_runs"], scores.get("share_diverged", 0.0)
    return f"{count}, {share_text(share) if share else 'none'} of them diverged"


def score_text(score: dict[str, Any] | None) -> str:
    """A score as text: value, standard error and flags; a narrow column can break the line between them.

    Example:
        >>> score_text({"value": 0.1234, "std_error": None, "protocol": "", "n_used": 9, "n_dropped": 1,
        ...     "flags": ["dropped"]}), score_text(None)
        ('0.123 (dropped)', '–')
    """
    if score is None:
        return "–"
    flags = tuple(score["flags"])
    value = "∞" if score["value"] is None else value_with_error(Score(**{**score, "flags": flags}))
    # In a narrow column the line may break before the ±, but not after it and not inside 4.3e-06.
    value = value.replace("± ", f"±{NO_BREAK}").replace("-", f"-{WORD_JOINER}")
    return f"{value} ({', '.join(flags)})" if flags else value
