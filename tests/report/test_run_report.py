import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from attrax import RunError
from attrax.cli.page import make_page
from attrax.plots import Axis, Figure, Line, Panel
from attrax.plots.page_charts import page_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, FactTable
from attrax.reconstruct.settings.choice import DynamicsChoice
from attrax.registries import ANALYSES
from attrax.report.charts import color_map
from attrax.report.explanations import score_text
from attrax.report.report_data import read_report_data
from attrax.report.run_comparison import comparison_page
from attrax.report.run_report import figures_of, page_of_run
from attrax.report.tabs import tabs_of
from attrax.runs.console import Console
from attrax.runs.evidence_file import open_evidence
from attrax.runs.folder import Run

TABS = ["Data", "Fit", "Attractor", "Chaos", "Forecast", "Structure", "Explanation", "Reproduce"]
VOID = {"meta", "link", "img", "br"}


class Outline(HTMLParser):
    """Checks that elements are closed in order, and gathers ids, references and texts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.controls, self.links, self.texts = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [about["id"]] if "id" in about else []
        self.controls += [about["aria-controls"]] if "aria-controls" in about else []
        self.links += [about[name] for name in ("src", "href") if name in about]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(text)


@pytest.fixture(scope="module")
def outline(page):
    return Outline(page.read_text(encoding="utf-8"))


def test_page_is_one_well_formed_file_that_refers_to_nothing_else(page, outline):
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.controls) <= set(outline.ids)
    assert all(link.startswith(("data:", "#")) for link in outline.links)
    assert page.stat().st_size < 7_000_000


def test_page_says_what_was_found(outline, run):
    text = " ".join(outline.texts)
    scores = json.loads((run / "scores.json").read_text())
    info = json.loads((run / "run.json").read_text())
    assert scores["verdict"] in text
    assert all(score_text(row[of]) in text for row in scores["rows"] for of in ("model", "floor", "null", "chance"))
    assert f"Free runs: {scores['free_runs']}, none of them diverged." in text
    assert "Best of 2 restarts" in text
    assert info["model_sha256"] in text
    assert all(name in text for name in TABS)
    assert "0.500 ± 0.010" in text
    assert "there may be more" in text


def test_texts_of_the_user_are_shown_and_never_run(page):
    assert "<script>x" not in page.read_text(encoding="utf-8")
    assert "&lt;script&gt;x" in page.read_text(encoding="utf-8")


def test_charts_hold_the_numbers_of_the_figures(page):
    charts = re.findall(r'<script type="application/json">(.*?)</script>', page.read_text(encoding="utf-8"))
    specs = [json.loads(chart) for chart in charts]
    assert specs[0]["data"][0]["type"] == "scatter3d"
    assert {trace["name"] for trace in specs[0]["data"]} == {"data", "model"}
    assert all("title" not in spec["layout"] for spec in specs)


def test_the_dark_theme_has_a_color_for_every_light_one(page):
    charts = re.findall(r'<script type="application/json">(.*?)</script>', page.read_text(encoding="utf-8"))
    used = {color for chart in charts for color in re.findall(r'"color":"(#\w{6})"', _without_template(chart))}
    assert used
    assert used <= set(color_map())


def _without_template(chart):
    spec = json.loads(chart)
    spec["layout"].pop("template", None)
    return json.dumps(spec, separators=(",", ":"))


def test_report_made_again_needs_neither_recording_nor_model(run, page, monkeypatch):
    monkeypatch.setattr("attrax.runs.reconstruction.gather_evidence", None)
    assert page_of_run(run).html == page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_figure_of_the_page_is_also_a_file(run):
    make_page(run, Console(quiet=True))
    data = read_report_data(run)
    names = {figure.name for figure in figures_of(data, tabs_of(data))}
    assert len(names) == 8
    assert {path.name for path in (run / "figures").iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("png", "svg", "csv")
    }


def test_valid_time_is_told_in_lyapunov_times_when_chaos_is_sure(run):
    data = read_report_data(run)
    assert data.lyapunov_time == pytest.approx(2.0)
    valid = data.scores["valid_prediction_time"]["value"]
    for word, told in (("PARTLY", True), ("NOT RECONSTRUCTED", False)):
        forecast = tabs_of(replace(data, scores={**data.scores, "verdict": word}))[4]
        assert (f"{valid / 2:.3g} Lyapunov times" in forecast.texts[0]) is told


def test_of_many_fixed_points_some_are_shown_and_the_rest_counted(run):
    found = {"x": [[1.0, 2.0, 3.0]] * 25, "kind": ["saddle"] * 25}
    structure = tabs_of(replace(read_report_data(run), analysis={"fixed_points": found}))[5]
    assert structure.tables[0].title.startswith("Fixed points, 20 of 25")
    assert len(structure.tables[0].rows) == 20


def test_restarts_are_ranked_by_their_free_runs(run):
    data = read_report_data(run)
    fit = next(tab for tab in tabs_of(data) if tab.name == "Fit")
    (restarts,) = (table for table in fit.tables if table.title.startswith("Restarts"))
    near = {f"seed {one['seed']}": one["nearness"] for one in data.scores["restarts"].values()}
    assert [row[0] for row in restarts.rows] == sorted(near, key=near.get)
    assert [row[1] for row in restarts.rows] == [f"{np.exp(v - min(near.values())):.3g}" for v in sorted(near.values())]
    assert [row[-1] for row in restarts.rows] == ["chosen", ""]


def test_exponents_that_are_small_beside_the_largest_are_about_zero(run):
    data = read_report_data(run)
    found = {"exponents": [0.5, 0.04, 0.1, -0.2, None], "std_error": [0.01, 1e-4, 0.04, 0.01, None]}
    chaos = tabs_of(replace(data, analysis={"lyapunov": found}))[3]
    assert [row[2] for row in chaos.tables[0].rows] == ["grows", "about zero", "about zero", "shrinks", "not known"]


def test_a_model_that_is_not_reconstructed_says_so_first_and_once(run):
    found = {"exponents": [0.5], "std_error": [0.01], "orbits": 16, "warning": "the model is PARTLY: beware"}
    spread = {"free_runs": 0.03, "restarts": 0.2, "other_restarts": {"1": 0.4}}
    chaos = tabs_of(replace(read_report_data(run), analysis={"lyapunov": {**found, "spread": spread}}))[3]
    assert chaos.texts[0] == "Warning: the model is PARTLY: beware."
    assert "chaotic" in chaos.texts[1]
    assert "0.03 between 16 free runs and 0.2 between 2 restarts" in chaos.texts[2]


def test_an_explanation_shows_its_parts_its_influences_and_what_is_not_above_the_control(run):
    parts = {
        **{"channels": ["a", "b"], "units": ["mV", ""], "row": 7, "horizon": 3, "ages": [0], "share_by_age": [1.0]},
        **{"forecast": [[1.0, 2.0]], "offset": [[0.25, 0.5]], "by_channel": [[[0.5, 0.25], [1.0, 0.5]]]},
        **{"inputs": [], "input_parts": [[[], []]], "rule": "exact"},
    }
    influence = {
        **{"channels": ["a", "b"], "sources": ["a", "b"], "horizon": 3, "pairs": 256, "dropped": 0},
        **{"influence": [[0.5, 0.1], [0.2, 0.5]], "std_error": [[0.02] * 2] * 2},
        "beyond_control": [[True, False], [True, True]],
    }
    found = {"forecast_parts": {**parts, "warning": "the model is PARTLY: beware"}, "influence": influence}
    tab = tabs_of(replace(read_report_data(run), analysis=found))[6]
    assert tab.texts[0] == "Warning: the model is PARTLY: beware."
    assert tab.tables[0].columns == ("forecast of", "value", "offset", "from a", "from b")
    assert tab.tables[0].rows[0] == ("a [mV]", "1", "0.25", "0.5", "0.25")
    assert tab.tables[1].rows[0] == ("a", "0.50 ± 0.02", "(0.10 ± 0.02)")
    assert any("one row alone" in text for text in tab.texts)
    assert any("3 of 4 are above" in text for text in tab.texts)
    empty = tabs_of(replace(read_report_data(run), analysis={}))[6]
    assert empty.commands[0].startswith("attrax explain")


def test_an_analysis_shows_its_texts_its_table_and_its_figures(tmp_path, run):
    spec = AnalysisSpec(
        "toy",
        lambda task, count: None,
        texts=lambda facts: (f"{facts['n']} toys were found.",),
        table=lambda facts: FactTable("Toys", ("n",), ((str(facts["n"]),),)),
    )
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "toys.png").write_bytes(b"")
    found = {"result": "SUCCESSFUL", "figures": ["toys", "never_drawn"], "n": 3}
    with ANALYSES.added("toy", spec):
        structure = tabs_of(replace(read_report_data(run), analysis={"toy": found}, folder=tmp_path))[5]
    assert structure.texts == ("3 toys were found.",)
    assert [table.title for table in structure.tables] == ["Toys"]
    assert [picture.path.name for picture in structure.pictures] == ["toys.png"]
    panel = Panel(traces=(Line(x=np.arange(3.0), y=np.arange(3.0)),), x=Axis(label="t"), y=Axis(label="x"))
    chart = page_figure(Figure(name="toys", title="Toys", panels=(panel,), caption="Three."))
    (tmp_path / "analysis" / "charts").mkdir(parents=True)
    (tmp_path / "analysis" / "charts" / "toys.json").write_text(json.dumps(chart.as_json()))
    with ANALYSES.added("toy", spec):
        structure = tabs_of(replace(read_report_data(run), analysis={"toy": found}, folder=tmp_path))[5]
    assert (structure.charts, structure.pictures) == ((chart,), ())


def test_noise_and_divergence_are_told(run):
    data = read_report_data(run)
    scores = {**data.scores, "observation_noise": [0.0, 0.25, 0.0], "share_diverged": 0.5}
    fit = tabs_of(replace(data, scores=scores))[1]
    assert ("noise added to them", "standard deviation y & z 0.25") in fit.tables[-1].rows
    assert ("free runs", f"{scores['free_runs']}, 50 % of them diverged") in fit.tables[-1].rows


def test_delayed_copies_are_left_out(run):
    evidence = read_report_data(run).evidence
    delayed = replace(evidence, channels=("a@5", "a@0", "b@5"))
    assert evidence.undelayed(()) is evidence
    assert replace(delayed, channels=("a@5", "a@0", "a@2")).undelayed((5, 0, 2)).channels == ("a",)
    np.testing.assert_array_equal(delayed.undelayed((5, 0, 2)).forecast, evidence.forecast[..., 0:1])


def test_evidence_survives_the_disk(fitted, run):
    kept, made = open_evidence(run), fitted.evidence
    assert kept.channels == made.channels
    assert kept.unit == "s"
    np.testing.assert_array_equal(kept.forecast, made.forecast)
    np.testing.assert_array_equal(kept.data, fitted.evaluation.reference.x.astype(np.float32))


def test_unfinished_runs_have_no_report(run, tmp_path):
    Run.create(tmp_path / "new", Run.open(run).config, data={"name": "a", "train": "b", "test": "c"})
    with pytest.raises(RunError, match="R309"):
        page_of_run(tmp_path / "new")


def test_runs_are_compared_the_best_first(fitted, tmp_path):
    for name, word, hidden in (("a", "PARTLY", 4), ("b", "RECONSTRUCTED", 5)):
        config = fitted.config.model_copy(
            update={"model": fitted.config.model.model_copy(update={"dynamics": DynamicsChoice(hidden_dim=hidden)})}
        )
        made = Run.create(tmp_path / name, config, data={"name": "a", "train": "b", "test": "c"})
        score = {"value": 0.1, "std_error": None, "protocol": "D_H", "n_used": 1, "n_dropped": 0, "flags": []}
        row = {"name": "D_H", "model": score}
        made.save_scores({"verdict": word, "rows": [row]})
    Run.create(tmp_path / "unfinished", fitted.config, data={"name": "a", "train": "b", "test": "c"})
    damaged = Run.create(tmp_path / "damaged", fitted.config, data={"name": "a", "train": "b", "test": "c"})
    (damaged.path / "run.json").write_text('{"status": ')
    text = comparison_page(tmp_path, beside=tmp_path)
    order = [text.index(f">{name}</a>") for name in ("b", "a", "unfinished", "damaged")]
    assert "cannot be read" in text
    assert order == sorted(order)
    assert "model.dynamics.hidden_dim" in text
    assert "train.updates" not in text
    assert Outline(text).open == []


def test_a_folder_without_runs_is_refused(tmp_path):
    with pytest.raises(RunError, match="R302"):
        comparison_page(tmp_path, beside=tmp_path)


def test_fits_plot_and_report(fitted, tmp_path):
    figure = fitted.plot_attractor()
    assert [trace.name for trace in figure.panels[0].traces] == ["data", "model"]
    for plot in (fitted.plot_spectra, fitted.plot_distributions, fitted.plot_return_map, fitted.plot_free_run):
        assert len(plot().panels) in (3, 6)
    assert len(fitted.plot_forecast().panels) == 4
    assert fitted.plot_training().panels[0].traces[0].name == "seed 0"
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert "attrax fit --config" in fitted.report(tmp_path / "r.html").read_text(encoding="utf-8")
