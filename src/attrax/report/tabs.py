"""Tabs: what each part of a report says and shows."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrax.plots.figure import Figure
from attrax.report.material import Material
from attrax.runs import run_figures
from attrax.runs.findings import number

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Table:
    """A small table.

    Attributes:
        title: What it holds.
        columns: Headings; the first column names the rows.
        rows: Texts.
    """

    title: str
    columns: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True)
class Picture:
    """A figure that was drawn before, as a file.

    Attributes:
        path: The PNG file.
        text: What it shows, for those who cannot see it.
    """

    path: Path
    text: str


@dataclass(frozen=True, eq=False)
class Tab:
    """One part of the page, in the order in which it is read.

    Attributes:
        name: Its heading.
        texts: Paragraphs.
        tables, figures, pictures: What it shows.
        commands: Lines to paste into a terminal.
    """

    name: str
    texts: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    commands: tuple[str, ...] = ()


def tabs_of(material: Material) -> tuple[Tab, ...]:
    """All tabs of a report."""
    return tuple(make(material) for make in TABS)


def _data(m: Material) -> Tab:
    e, data = m.evidence, m.config.data
    rows = [
        ("source", ", ".join(data.source) or m.name),
        ("channels", f"{len(e.channels)}: " + ", ".join(e.channels)),
        ("time step", f"{e.dt:g} {e.unit}".strip()),
        ("test recording", ", ".join(data.test) or _held_out(m)),
        ("rows compared", f"{e.rows:,}"),
        ("delay embedding", ", ".join(map(str, data.lags)) or "none"),
    ]
    done = [sentence for sentences in m.preparation.get("done", {}).values() for sentence in sentences]
    repairs = Table("What was repaired", ("", ""), tuple((str(i + 1), text) for i, text in enumerate(done)))
    notices = [str(text) for text in (*m.preparation.get("notices", ()), m.preparation.get("caution", "")) if text]
    texts = tuple(notices) if done else (*notices, "Nothing was repaired: the recording was used as it is.")
    facts = Table("The recording", ("", ""), tuple(rows))
    return Tab("Data", texts, (facts, repairs) if done else (facts,), (run_figures.recording(e),))


def _held_out(m: Material) -> str:
    if m.config.data.in_sample:
        return "none: judged by the training recording itself"
    return "a recording of its own" if _is_system(m) else f"the last {m.config.data.test_fraction:.0%} of the rows"


def _is_system(m: Material) -> bool:
    return len(m.config.data.source) == 1 and m.config.data.source[0] == m.info.get("data", {}).get("name")


def _fit(m: Material) -> Tab:
    c, t = m.config.model, m.config.train
    rows = (
        ("dynamics", f"{c.dynamics} PLRNN, {c.latent_dim} latent states, {c.hidden_dim} hidden units"),
        ("observation", c.observation),
        ("forcing", t.forcing + (f", α = {t.alpha:g}" if t.forcing == "generalized" else "")),
        ("updates", f"{t.updates:,} of {t.batch_size} windows of {t.window} rows"),
        ("learning rate", f"{t.learning_rate:g} to {t.final_learning_rate:g}"),
        ("chosen", f"seed {m.facts.get('seed', '?')}, after {m.facts.get('step', 0):,} updates"),
    )
    restarts = _restarts(m)
    tables = (Table("The model", ("", ""), rows), *((restarts,) if restarts.rows else ()))
    figures = (run_figures.training(m.history, m.config, m.facts),) if m.history else ()
    return Tab("Fit", (), tables, figures)


def _restarts(m: Material) -> Table:
    last = m.history[-1] if m.history else {"loss": [], "alpha": []}
    rows = tuple(
        (f"seed {m.config.seed + i}", f"{loss:.3g}", f"{alpha:.3g}", "chosen" if _chosen(m, i) else "")
        for i, (loss, alpha) in enumerate(zip(last["loss"], last["alpha"], strict=True))
    )
    return Table("Restarts", ("", "last loss", "last α", ""), rows)


def _chosen(m: Material, i: int) -> bool:
    return m.facts.get("seed") == m.config.seed + i


def _attractor(m: Material) -> Tab:
    e = m.evidence
    figures = (run_figures.distributions(e), run_figures.spectra(e), run_figures.return_map(e))
    text = "Test data in grey, a free run of the model in blue. Where the model is right, the two cannot be told apart."
    return Tab("Attractor", (text,), (), figures)


def _chaos(m: Material) -> Tab:
    found = m.analysis.get("lyapunov", {})
    if not found.get("exponents"):
        return Tab("Chaos", ("Exponents have not been computed yet.",), commands=_analyze(m))
    unit = m.evidence.unit
    errors = found.get("std_error") or [None] * len(found["exponents"])
    rows = tuple(
        (f"λ{i}", _number(value, error), _kind(value, error))
        for i, (value, error) in enumerate(zip(found["exponents"], errors, strict=True), start=1)
    )
    head = ("", f"1/{unit}" if unit else "per unit of time", "")
    texts = [str(found.get("message", "")).capitalize() + "."]
    if m.lyapunov_time is not None:
        texts.insert(0, f"Small errors grow by a factor e in {m.lyapunov_time:.3g} {unit or 'units of time'}: chaos.")
    return Tab("Chaos", tuple(texts), (Table("Lyapunov exponents", head, rows),), (), _pictures(m, ("lyapunov",)))


def _kind(value: float | None, error: float | None) -> str:
    if value is None:
        return "not known"
    if abs(value) <= 2 * (error or 0.0):
        return "zero within its error"
    return "grows" if value > 0 else "shrinks"


def _forecast(m: Material) -> Tab:
    valid, unit = m.scores.get("valid_prediction_time"), m.evidence.unit or "units of time"
    texts = []
    if valid is not None and valid["value"] is not None:
        error = "" if valid.get("std_error") is None else f" ± {valid['std_error']:.1g}"
        text = f"Forecasts are valid for {valid['value']:.3g}{error} {unit}, the median over {valid['n_used']} starts"
        time = m.lyapunov_time
        texts.append(text + (f": {valid['value'] / time:.3g} Lyapunov times." if time else "."))
        texts.append(
            f"Valid means an error below {m.config.evaluate.threshold:g} standard deviations of the recording, over "
            "all channels."
        )
    figures = (run_figures.forecasts(m.evidence, m.lyapunov_time), run_figures.free_run(m.evidence))
    return Tab("Forecast", tuple(texts), (), figures)


def _structure(m: Material) -> Tab:
    tables = tuple(
        table for table in (_fixed_points(m), _cycles(m), _attractors(m)) if table is not None and table.rows
    )
    # The figure of the cycles shows the fixed points too.
    points = "cycles" if "cycles" in m.analysis else "fixed_points"
    names = (points, "eigenvalues", "manifolds_1", "regions", "basins", "truth")
    if not any(name != "lyapunov" for name in m.analysis):
        return Tab("Structure", ("The map has not been taken apart yet.",), commands=_analyze(m))
    outcome = tuple(
        f"{name.replace('_', ' ').capitalize()}: {found['message']}."
        for name, found in m.analysis.items()
        if found.get("result", "SUCCESSFUL") != "SUCCESSFUL" and name != "lyapunov"
    )
    return Tab("Structure", outcome, tables, (), _pictures(m, names))


def _fixed_points(m: Material) -> Table | None:
    found = m.analysis.get("fixed_points")
    if not found or not found.get("x"):
        return None
    names = m.evidence.channels[:6]
    rows = tuple(
        (str(i), kind, *(_number(v) for v in x[: len(names)]))
        for i, (x, kind) in enumerate(zip(found["x"], found["kind"], strict=True), start=1)
    )
    return Table("Fixed points", ("", "kind", *names), rows)


def _cycles(m: Material) -> Table | None:
    found = m.analysis.get("cycles")
    if not found:
        return None
    rows = tuple(
        (str(entry["order"]), str(len(entry["kind"])), "all" if entry["exhaustive"] else "not all candidates tried")
        for entry in found.get("orders", ())
    )
    return Table("Cycles of the map", ("steps", "found", "search"), rows)


def _attractors(m: Material) -> Table | None:
    found = m.analysis.get("attractors", {}).get("found", ())
    rows = tuple(
        (str(i), entry["kind"], f"{entry['share']:.0%}", _number(entry["exponent"], entry["std_error"]))
        for i, entry in enumerate(found, start=1)
    )
    return Table("Attractors", ("", "kind", "share of starts", "largest exponent"), rows)


def _pictures(m: Material, names: tuple[str, ...]) -> tuple[Picture, ...]:
    found = {path.stem: path for path in m.pictures}
    return tuple(Picture(found[name], name.replace("_", " ")) for name in names if name in found)


def _analyze(m: Material) -> tuple[str, ...]:
    place = shlex.quote(str(m.folder)) if m.folder else "RUN"
    return (f"attrax analyze {place}", f"attrax report {place}")


def _number(value: float | None, error: float | None = None) -> str:
    return "–" if value is None else number(value, error)


def _reproduce(m: Material) -> Tab:
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
        Table("Hashes", ("", ""), tuple(facts)),
        Table("Versions", ("", ""), versions),
        Table("Protocols of the scores", ("", ""), measures),
        Table("Settings", ("", ""), settings_of(m.config.model_dump(mode="json"))),
    )
    command = (
        f"attrax fit --config {shlex.quote(str(place / 'config.toml'))} --out {shlex.quote(str(place) + '-again')}"
    )
    return Tab("Reproduce", (text, citation), tables, commands=(command,))


def settings_of(config: dict[str, Any], prefix: str = "") -> tuple[tuple[str, str], ...]:
    """Every setting with its value, by its full name.

    Example:
        >>> settings_of({"seed": 0, "train": {"alpha": 0.5}})
        (('seed', '0'), ('train.alpha', '0.5'))
    """
    rows: list[tuple[str, str]] = []
    for name, value in config.items():
        if isinstance(value, dict):
            rows += settings_of(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, value if isinstance(value, str) else json.dumps(value)))
    return tuple(rows)


TABS: tuple[Callable[[Material], Tab], ...] = (_data, _fit, _attractor, _chaos, _forecast, _structure, _reproduce)
