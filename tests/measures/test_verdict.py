from dataclasses import replace

import numpy as np
import pytest

from attrax import ConfigError
from attrax.measures import Flag, GateResult, Grade, Outcome, Row, Score, StateSpaceDivergence, Verdict, judge
from attrax.measures.measure_spec import MeasureSpec
from attrax.registries import MEASURES


def score(value, *flags, protocol="any"):
    return None if value is None else Score(value, None, protocol, 1000, 0, flags)


def row(name, model, floor, null, *flags):
    return Row(name, Score(model, None, name, 1000, 0, flags), score(floor, protocol=name), score(null, protocol=name))


GRADES = [
    # model, floor, null, grade
    (0.31, 0.24, 4.80, Grade.GOOD),
    (0.36, 0.24, 0.40, Grade.GOOD),  # at the floor, though the null is near
    (2.0, 1.0, 5.0, Grade.GOOD),  # two floors
    (2.1, 1.0, 50.0, Grade.FAIR),  # however bad the null is
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
    (2.1, 1.0, None, Grade.POOR),
    (2.1, 1.0, np.inf, Grade.POOR),  # a null that diverged tells nothing
    (1.6, None, None, Grade.UNKNOWN),
    (np.inf, None, None, Grade.POOR),
]


@pytest.mark.parametrize(("model", "floor", "null", "grade"), GRADES)
def test_grades(model, floor, null, grade):
    assert row("D_stsp", model, floor, null).grade == grade


def test_a_measure_of_another_package_says_whether_it_describes_the_attractor():
    rows = [row("D_new", 0.3, 0.24, 4.8), row("PE(20)", 0.1, None, 1.0)]
    spec = MeasureSpec(
        "new distance", StateSpaceDivergence, name="D_new", better="lower", meaning="", of_attractor=True
    )
    with MEASURES.added("new", spec):
        assert [each.of_attractor for each in rows] == [True, False]
    assert not rows[0].of_attractor


GOOD, FAIR, POOR = (0.3, 0.24, 4.8), (2.0, 0.24, 4.8), (4.5, 0.24, 4.8)
WORSE, SATURATED, WORSE_THAN_SATURATED = (9.0, 0.24, 4.8), (2.5, 2.5, 2.7), (9.0, 2.5, 2.7)
UNKNOWN, EQUAL = (1.0, None, None), (4.8, 0.24, 4.8)

WORDS = [
    # D_stsp, D_H, PE(20), diverged, word
    (GOOD, GOOD, GOOD, False, Outcome.RECONSTRUCTED),
    (GOOD, GOOD, WORSE, False, Outcome.PARTLY),  # nothing can be foreseen
    (SATURATED, GOOD, FAIR, False, Outcome.RECONSTRUCTED),
    (GOOD, GOOD, GOOD, True, Outcome.NOT_RECONSTRUCTED),
    (SATURATED, SATURATED, POOR, True, Outcome.NOT_RECONSTRUCTED),
    (WORSE, WORSE, GOOD, False, Outcome.NOT_RECONSTRUCTED),
    (GOOD, FAIR, GOOD, False, Outcome.PARTLY),
    (POOR, WORSE, GOOD, False, Outcome.PARTLY),
    (GOOD, WORSE, GOOD, False, Outcome.PARTLY),
    (WORSE_THAN_SATURATED, GOOD, GOOD, False, Outcome.PARTLY),
    (SATURATED, SATURATED, EQUAL, False, Outcome.LINEAR_IS_ENOUGH),
    (SATURATED, SATURATED, WORSE, False, Outcome.NOT_RECONSTRUCTED),  # a linear model is better
    (WORSE_THAN_SATURATED, WORSE_THAN_SATURATED, EQUAL, False, Outcome.LINEAR_IS_ENOUGH),
    (WORSE_THAN_SATURATED, WORSE_THAN_SATURATED, GOOD, False, Outcome.PARTLY),
    (SATURATED, UNKNOWN, UNKNOWN, False, Outcome.LINEAR_IS_ENOUGH),
    (SATURATED, SATURATED, GOOD, False, Outcome.PARTLY),
    (UNKNOWN, UNKNOWN, GOOD, False, Outcome.PARTLY),
]


@pytest.mark.parametrize(("d_stsp", "d_h", "pe", "diverged", "word"), WORDS)
def test_words(d_stsp, d_h, pe, diverged, word):
    rows = [row("D_stsp", *d_stsp), row("D_H", *d_h), row("PE(20)", *pe)]
    verdict = judge(rows, diverged=diverged)
    assert verdict.outcome == word
    assert verdict.rows == tuple(rows)
    assert judge(rows[::-1], diverged=diverged).outcome == word


def test_no_measure_of_the_attractor_is_never_a_reconstruction():
    assert judge([row("PE(20)", *GOOD)], diverged=False).outcome == Outcome.PARTLY
    assert judge([], diverged=False).outcome == Outcome.PARTLY


@pytest.mark.parametrize("flag", [Flag.DIVERGED, Flag.EMPTY])
def test_flags_of_the_free_run_decide(flag):
    assert judge([row("D_H", *GOOD, flag)], diverged=False).outcome == Outcome.NOT_RECONSTRUCTED
    assert judge([row("D_H", *GOOD), row("PE(20)", *GOOD, flag)], diverged=False).outcome == Outcome.RECONSTRUCTED


def test_doubts_cap_and_never_lift():
    rows = [row("D_H", *GOOD), row("PE(20)", *GOOD)]
    capped = judge(rows, diverged=0, doubts=["the recording is too short"])
    assert (capped.outcome, capped.reasons[0]) == (Outcome.PARTLY, "at best: the recording is too short")
    assert judge([row("D_H", *WORSE)], diverged=0, doubts=["any"]).outcome is Outcome.NOT_RECONSTRUCTED


def test_divergences_are_counted():
    verdict = judge([row("D_H", *GOOD), row("PE(20)", *GOOD)], diverged=3, runs=20)
    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.NOT_RECONSTRUCTED, "3 of 20 free runs diverged")


def sure(name, model, error, null_error=0.0, chance=None):
    scores = [Score(v, e, name, 1000, 0) for v, e in ((model, error), (1.0, 0.0), (5.0, null_error))]
    return Row(name, *scores, chance=score(chance, protocol=name))


@pytest.mark.parametrize(
    ("error", "null_error", "grade"),
    [
        (0.1, 0.0, Grade.GOOD),  # 1.9 + 0.1 is two floors
        (0.2, 0.0, Grade.FAIR),  # 1.9 + 0.2 is more
        (np.nan, 0.0, Grade.FAIR),
        (np.inf, 0.0, Grade.FAIR),
        (0.5, 1.8, Grade.SATURATED),  # 5.0 - 3.6 may be the floor, and 1.9 - 1.0 too
        (0.1, 1.0, Grade.GOOD),
        (0.1, 1.8, Grade.GOOD),  # 5.0 - 1.9 is less than two errors, but 1.9 is nearer to 1.0 than to 5.0
    ],
)
def test_grades_heed_the_errors(error, null_error, grade):
    assert sure("D_stsp", 1.9, error, null_error).grade is grade


def test_forecasts_are_better_only_beyond_the_errors_of_both():
    assert sure("PE(1)", 3.0, 0.4, 0.5).better_than_linear
    assert not sure("PE(1)", 3.0, 0.6, 0.5).better_than_linear
    assert sure("PE(1)", 0.4, 0.04, chance=1.0).skilled
    assert not sure("PE(1)", 0.4, 0.06, chance=1.0).skilled
    assert not sure("PE(1)", 0.4, 0.0).skilled
    skilled = sure("PE(1)", 0.4, 0.0, chance=1.0)
    assert not replace(skilled, null=replace(skilled.null, value=0.3)).skilled  # a linear forecast is better


RANK = [Outcome.NOT_RECONSTRUCTED, Outcome.LINEAR_IS_ENOUGH, Outcome.PARTLY, Outcome.RECONSTRUCTED]


def random_rows(rng):
    """Rows in which every gate is crossed now and then."""
    rows = []
    for name in ("D_stsp", "D_H", "PE(1)", "PE(20)"):
        model, floor, null = rng.choice([0.1, 0.5, 1.0, 2.0, 5.0], size=3) * rng.uniform(0.8, 1.25, size=3)
        errors = rng.choice([0.0, 0.05, 0.5], size=3)
        scores = [Score(v, float(e), name, 1000, 0) for v, e in zip((model, floor, null), errors, strict=True)]
        forecast = name.startswith("PE")
        rows.append(Row(name, scores[0], None if forecast else scores[1], scores[2], score(1.0, protocol=name)))
    return rows


def with_value(row, value):
    return replace(row, model=replace(row.model, value=value))


def test_a_better_score_never_gets_a_worse_word():
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(1_000):
        rows = random_rows(rng)
        before = judge(rows, diverged=0).outcome
        which = rng.integers(len(rows))
        rows[which] = with_value(rows[which], rows[which].model.value * rng.uniform())
        after = judge(rows, diverged=0).outcome
        assert RANK.index(after) >= RANK.index(before), rows
        seen |= {before, after}
    assert seen == set(Outcome)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("which", ["D_stsp", "D_H"])
def test_what_is_not_finite_is_never_a_reconstruction(bad, which):
    rows = {name: row(name, *GOOD) for name in ("D_stsp", "D_H", "PE(1)")}
    assert judge(list(rows.values()), diverged=0).outcome is Outcome.RECONSTRUCTED
    for part in ("model", "floor"):
        spoilt = replace(rows[which], **{part: replace(getattr(rows[which], part), value=bad)})
        assert judge([*(rows | {which: spoilt}).values()], diverged=0).outcome is not Outcome.RECONSTRUCTED
    blurred = replace(rows[which], model=replace(rows[which].model, std_error=bad))
    assert judge([*(rows | {which: blurred}).values()], diverged=0).outcome is not Outcome.RECONSTRUCTED
    blind = replace(rows["PE(1)"], model=replace(rows["PE(1)"].model, value=bad))
    assert judge([*(rows | {"PE(1)": blind}).values()], diverged=0).outcome is not Outcome.RECONSTRUCTED


def test_rows_refuse_scores_of_other_protocols():
    with pytest.raises(ConfigError) as error:
        Row("D_H", score(1.0, protocol="a"), null=score(1.0, protocol="b"))
    assert error.value.code == "C523"
    assert Row("D_H", score(1.0, protocol="a"), floor=score(1.0, protocol="a/halves")).floor is not None


def test_a_verdict_reads_as_a_table():
    text = str(judge([row("D_H", 0.06, 0.05, 0.14), row("PE(20)", 0.12, None, 0.41)], diverged=False))
    verdict, reason, *table = text.splitlines()
    assert (verdict, reason[:2]) == ("VERDICT  RECONSTRUCTED", "  ")
    assert table[0].split() == ["model", "floor", "linear", "null", "verdict"]
    assert table[1].split() == ["D_H", "0.06", "0.05", "0.14", "good"]
    assert table[2].split() == ["PE(20)", "0.12", "–", "0.41", "fair"]


def test_reasons_begin_with_the_decisive_one():
    verdict = judge([row("D_H", *WORSE)], diverged=False)
    assert isinstance(verdict, Verdict)
    assert verdict.reasons == (
        "no better than linear on any measure of the attractor",
        "D_H is 9: no better than linear",
    )


@pytest.mark.parametrize("scores", [GOOD, FAIR, WORSE])
def test_doubts_cap_the_verdict_at_partly(scores):
    rows = [row(name, *scores) for name in ("D_stsp", "D_H", "PE(20)")]
    free, doubted = judge(rows, diverged=0), judge(rows, diverged=0, doubts=["the recording is too short"])
    if free.outcome is Outcome.RECONSTRUCTED:
        assert (doubted.outcome, doubted.reasons[0]) == (Outcome.PARTLY, "at best: the recording is too short")
    else:
        assert doubted == free


def test_a_failed_gate_is_told_and_caps_the_verdict():
    rows = [row(name, *GOOD) for name in ("D_stsp", "D_H", "PE(20)")]
    gates = [GateResult("occupation", ""), GateResult("speed", "too fast"), GateResult("replay", "a copy")]
    verdict = judge(rows, diverged=0, gates=gates)
    assert verdict.outcome is Outcome.PARTLY
    assert verdict.reasons[:2] == ("at best: too fast", "a copy")
    assert judge(rows, diverged=0, gates=gates[:1]).outcome is Outcome.RECONSTRUCTED
    assert judge([row("D_H", *WORSE)], diverged=0, gates=gates).reasons[1:3] == ("too fast", "a copy")


def test_forecasts_at_other_horizons_count():
    attractor, blind = [row("D_H", *GOOD)], row("PE(20)", *WORSE)
    assert judge([*attractor, blind], diverged=0).outcome is Outcome.PARTLY
    verdict = judge([*attractor, blind], diverged=0, further=[row("PE(3)", *GOOD)])
    assert verdict.outcome is Outcome.RECONSTRUCTED
    assert verdict.further[0].name == "PE(3)"
    assert [each.name for each in verdict.all_rows] == [*(each.name for each in attractor), "PE(3)", blind.name]


SATURATED_PAIR = [row("D_stsp", *SATURATED), row("D_H", *SATURATED)]


def test_linear_is_not_enough_where_nearest_neighbours_are_better():
    forecast = row("PE(3)", *EQUAL)
    better = replace(forecast, neighbours=score(2.4, protocol="PE(3)"))
    assert judge([*SATURATED_PAIR, forecast], diverged=0).outcome is Outcome.LINEAR_IS_ENOUGH
    verdict = judge([*SATURATED_PAIR, better], diverged=0)
    assert verdict.outcome is Outcome.NOT_RECONSTRUCTED
    assert verdict.reasons[0].startswith("nearest neighbours forecast 50 % better than the linear model (PE(3))")


def test_linear_is_not_enough_for_a_model_at_rest():
    rows = [row("D_stsp", *SATURATED, Flag.COLLAPSED), row("D_H", *SATURATED)]
    verdict = judge(rows, diverged=0)
    assert (verdict.outcome, verdict.reasons[0][:10]) == (Outcome.NOT_RECONSTRUCTED, "a free run")


def test_a_row_is_graded_at_the_length_of_its_floor():
    whole, half = row("D_stsp", 0.4, 0.3, 5.0), row("D_stsp", 0.9, 0.3, 5.0)
    assert (whole.grade, replace(whole, matched=half).grade) == (Grade.GOOD, Grade.FAIR)
    assert replace(whole, matched=row("D_stsp", *SATURATED)).linear_at_floor
