import math

import pytest

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.metric import Metric
from attrax.campaigns.result_store import ResultRow
from attrax.campaigns.results_table import Summary
from attrax.campaigns.sweep.search import Objective, objective
from attrax.campaigns.sweep.sweep_points import jobs_of
from attrax.core.errors import ConfigError

SPACE = {"train.forcing.alpha": {"low": 0.1, "high": 0.9}, "model.dynamics.hidden_dim": {"choices": [4, 8]}}
OBJECTIVE = "attrax.campaigns.sweep.search.objective"


def row(better, value):
    return ResultRow("x", (), 0, "", {"score": Metric(value, None, "p", better)}, "", 1.0, {}, {})


def failed():
    return ResultRow("y", (), 0, "", {}, "it exploded", 1.0, {}, {})


@pytest.fixture
def searching(sweep, monkeypatch):
    """A search whose score is alpha, and the alphas that were tried."""
    pytest.importorskip("optuna")
    tried = []

    def compute(self, bundles, engine):
        tried.extend(bundle.jobs[0].experiment.config.train.forcing.settings.alpha for bundle in bundles)

    monkeypatch.setattr(Campaign, "compute", compute)
    monkeypatch.setattr(OBJECTIVE, lambda *_: Objective(tried[-1], tried[-1]))
    return sweep(search={"trials": 6, "space": SPACE}), tried


def test_as_many_trials_are_done_as_are_wanted_and_no_more(searching):
    sweep, tried = searching
    sweep.run()
    assert len(tried) == len(set(tried)) == 6
    sweep.run()
    assert len(tried) == 6
    assert sweep.searching.open_record().best_value == min(tried)
    jobs = jobs_of(sweep.planned_bundles())
    assert {job.experiment.config.train.forcing.settings.alpha for job in jobs} == set(tried)


def test_a_trial_that_was_interrupted_comes_first(searching, monkeypatch):
    sweep, tried = searching

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(OBJECTIVE, stop)
        with pytest.raises(KeyboardInterrupt):
            sweep.run()
    sweep.run()
    assert tried[0] == tried[1]
    assert len(set(tried)) == 6


def test_of_a_score_whose_large_values_are_better_the_largest_is_found(searching, monkeypatch):
    sweep, tried = searching
    monkeypatch.setattr(OBJECTIVE, lambda *_: objective([Summary((), 1, (row("higher", tried[-1]),))], "score"))
    sweep.run()
    record = sweep.searching.open_record()
    assert record.best_params["train.forcing.alpha"] == max(tried)


def test_a_failure_is_the_worst_there_is_in_either_direction():
    for better in ("lower", "higher"):
        good = objective([Summary((), 1, (row(better, 2.0),))], "score")
        assert good.value == pytest.approx(2.0)
        both = Summary((), 1, (row(better, 2.0),)), Summary((), 1, (failed(),))
        assert objective(both, "score").loss > good.loss
    assert objective([Summary((), 1, (failed(),))], "score").loss == math.inf


def test_a_score_without_a_direction_is_refused():
    with pytest.raises(ConfigError, match=r"C582[\s\S]*score"):
        objective([Summary((), 1, (row("neither", 2.0),))], "score")


def test_an_unknown_objective_is_told():
    with pytest.raises(ConfigError, match="C581"):
        objective([Summary((), 1, (row("lower", 2.0),))], "D_h")
