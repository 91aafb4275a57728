"""The spectrum of the Koopman operator, of the recording and of the free run of the model, with residuals."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from attrax.analysis import Koopman, koopman_spectrum
from attrax.analysis.koopman.dictionary import DictionarySpec
from attrax.analysis.koopman.koopman_spectrum import SPURIOUS
from attrax.core.number_text import number_text, share_text
from attrax.core.result import Result
from attrax.measures.decorrelation import decorrelation_time
from attrax.plots.koopman_map import koopman_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts, FactTable
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding
from attrax.registries import DICTIONARIES

SHOWN_VALUES = 10
# A short recording gets fewer functions, so that its residuals are not small by chance.
PAIRS_PER_FUNCTION = 10
RECORDING, MODEL = "recording", "model"


def find_koopman(task: AnalysisTask, count: Count) -> Finding | None:
    """Eigenvalues of the Koopman operator with their residuals, of the recording and of the model, side by side.

    None if there are fewer rows or functions than the dictionary needs. Both have the same number of rows, the same
    step and the same kind of dictionary, so that their residuals can be compared.

    Args:
        task: The map and the settings.
        count: Function called with the work done and the total.
    """
    rows = _rows(task)
    if not rows:
        return Finding(Result.DIVERGED, {}, ("no Koopman spectrum: the free run diverged",))
    first = next(iter(rows.values()))
    every = max(1, decorrelation_time(np.nan_to_num(first - np.nanmean(first, axis=0))) // 2)
    spec = DICTIONARIES.spec(task.dictionary)
    n, obs_dim = first.shape
    functions = _affordable(spec, task.functions, n, obs_dim, every)
    if functions < spec.fewest(obs_dim):
        return None
    found: dict[str, Koopman] = {}
    for part, (name, x) in enumerate(rows.items()):

        def report(done: int, total: int, before: int = part) -> None:
            count(before * total + done, len(rows) * total)

        found[name] = koopman_spectrum(
            x,
            dictionary=task.dictionary,
            functions=functions,
            every=every,
            dt=task.target.dynamics.dt,
            progress=report,
            key=jax.random.key(task.seed),
        )
    facts: dict[str, Any] = {
        "dictionary": task.dictionary,
        "functions": functions,
        "every": every,
        "step": every * task.target.dynamics.dt,
        "unit": task.target.unit,
        "spectra": {name: _spectrum_facts(one) for name, one in found.items()},
    }
    if len(found) > 1:
        facts["model_at_recording"] = found[MODEL].least_residuals(found[RECORDING].verified)
    columns, cells = _cells(facts)
    return Finding(Result.SUCCESSFUL, facts, _lines(facts), columns, cells, (koopman_figure(found),))


def _affordable(spec: DictionarySpec, wanted: int, rows: int, obs_dim: int, every: int) -> int:
    """As many of the wanted functions as there is data for: ten rows for each, and states of at most half the rows."""
    functions = min(wanted, rows // PAIRS_PER_FUNCTION)
    while spec.history(functions, obs_dim) * every > rows // 2:
        functions //= 2
    return functions


def _rows(task: AnalysisTask) -> dict[str, Float[np.ndarray, "time obs"]]:
    """Recording and free run, equally long; the free run alone if there is no recording of it; nothing without one."""
    if not len(task.x):
        return {}
    reference = task.target.reference
    if reference is None:
        return {MODEL: task.x}
    x = reference.x if reference.mask is None else np.where(reference.mask, reference.x, np.nan)
    n = min(len(x), len(task.x))
    return {RECORDING: x[:n].astype(np.float64), MODEL: task.x[:n]}


def _spectrum_facts(found: Koopman) -> dict[str, Any]:
    return {
        "verified": found.verified,
        "verified_residuals": found.verified_residuals,
        "rates": found.rates,
        "frequencies": found.frequencies,
        "error_bound": found.error_bound,
        "eigenvalues": found.eigenvalues,
        "residuals": found.residuals,
        "spurious": found.spurious,
        "grid": found.grid._asdict(),
        "pairs": [len(found.snapshots.fitted), len(found.snapshots.held_out)],
        "pairs_dropped": found.snapshots.n_dropped,
    }


def _lines(facts: Facts) -> tuple[str, ...]:
    """What was found of the recording and of the model, one line each, and how far the model agrees."""
    lines = tuple(_line(name, one) for name, one in facts["spectra"].items())
    residuals = facts.get("model_at_recording")
    if residuals is None or not len(residuals):
        return lines
    largest, own = number_text(np.max(residuals)), number_text(facts["spectra"][RECORDING]["error_bound"])
    told = f"at the verified values of the recording, residuals of the model are at most {largest} (own: {own})"
    return (*lines, told)


def _line(name: str, one: Mapping[str, Any]) -> str:
    if not len(one["verified"]):
        return f"{name}: no number has a small residual, so nothing is known about its spectrum"
    spurious, worst = np.mean(one["spurious"]), np.max(one["residuals"])
    return (
        f"{name}: {len(one['verified'])} verified values, residuals at most {number_text(one['error_bound'])}; of "
        f"{len(one['eigenvalues'])} EDMD eigenvalues {share_text(spurious)} are spurious (residual {SPURIOUS} or more, "
        f"worst {number_text(worst)})"
    )


def _cells(facts: Facts) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The verified values of the recording (of the model if there is none) in the upper half plane, as a table."""
    name, one = next(iter(facts["spectra"].items()))
    unit = f" ({facts['unit']})" if facts.get("unit") else ""
    columns = ("", "modulus", f"period{unit}", "residual")
    at_model = facts.get("model_at_recording")
    if at_model is not None:
        columns += ("of the model",)
    rows = []
    for i, z in enumerate(one["verified"]):
        real, imaginary = (z.real, z.imag) if isinstance(z, complex) else z
        if imaginary < 0 or len(rows) == SHOWN_VALUES:
            continue
        period = number_text(abs(1 / one["frequencies"][i])) if one["frequencies"][i] else "–"
        cells = (number_text(np.hypot(real, imaginary)), period, number_text(one["verified_residuals"][i]))
        model = () if at_model is None else (number_text(at_model[i]),)
        rows.append((f"{name} {len(rows) + 1}", *cells, *model))
    return columns, tuple(rows)


def _texts(facts: Facts) -> tuple[str, ...]:
    if "spectra" not in facts:
        return ()
    step = f"{number_text(facts['step'])} {facts.get('unit') or 'units of time'}"
    first = f"Koopman operator of a step of {step}, on {facts['functions']} {facts['dictionary']} functions."
    return (first, *(f"{line[:1].upper()}{line[1:]}." for line in _lines(facts)))


def _table(facts: Facts) -> FactTable | None:
    if "spectra" not in facts:
        return None
    columns, rows = _cells(facts)
    return FactTable("Verified spectrum of the Koopman operator", columns, rows) if rows else None


SPEC = AnalysisSpec(
    "Koopman spectrum",
    find_koopman,
    place=9,
    needs="there are fewer rows, or fewer functions, than the dictionary needs",
    tab="Chaos",
    texts=_texts,
    table=_table,
    on_request=True,
)
