"""What a fit advises after its verdict."""

from dataclasses import replace

import pytest

from attrax.measures.grading import Row
from attrax.measures.score import Score
from attrax.measures.verdict import Outcome, Verdict
from attrax.reconstruct.judging.next_steps import next_steps
from attrax.reconstruct.settings.configuration import configure

CONFIG = configure().complete(3)
UPDATES = CONFIG.train.updates


def verdict(outcome=Outcome.PARTLY, model=0.1, null=0.2):
    row = Row("PE(1)", Score(model, 0.01, "PE", 1000, 0), null=Score(null, 0.01, "PE", 1000, 0))
    return Verdict(outcome, (row,), ("for the test",))


def facts(nearness=(0.0, 0.1), step=UPDATES // 2):
    restarts = {str(seed): {"seed": seed, "step": step, "nearness": near} for seed, near in enumerate(nearness)}
    return {"step": step, "restarts": restarts}


def options(*args, config=CONFIG):
    return [step.options for step in next_steps(*args, config)]


@pytest.mark.parametrize("outcome", [Outcome.RECONSTRUCTED, Outcome.LINEAR_IS_ENOUGH])
def test_nothing_is_advised_after_a_good_model(outcome):
    assert options(verdict(outcome), facts()) == []


def test_what_helps_in_general_comes_without_signs_in_the_run():
    assert options(verdict(), facts()) == ["--hidden 200", "--alpha 0.3", "--restarts 8"]


def test_a_model_worse_than_a_linear_one_needs_more_units():
    first = next_steps(verdict(model=0.3), facts(nearness=(0.0, 1.0)), CONFIG)[0]
    assert first.options == "--hidden 200"
    assert "linear" in first.reason


def test_signs_come_first_and_no_option_comes_twice():
    arguments = verdict(model=0.3), facts(nearness=(0.0, 1.0), step=UPDATES)
    drifts = ("D114  channel 'x' drifts",)
    found = [step.options for step in next_steps(*arguments, CONFIG, drifts)]
    assert found == ["--hidden 200", "--detrend all", "--restarts 8"]
    without = CONFIG.tuned({"data.detrend": ["all"]})
    assert "--detrend all" not in [step.options for step in next_steps(*arguments, without, drifts)]
    assert options(verdict(), facts(step=UPDATES))[0] == f"--updates {4 * UPDATES}"


def test_after_a_short_training_the_usual_length_comes_first():
    config = CONFIG.tuned({"train.updates": 2_000})
    first = next_steps(verdict(model=0.3), facts(), config)[0]
    assert first.options == f"--updates {UPDATES}"
    assert first.reason.startswith("2,000 updates are few")


def test_restarts_that_differ_are_told_with_their_ratio():
    first = next_steps(verdict(), facts(nearness=(0.0, 1.0)), CONFIG)[0]
    assert first.options == "--restarts 8"
    assert "2.72 times" in first.reason


def test_dynamics_without_a_hidden_layer_get_other_advice():
    config = configure(overrides={"model": {"dynamics": {"kind": "gru"}}}).complete(3)
    assert not any("--hidden" in found for found in options(verdict(model=0.3), facts(), config=config))


def test_strengths_that_were_tried_are_not_advised():
    tried = {"kind": "generalized", "alpha": 0.125, "alternatives": (0.3, 0.05)}
    assert options(verdict(), facts(), config=CONFIG.tuned({"train.forcing": tried}))[1:] == [
        "--restarts 8",
        f"--updates {4 * UPDATES}",
    ]
    tried = {"kind": "generalized", "alpha": 0.5, "alternatives": (0.3,)}
    assert "--alpha 0.05" in options(verdict(), facts(), config=CONFIG.tuned({"train.forcing": tried}))


def test_rows_without_a_linear_model_say_nothing():
    bare = verdict()
    bare = replace(bare, rows=(replace(bare.rows[0], null=None),))
    assert options(bare, facts()) == ["--hidden 200", "--alpha 0.3", "--restarts 8"]
