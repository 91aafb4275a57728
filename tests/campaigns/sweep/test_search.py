import pytest

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.results_table import Summary
from attrax.campaigns.sweep.search import objective, open_record
from attrax.campaigns.sweep.sweep_points import jobs_of
from attrax.core.errors import ConfigError

SPACE = {"train.forcing.alpha": {"low": 0.1, "high": 0.9}, "model.dynamics.hidden_dim": {"choices": [4, 8]}}
OBJECTIVE = "attrax.campaigns.sweep.search.objective"


@pytest.fixture
def searching(sweep, monkeypatch):
    """A search whose score is alpha, and the alphas that were tried."""
    pytest.importorskip("optuna")
    tried = []

    def compute(self, bundles, engine):
        tried.extend(bundle.jobs[0].experiment.config.train.forcing.settings.alpha for bundle in bundles)

    monkeypatch.setattr(Campaign, "compute", compute)
    monkeypatch.setattr(OBJECTIVE, lambda sweep, name, jobs: jobs[0].experiment.config.train.forcing.settings.alpha)
    return sweep(search={"trials": 6, "space": SPACE}), tried


def test_as_many_trials_are_done_as_are_wanted_and_no_more(searching):
    sweep, tried = searching
    sweep.run()
    assert len(tried) == len(set(tried)) == 6
    sweep.run()
    assert len(tried) == 6
    assert open_record(sweep, sweep.file.search).best_value == min(tried)
    assert {job.experiment.config.train.forcing.settings.alpha for job in jobs_of(sweep.planned_bundles())} == set(
        tried
    )


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


def test_an_unknown_objective_is_told(sweep, monkeypatch):
    monkeypatch.setattr(Summary, "names", ("D_H",))
    monkeypatch.setattr("attrax.campaigns.sweep.search.summarize", lambda *_: [Summary((), 1, ())])
    with pytest.raises(ConfigError, match="C581"):
        objective(sweep(), "D_h", [])
