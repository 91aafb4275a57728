import pytest

from attrax.campaigns.sweep import commands
from attrax.campaigns.sweep.execution import Outcome
from attrax.campaigns.sweep.search import objective, open_study
from attrax.campaigns.sweep.sweep import Sweep
from attrax.core.errors import ConfigError

SPACE = {"train.forcing.alpha": {"low": 0.1, "high": 0.9}, "model.dynamics.hidden_dim": {"choices": [4, 8]}}


@pytest.fixture
def searching(sweep, monkeypatch):
    """A search whose score is alpha, and the alphas that were tried."""
    pytest.importorskip("optuna")
    tried = []

    def compute(self, jobs, engine, console):
        tried.extend(job.tasks[0].config.train.forcing.settings.alpha for job in jobs)

    monkeypatch.setattr(Sweep, "compute", compute)
    monkeypatch.setattr(
        "attrax.campaigns.sweep.search.objective",
        lambda sweep, name, tasks: tasks[0].config.train.forcing.settings.alpha,
    )
    return sweep(search={"trials": 6, "space": SPACE}), tried


def test_as_many_trials_are_done_as_are_wanted_and_no_more(searching, console):
    sweep, tried = searching
    commands.run(sweep, console)
    assert len(tried) == len(set(tried)) == 6
    commands.run(sweep, console)
    assert len(tried) == 6
    assert open_study(sweep, sweep.description.search).best_value == min(tried)
    assert {task.config.train.forcing.settings.alpha for task in commands.known_tasks(sweep)} == set(tried)


def test_a_trial_that_was_interrupted_comes_first(searching, console, monkeypatch):
    sweep, tried = searching

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("attrax.campaigns.sweep.search.objective", stop)
        with pytest.raises(KeyboardInterrupt):
            commands.run(sweep, console)
    commands.run(sweep, console)
    assert tried[0] == tried[1]
    assert len(set(tried)) == 6


def test_an_unknown_objective_is_told(sweep, console, monkeypatch):
    monkeypatch.setattr("attrax.campaigns.sweep.search.lines_of", lambda *_: [_Line({"D_H": None})])
    with pytest.raises(ConfigError, match="C581"):
        objective(sweep(), "D_h", [])


class _Line:
    def __init__(self, spreads):
        self.spreads = spreads


def test_an_outcome_without_an_error_is_one():
    assert not Outcome("job").error
