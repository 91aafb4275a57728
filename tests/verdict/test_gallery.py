"""The gallery: no impostor is called reconstructed, and every true system is.

pytest -m slow tests/verdict/test_gallery.py -s    # 20 draws of every cell: about an hour and a half of processor time
"""

from collections import Counter

import pytest

from attrax import evaluate
from attrax.measures import Outcome
from tests.verdict.gallery import CASES, UNDETECTABLE, simulators

DRAWS = 20
TRAINED = 0.8
QUICK = [
    # case, impostor, what the reason or a finding says
    pytest.param("van der pol", "true", "", marks=pytest.mark.slow),
    ("van der pol", "speed x1.05", "faster than the recording"),
    pytest.param(
        *("van der pol", "right, persistence", "no forecast is better than that of a linear model"),
        marks=pytest.mark.slow,
    ),
    ("henon", "replay", "repeat the training recording"),
    ("henon", "VAR", "no better than linear"),
]


def parts(case, draw, rows=20_000):
    x = CASES[case].recording(draw, rows)
    cut = int(TRAINED * rows)
    return x[:cut], x[cut:]


@pytest.mark.parametrize(("case", "name", "said"), QUICK)
def test_one_draw_of_a_few_cells(case, name, said):
    train, test = parts(case, 0, 5_000)
    verdict = evaluate(simulators(CASES[case], train)[name], test, train).verdict
    assert (verdict.outcome is Outcome.RECONSTRUCTED) == (name == "true"), verdict.reasons
    assert any(said in reason for reason in verdict.reasons)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_twenty_draws_of_every_cell(case):
    table, words = Counter(), set()
    for draw in range(DRAWS):
        train, test = parts(case, draw)
        for name, simulator in simulators(CASES[case], train).items():
            outcome = evaluate(simulator, test, train, seed=draw).verdict.outcome
            table[name] += outcome is Outcome.RECONSTRUCTED
            words.add((name, outcome))
    for name, count in table.items():
        print(f"TABLE {case}: {name}: {count} of {DRAWS} reconstructed", flush=True)  # noqa: T201 - what it is run for
    assert table.pop("true") == DRAWS
    wrong = {name for name, count in table.items() if count and (case, name) not in UNDETECTABLE}
    assert not wrong
    assert {outcome for name, outcome in words if name == "VAR"} == {Outcome.NOT_RECONSTRUCTED}
