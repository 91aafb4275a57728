import numpy as np
import pytest

from attrax.core.errors import ConfigError
from attrax.measures import Flag, Grade, Row, Score, Verdict, Word, judge


def score(value, *flags, protocol="any"):
    return None if value is None else Score(value, None, protocol, 1000, 0, flags)


def row(name, model, floor, null, *flags):
    return Row(name, Score(model, None, name, 1000, 0, flags), score(floor, protocol=name), score(null, protocol=name))


GRADES = [
    # model, floor, null, grade
    (0.31, 0.24, 4.80, Grade.GOOD),
    (0.36, 0.24, 0.40, Grade.GOOD),  # at the floor, though the null is near
    (2.0, 1.0, 5.0, Grade.GOOD),  # a quarter of the way
    (2.1, 1.0, 5.0, Grade.FAIR),
    (3.8, 1.0, 5.0, Grade.FAIR),
    (3.9, 1.0, 5.0, Grade.POOR),
    (5.0, 1.0, 5.0, Grade.NO_BETTER),
    (np.inf, 1.0, 5.0, Grade.NO_BETTER),
    (1.2, 1.0, 1.4, Grade.SATURATED),
    (1.45, 1.0, 1.4, Grade.SATURATED),
    (1.6, 1.0, 1.4, Grade.NO_BETTER),  # saturated for good models, but this one is worse than linear
    (0.25, None, 1.0, Grade.GOOD),
    (0.70, None, 1.0, Grade.FAIR),
    (0.71, None, 1.0, Grade.POOR),
    (1.00, None, 1.0, Grade.NO_BETTER),
    (1.5, 1.0, None, Grade.GOOD),
    (1.6, 1.0, None, Grade.POOR),
    (1.6, 1.0, np.inf, Grade.POOR),  # a null that diverged tells nothing
    (1.6, None, None, Grade.UNKNOWN),
    (np.inf, None, None, Grade.POOR),
]


@pytest.mark.parametrize(("model", "floor", "null", "grade"), GRADES)
def test_grades(model, floor, null, grade):
    assert row("D_stsp", model, floor, null).grade == grade


GOOD, FAIR, POOR = (0.3, 0.24, 4.8), (2.0, 0.24, 4.8), (4.5, 0.24, 4.8)
WORSE, SATURATED, WORSE_THAN_SATURATED = (9.0, 0.24, 4.8), (2.5, 2.5, 2.7), (9.0, 2.5, 2.7)
UNKNOWN = (1.0, None, None)

WORDS = [
    # D_stsp, D_H, PE(20), diverged, word
    (GOOD, GOOD, GOOD, False, Word.RECONSTRUCTED),
    (GOOD, GOOD, WORSE, False, Word.RECONSTRUCTED),
    (SATURATED, GOOD, FAIR, False, Word.RECONSTRUCTED),
    (GOOD, GOOD, GOOD, True, Word.NOT_RECONSTRUCTED),
    (SATURATED, SATURATED, POOR, True, Word.NOT_RECONSTRUCTED),
    (WORSE, WORSE, GOOD, False, Word.NOT_RECONSTRUCTED),
    (GOOD, FAIR, GOOD, False, Word.PARTLY),
    (POOR, WORSE, GOOD, False, Word.PARTLY),
    (GOOD, WORSE, GOOD, False, Word.PARTLY),
    (WORSE_THAN_SATURATED, GOOD, GOOD, False, Word.PARTLY),
    (SATURATED, SATURATED, FAIR, False, Word.LINEAR_IS_ENOUGH),
    (WORSE_THAN_SATURATED, WORSE_THAN_SATURATED, POOR, False, Word.LINEAR_IS_ENOUGH),
    (SATURATED, UNKNOWN, UNKNOWN, False, Word.LINEAR_IS_ENOUGH),
    (SATURATED, SATURATED, GOOD, False, Word.PARTLY),
    (UNKNOWN, UNKNOWN, GOOD, False, Word.PARTLY),
]


@pytest.mark.parametrize(("d_stsp", "d_h", "pe", "diverged", "word"), WORDS)
def test_words(d_stsp, d_h, pe, diverged, word):
    rows = [row("D_stsp", *d_stsp), row("D_H", *d_h), row("PE(20)", *pe)]
    verdict = judge(rows, diverged=diverged)
    assert verdict.word == word
    assert verdict.rows == tuple(rows)
    assert judge(rows[::-1], diverged=diverged).word == word


def test_no_measure_of_the_attractor_is_never_a_reconstruction():
    assert judge([row("PE(20)", *GOOD)], diverged=False).word == Word.PARTLY
    assert judge([], diverged=False).word == Word.PARTLY


@pytest.mark.parametrize("flag", [Flag.DIVERGED, Flag.EMPTY])
def test_flags_of_the_free_run_decide(flag):
    assert judge([row("D_H", *GOOD, flag)], diverged=False).word == Word.NOT_RECONSTRUCTED
    assert judge([row("D_H", *GOOD), row("PE(20)", *GOOD, flag)], diverged=False).word == Word.RECONSTRUCTED


def test_rows_refuse_scores_of_other_protocols():
    with pytest.raises(ConfigError) as error:
        Row("D_H", score(1.0, protocol="a"), null=score(1.0, protocol="b"))
    assert error.value.code == "C523"
    assert Row("D_H", score(1.0, protocol="a"), floor=score(1.0, protocol="a/halves")).floor is not None


def test_a_verdict_reads_as_a_table():
    text = str(judge([row("D_H", 0.06, 0.05, 0.14), row("PE(20)", 0.12, None, 0.41)], diverged=False))
    assert text.splitlines()[0].split() == ["model", "floor", "linear", "null", "verdict"]
    assert text.splitlines()[1].split() == ["D_H", "0.06", "0.05", "0.14", "good"]
    assert text.splitlines()[2].split() == ["PE(20)", "0.12", "-", "0.41", "fair"]
    assert "VERDICT  RECONSTRUCTED" in text


def test_reasons_begin_with_the_decisive_one():
    verdict = judge([row("D_H", *WORSE)], diverged=False)
    assert isinstance(verdict, Verdict)
    assert verdict.reasons == (
        "no better than linear on any measure of the attractor",
        "D_H is 9: no better than linear",
    )
