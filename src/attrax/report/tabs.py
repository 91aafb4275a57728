"""The tabs of a report: texts, tables and figures of each."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrax.core.number_text import number_text, share_text
from attrax.data.clock.durations import spelled, worded
from attrax.data.embedding.delay_embedding import lags_text, newest_columns
from attrax.measures import Outcome
from attrax.plots.figure import warned
from attrax.reconstruct import run_figures
from attrax.reconstruct.judging.answers import noise_text
from attrax.reconstruct.learning.selection import ranked, runner_up
from attrax.report.analysis_tabs import chaos, explanation, structure
from attrax.report.explanations import free_runs_text, sentence_of
from attrax.report.page_parts import HtmlTable, Tab
from attrax.report.report_data import ReportData

DISTANCE = (
    "Distance: how far free runs of a restart are from the training data, at its best update, divided by that of the "
    "best restart."
)


def tabs_of(data: ReportData) -> tuple[Tab, ...]:
    """All tabs of a report."""
    return tuple(make(data) for make in TABS)


def _data(m: ReportData) -> Tab:
    e, data = m.undelayed, m.config.data
    rows = [
        ("source", ", ".join(data.source) or m.name),
        ("channels", f"{len(e.channels)}: " + ", ".join(e.channels)),
        ("time step", spelled(e.dt, e.unit)),
        ("test recording", ", ".join(data.test) or _held_out(m)),
        ("rows compared", f"{e.rows:,}"),
        ("delay embedding", lags_text(data.lags, e.dt, e.unit) + " ahead" if data.lags else "none"),
    ]
    done = [sentence for sentences in m.preparation.get("done", {}).values() for sentence in sentences]
    repairs = HtmlTable("What was repaired", ("", ""), tuple((str(i + 1), text) for i, text in enumerate(done)))
    found = (*m.preparation.get("notices", ()), m.preparation.get("caution", ""))
    notices = [sentence_of(str(text)) for text in found if text]
    texts = tuple(notices) if done else (*notices, "Nothing was repaired: the recording was used as it is.")
    facts = HtmlTable("The recording", ("", ""), tuple(rows))
    return Tab("Data", texts, (facts, repairs) if done else (facts,), (run_figures.recording(e), *run_figures.gaps(e)))


def _held_out(m: ReportData) -> str:
    if m.config.data.in_sample:
        return "none: the model was evaluated on the training recording itself"
    return (
        "a recording of its own" if _is_system(m) else f"the last {share_text(m.config.data.test_fraction)} of the rows"
    )


def _is_system(m: ReportData) -> bool:
    return len(m.config.data.source) == 1 and m.config.data.source[0] == m.info.get("data", {}).get("name")


def _fit(m: ReportData) -> Tab:
    c, t = m.config.model, m.config.train
    rows = (
        ("dynamics", c.describe()),
        ("observation", c.observation.spec.title),
        ("forcing", t.told.replace("alpha", "α =")),
        ("updates", f"{t.updates:,} of {t.batch_size} windows of {t.window} rows"),
        ("learning rate", f"{number_text(t.learning_rate)} to {number_text(t.final_learning_rate)}"),
        ("chosen", f"seed {m.facts.get('seed', '?')}, after {m.facts.get('step', 0):,} updates"),
        ("dynamical noise", noise_text(m.facts.get("noise_share", 0.0), m.facts.get("noise_size", 0.0))),
    )
    tables = tuple(table for table in (HtmlTable("The model", ("", ""), rows), _restarts(m), _judging(m)) if table.rows)
    figures = (run_figures.training(m.history, m.config, m.facts),) if m.history else ()
    places = m.facts.get("restarts", {})
    texts = (sentence_of(runner_up(m.facts)),) if places else ()
    texts += (DISTANCE,) if len(places) > 1 else ()
    return Tab("Fit", texts, tables, figures)


def _restarts(m: ReportData) -> HtmlTable:
    """All restarts, the best first; for runs of early versions without a ranking, in the order of the seeds."""
    last = m.history[-1] if m.history else {"loss": [], "alpha": []}
    curves = {m.config.seed + i: pair for i, pair in enumerate(zip(last["loss"], last["alpha"], strict=True))}
    places = ranked(m.facts.get("restarts", {}))
    rows = tuple(
        (f"seed {seed}", *_place(places.get(seed)), *_curve(curves.get(seed)), _remark(m, seed))
        for seed in dict.fromkeys((*places, *curves))
    )
    return HtmlTable("Restarts, the best first", ("", "distance", "at update", "last loss", "last α", ""), rows)


def _place(found: tuple[int, float] | None) -> tuple[str, str]:
    return ("–", "–") if found is None else (number_text(found[1]), f"{found[0]:,}")


def _curve(found: tuple[float, float] | None) -> tuple[str, str]:
    return ("–", "–") if found is None else (number_text(found[0]), number_text(found[1]))


def _remark(m: ReportData, seed: int) -> str:
    return "chosen" if m.facts.get("seed") == seed else ""


def _judging(m: ReportData) -> HtmlTable:
    lags, values = m.config.data.lags, m.scores.get("observation_noise", ())
    values = values[newest_columns(lags)]
    noise = dict(zip(m.undelayed.channels, values, strict=False))
    listed = ", ".join(f"{name} {number_text(value)}" for name, value in noise.items() if value)
    rows = [("free runs", free_runs_text(m.scores))] if "free_runs" in m.scores else []
    if noise:
        rows.append(("noise added to them", f"standard deviation {listed}" if listed else "none"))
    if any(m.scores.get("noise_added_to_test", ())):
        rows.append(("noise added to both", "as much as the training recording has more than the test recording"))
    return HtmlTable("How it was judged", ("", ""), tuple(rows))


def _attractor(m: ReportData) -> Tab:
    e = m.undelayed
    figures = (run_figures.distributions(e), run_figures.spectra(e), run_figures.return_map(e))
    figures = tuple(warned(figure, m.warning) for figure in figures)
    text = "Test data in grey, a free run of the model in blue. If the model is right, the two look the same."
    noisy = any(m.scores.get("observation_noise", ()))
    note = "The free run is drawn without the noise that was added before it was scored (tab Fit)."
    return Tab("Attractor", (text, note) if noisy else (text,), (), figures)


def _forecast(m: ReportData) -> Tab:
    # The exponents of a wrong model are not those of the system.
    time = None if m.scores["verdict"] == Outcome.NOT_RECONSTRUCTED else m.lyapunov_time
    valid = m.scores.get("valid_prediction_time")
    texts = []
    if valid is not None and valid["value"] is not None:
        length = worded(valid["value"], m.evidence.unit, error=valid.get("std_error"))
        text = f"Forecasts are valid for {length}, the median over {valid['n_used']} starts"
        texts.append(text + (f": {number_text(valid['value'] / time)} Lyapunov times." if time else "."))
        texts.append(
            f"Valid means an error below {m.config.evaluate.threshold:g} standard deviations of the recording, over "
            "all channels."
        )
    figures = (run_figures.forecasts(m.undelayed, time), run_figures.free_run(m.undelayed))
    figures = tuple(warned(figure, m.warning) for figure in figures)
    return Tab("Forecast", tuple(texts), (), figures)


def _reproduce(m: ReportData) -> Tab:
    place = m.folder or Path("RUN")
    hashes = m.info.get("data", {})
    facts = [
        ("seed", str(m.config.seed)),
        ("training data, sha256", str(hashes.get("train", "–"))),
        ("test data, sha256", str(hashes.get("test", "–"))),
        ("model, sha256", str(m.info.get("model_sha256", "–"))),
        ("platform", str(m.info.get("platform", "–"))),
        ("started", str(m.info.get("started", "–"))),
    ]
    versions = tuple((name, str(text)) for name, text in m.info.get("versions", {}).items())
    measures = tuple((row["name"], row["model"]["protocol"]) for row in m.scores["rows"] if row["model"])
    text = (
        "The same settings, data, versions and kind of device give the same model, bit for bit. All numbers behind the "
        "figures are in the folder figures, as CSV."
    )
    # The version is the run's own: that is the one to cite.
    cited = m.info.get("versions", {}).get("attrax", "")
    citation = f"Cite: The attrax developers, attrax {cited}. Measures and training: Hess et al., ICML 2023."
    tables = (
        HtmlTable("Hashes", ("", ""), tuple(facts)),
        HtmlTable("Versions", ("", ""), versions),
        HtmlTable("Protocols of the scores", ("", ""), measures),
        HtmlTable("Settings", ("", ""), settings_of(m.config.model_dump(mode="json"))),
    )
    command = (
        f"attrax fit --config {shlex.quote(str(place / 'config.toml'))} --out {shlex.quote(str(place) + '-again')}"
    )
    return Tab("Reproduce", (text, citation), tables, commands=(command,))


def settings_of(config: dict[str, Any], prefix: str = "") -> tuple[tuple[str, str], ...]:
    """All settings with their full names and values.

    Example:
        >>> settings_of({"seed": 0, "train": {"updates": 500}, "note": ""})
        (('seed', '0'), ('train.updates', '500'), ('note', '–'))
    """
    rows: list[tuple[str, str]] = []
    for name, value in config.items():
        if isinstance(value, dict):
            rows += settings_of(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, (value or "–") if isinstance(value, str) else json.dumps(value)))
    return tuple(rows)


TABS: tuple[Callable[[ReportData], Tab], ...] = (
    *(_data, _fit, _attractor, chaos, _forecast),
    *(structure, explanation, _reproduce),
)
