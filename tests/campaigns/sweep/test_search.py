import math
import sqlite3
from functools import partial

import pytest

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.metric import Metric
from attrax.campaigns.result_store import ResultRow
from attrax.campaigns.results_table import NEARNESS, Summary
from attrax.campaigns.sweep.search import objective
from attrax.campaigns.sweep.sweep_points import jobs_of
from attrax.core.errors import RunError

SPACE = {"train.forcing.alpha": {"low": 0.1, "high": 0.9}, "model.dynamics.hidden_dim": {"choices": [4, 8]}}
OBJECTIVE = "attrax.campaigns.sweep.search.objective"


def row(nearness, score=1.0):
    return ResultRow("x", (), 0, "", {"D_stsp": Metric(score, None, "p", "lower")}, "", 1.0, {NEARNESS: nearness}, {})


def failed():
    return ResultRow("y", (), 0, "", {}, "it exploded", 1.0, {}, {})


@pytest.fixture
def searching(sweep, monkeypatch):
    """A search whose score is alpha, and the alphas that were tried."""
    pytest.importorskip("optuna")
    tried = []

    def compute(self, bundles, engine):
        tried.extend(bundle.jobs[0].experiment.config.train.forcing.settings.alpha for bundle in bundles)

    monkeypatch.setattr(Campaign, "compute_while_writing", compute)
    monkeypatch.setattr(OBJECTIVE, lambda *_: tried[-1])
    return sweep(search={"trials": 6, "space": SPACE}), tried


@pytest.mark.slow
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


def test_settings_are_chosen_by_validation_and_the_test_scores_of_the_chosen_are_shown(sweep, monkeypatch):
    pytest.importorskip("optuna")
    monkeypatch.setattr(Campaign, "compute_while_writing", lambda *_: None)

    def summaries(jobs, _store):
        alpha = jobs[0].experiment.config.train.forcing.settings.alpha
        # What is nearest to the validation rows has the worst test score.
        return [Summary((("data", "map"),), 1, (row(alpha, score=1 - alpha),))]

    monkeypatch.setattr("attrax.campaigns.sweep.search.summarize", summaries)
    said = []
    searching = sweep(search={"trials": 4, "space": SPACE}).searching
    monkeypatch.setattr(type(searching.campaign.console), "say", lambda _, topic, text: said.append((topic, text)))
    searching.run()
    record = searching.open_record()
    alphas = [trial.params["train.forcing.alpha"] for trial in record.get_trials()]
    assert record.best_params["train.forcing.alpha"] == min(alphas)
    assert said[-1] == ("test", f"map: D_stsp {1 - min(alphas):.3g}")


def test_trials_have_validation_rows_of_their_own(sweep):
    pytest.importorskip("optuna")
    for base, share in (({}, 0.2), ({"validation_fraction": 0.3}, 0.3)):
        searching = sweep(base={"train": {"window": 10, **base}}, search={"trials": 1, "space": SPACE}).searching
        (bundle,) = searching._bundles_at({"train.forcing.alpha": 0.5})
        assert bundle.jobs[0].experiment.config.train.validation_fraction == share


def test_the_objective_is_a_mean_over_recordings_of_medians_over_seeds():
    one, other = Summary((), 3, (row(1.0), row(2.0), row(9.0))), Summary((), 1, (row(4.0),))
    assert objective([one, other]) == pytest.approx(3.0)
    assert objective([Summary((), 3, (row(1.0), row(2.0), failed()))]) == pytest.approx(2.0)
    for hopeless in (Summary((), 1, (failed(),)), Summary((), 1, ())):
        assert objective([one, hopeless]) == math.inf


def test_a_second_search_in_the_folder_is_refused_before_it_takes_a_trial(searching):
    sweep, tried = searching
    with sweep.campaign.writing(), pytest.raises(RunError, match="R319"):
        sweep.run()
    assert tried == []
    assert not (sweep.store.folder / "trials.db").exists()


def locked(path):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("begin exclusive")
    return holder


def damaged(path):
    path.write_bytes(b"no database" * 100)


@pytest.mark.parametrize(("harm", "told"), [(locked, "locked"), (damaged, "not a database")])
def test_a_record_that_cannot_be_used_is_a_sentence(searching, harm, told, monkeypatch):
    sweep, tried = searching
    sweep.run()
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0.1))
    holder = harm(sweep.store.folder / "trials.db")
    with pytest.raises(RunError, match=f"R333[\\s\\S]*{told}"):
        sweep.run()
    assert len(tried) == 6
    if holder is not None:
        holder.close()
