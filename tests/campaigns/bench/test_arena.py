"""The arena on contests of a few rows: what is kept, what counts as lost, who is ahead."""

import csv
import json
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.campaigns.bench.arena import Arena, page_content, write_tables
from attrax.campaigns.bench.arena_options import open_arena, run
from attrax.campaigns.bench.contest import AbstractSuite, Contest
from attrax.campaigns.bench.contest_experiment import ContestExperiment
from attrax.campaigns.bench.contest_metrics import contest_metrics
from attrax.campaigns.bench.published_suite import PublishedSuite
from attrax.campaigns.bench.standing import ScoreMatrix, ranks, standing
from attrax.campaigns.bench.system_suite import SystemSuite
from attrax.campaigns.bench.tuning import tuned
from attrax.campaigns.budget import Budget
from attrax.campaigns.cluster import Cluster
from attrax.campaigns.result_store import ResultStore
from attrax.core.errors import ConfigError, DataError
from attrax.reading.load import load
from attrax.registries import RIVALS
from attrax.report.bench_page import bench_page
from attrax.runs.console import Console
from attrax.systems.catalogue import find


@dataclass(frozen=True)
class Waves(AbstractSuite):
    """Noiseless waves of several lengths."""

    name = "waves"

    @property
    def names(self):
        return ("w20", "w30")

    def contest(self, name):
        x = np.sin(2 * np.pi * np.arange(300) / float(name[1:]))[:, None]
        return Contest(load(x[:200]), x[None, :200], x[None, 200:240], lyapunov_time=10.0, reference=x)

    @property
    def identity(self):
        return "1"

    @property
    def arguments(self):
        return "waves"


def explode(train, *, seed=0):
    raise ValueError("no <b>solution</b>")


HERE = Cluster(workers=1)


def budget(trials, seconds):
    return Budget(values={"trials": trials, "seconds": seconds})


@pytest.fixture
def arena(tmp_path):
    store = ResultStore(tmp_path / "bench")
    with RIVALS.added("broken", RivalSpec("broken", explode)):
        yield Arena(Waves(), ("w20", "w30"), ("mean", "linear", "broken"), budget(2, 10.0), 0, store)


def job(suite, contest, method, trials=1, seed=0):
    return Arena(suite, (contest,), (method,), budget(trials, 10.0), seed, ResultStore(Path("x"))).job(contest, method)


@pytest.fixture
def console():
    return Console(quiet=True)


def test_what_is_there_is_kept_and_the_rest_is_computed(arena, console, monkeypatch):
    arena.compute(console, HERE)
    results = arena.results()
    assert len(results) == 6
    assert not arena.store.missing([job for bundle in arena.bundles() for job in bundle.jobs])
    metrics = results["linear", "w20"].metrics
    assert metrics["nrmse"].value < 0.05
    assert metrics["valid_time"].value == pytest.approx(4.0)
    assert (metrics["valid_time"].better, metrics["r2"].better, metrics["mse"].better) == ("higher", "higher", "lower")
    assert {"kl_attractor", "hellinger_spectrum", "D_stsp"} <= set(metrics)
    monkeypatch.setattr(ContestExperiment, "run", lambda *_: pytest.fail("computed again"))
    arena.compute(console, HERE)


@pytest.mark.slow
def test_a_failure_is_a_loss_and_is_told(arena, console):
    arena.compute(console, HERE)
    results = arena.results()
    assert results["broken", "w20"].failure == "ValueError: no <b>solution</b>"
    places = arena.places(results)
    assert [place.method for place in places] == ["linear", "mean", "broken"]
    assert [place.rank for place in places] == [1, 2, 3]
    assert (places[2].failures, places[2].median, places[0].trials) == (2, np.inf, 2)


@pytest.mark.slow
def test_every_result_carries_what_repeats_it(arena, console):
    arena.compute(console, HERE)
    results = arena.results()
    places = arena.places(results)
    write_tables(arena, results, places)
    with (arena.store.folder / "values.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert all(row["command"].startswith(f"attrax bench waves --systems {row['contest']}") for row in rows)
    page = bench_page(page_content(arena, results, places))
    assert "&lt;b&gt;solution" in page
    assert "<b>solution" not in page
    assert page.count("attrax bench waves --systems w20 --rivals linear") == 1


def test_a_name_follows_from_what_is_computed():
    first = job(Waves(), "w20", "mean")
    others = (
        job(Waves(), "w30", "mean"),
        job(Waves(), "w20", "drift"),
        job(Waves(), "w20", "mean", trials=3),
        job(Waves(), "w20", "mean", seed=1),
    )
    assert first.id == job(Waves(), "w20", "mean").id
    assert len({first.id, *(other.id for other in others)}) == 5


def test_a_free_run_that_diverges_is_as_far_away_as_can_be_however_well_it_began():
    contest = Waves().contest("w20")

    def path(contexts, n):
        wave = np.sin(2 * np.pi * np.arange(200, 200 + n) / 20)[None, :, None]
        return np.where(np.arange(n)[None, :, None] < 300, wave, np.inf)

    found = contest_metrics(Forecaster(path, reach=1), contest, seed=0)
    assert found["nrmse"].value < 1e-8
    assert [found[name].value for name in ("kl_attractor", "hellinger_spectrum", "D_stsp")] == [np.inf] * 3


def test_an_exponent_that_cannot_be_measured_is_no_metric():
    noise = np.random.default_rng(0).normal(size=(1, 10_000, 1))
    found = contest_metrics(Forecaster(lambda contexts, n: noise[:, :n], reach=1), Waves().contest("w20"), seed=0)
    assert "exponent_error" not in found
    assert "kl_attractor" in found


def test_other_settings_of_a_rival_are_other_results():
    before = job(Waves(), "w20", "linear").id
    with RIVALS.added("linear", replace(RIVALS.spec("linear"), variants=({"ridge": 2.0},))):
        assert job(Waves(), "w20", "linear").id != before


def test_a_library_that_is_missing_is_told_before_anything_is_computed():
    mean = replace(RIVALS.spec("mean"), needs="no_such_library")
    with RIVALS.added("mean", mean), pytest.raises(ConfigError, match=r"C640[\s\S]*no_such_library"):
        open_arena("quick", [], systems="", rivals="mean", trials=1, seconds=1, seed=0, folder=Path("x"))


def test_commands_can_be_pasted_where_folders_have_spaces(files, tmp_path):
    folder = tmp_path / "my results"
    folder.mkdir()
    moved = [path.rename(folder / path.name) for path in files]
    arena = Arena(PublishedSuite(*moved), ("A",), ("mean",), budget(1, 30.0), 0, ResultStore(folder / "out"))
    for command in (arena.command, arena.job("A", "mean").experiment.command(arena.budget, 0)):
        words = shlex.split(command)
        assert [words[i + 1] for i, word in enumerate(words) if word == "--data"] == list(map(str, moved))
    assert shlex.split(arena.command)[-1] == str(folder / "out")


def test_tuning_takes_the_better_settings_and_no_more_than_it_may():
    train = Waves().contest("w20").train
    fits = (RIVALS.spec("mean").fits[0], RIVALS.spec("linear").fits[0], explode)
    assert tuned(fits, train, trials=3, seconds=60.0, seed=0) == (fits[1], 3)
    assert tuned(fits, train, trials=1, seconds=60.0, seed=0) == (fits[0], 1)
    assert tuned(fits, train, trials=3, seconds=0.0, seed=0) == (fits[0], 1)


def test_ranks_and_intervals_in_closed_form():
    values = np.array([[1.0, 1.0, 5.0, np.nan], [2.0, 1.0, 4.0, 1.0]])
    table = ScoreMatrix("smape", ("a", "b"), ("p", "q", "r", "s"), values)
    np.testing.assert_array_equal(ranks(table), [[1, 1.5, 2, np.nan], [2, 1.5, 1, np.nan]])
    a, b = standing(table, {})
    assert (a.rank, b.rank) == (1.5, 1.5)
    assert 1 <= a.low < 1.5 < a.high <= 2
    np.testing.assert_array_equal(ranks(ScoreMatrix("r2", ("a", "b"), ("p",), values[:, :1])), [[2], [1]])


def test_unknown_methods_and_contests_are_told():
    with pytest.raises(ConfigError, match=r"C641[\s\S]*linear"):
        open_arena("quick", [], systems="", rivals="liner", trials=1, seconds=1, seed=0, folder=Path("x"))
    with pytest.raises(ConfigError, match=r"C643[\s\S]*rossler"):
        open_arena("quick", [], systems="rosler", rivals="mean", trials=1, seconds=1, seed=0, folder=Path("x"))
    with pytest.raises(ConfigError, match="C644"):
        open_arena("published", [], systems="", rivals="mean", trials=1, seconds=1, seed=0, folder=Path("x"))


def test_a_contest_of_a_known_system_is_the_same_every_time_and_judged_by_rows_that_are_not_learned():
    suite = SystemSuite("few", ("lorenz63",), rows=800)
    one, other = suite.contest("lorenz63"), suite.contest("lorenz63")
    assert one.train.sha256 == other.train.sha256
    np.testing.assert_array_equal(one.truths, other.truths)
    assert len(one.train[0]) == 300
    assert one.contexts.shape[1:] == (500, 3)
    system = find("lorenz63")
    assert one.lyapunov_time == pytest.approx(30 / (system.period * system.exponents[0]))
    np.testing.assert_array_equal(one.contexts[0][-1], other.contexts[0][-1])


@pytest.fixture
def files(tmp_path):
    """A published table of two series, whose naive forecasts are what they must be."""
    rng = np.random.default_rng(0)
    series = 1 + rng.random((2, 1200))
    np.savez(tmp_path / "series.npz", names=np.array(["A", "B"]), test=series)
    columns = ["smape", "mse", "rmse", "mae", "mape", "marre", "r2_score", "coefficient_of_variation"]
    with (tmp_path / "scores.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["system", "model", *columns])
        for name, x in zip("AB", series, strict=True):
            y, p = x[1000:1199], x[:1000].mean()
            mse, mae = np.mean((y - p) ** 2), np.mean(np.abs(y - p))
            smape = 200 * np.mean(np.abs(y - p) / (y + p))
            mape = 100 * np.mean(np.abs((y - p) / y))
            root = np.sqrt(mse)
            others = [mape, 100 * mae / np.ptp(y), 1 - mse / y.var(), 100 * root / y.mean()]
            writer.writerow([name, "NaiveMean", smape, mse, root, mae, *others])
    return tmp_path / "series.npz", tmp_path / "scores.csv"


def test_the_published_columns_stand_beside_ours(files, tmp_path, console):
    arena = open_arena(
        "published",
        list(files),
        systems="",
        rivals="mean,persistence",
        trials=1,
        seconds=1,
        seed=0,
        folder=tmp_path / "out",
    )
    content = run(arena, console, HERE)
    places = arena.places(arena.results())
    assert content["methods"] == [place.method for place in places]
    assert {place.method: place.published for place in places} == {
        "NaiveMean": True,
        "mean": False,
        "persistence": False,
    }
    by_name = {place.method: place for place in places}
    assert by_name["mean"].median == pytest.approx(by_name["NaiveMean"].median)
    assert arena.suite.recomputed() == (2, 2)


def test_scores_of_other_series_are_refused(files, tmp_path):
    series, scores = files
    text = scores.read_text(encoding="utf-8").replace("NaiveMean", "NaiveDrift")
    (tmp_path / "other.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="D140"):
        PublishedSuite(series, tmp_path / "other.csv").published()
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    with pytest.raises(DataError, match="D141"):
        _ = PublishedSuite(tmp_path / "broken.npz", scores).names
    (tmp_path / "broken.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="D141"):
        PublishedSuite(series, tmp_path / "broken.csv").published()


@pytest.mark.slow
def test_results_can_be_read_by_anybody(arena, console):
    arena.compute(console, HERE)
    for path in (arena.store.folder / "rows").iterdir():
        assert json.loads(path.read_text(encoding="utf-8"))["point"]["method"] in arena.rivals
