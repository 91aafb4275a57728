"""The pieces and holes of the recording and of the free run of the model, with the distance between them."""

from dataclasses import asdict
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.linear_null import fit_linear_null
from attrax.core.number_text import number_text
from attrax.core.optional_library import TOPOLOGY_LIBRARIES
from attrax.core.result import Result
from attrax.data.series import Dataset, Series
from attrax.measures import Row, TopologicalDistance
from attrax.measures.verdict import value_with_error
from attrax.plots.topology_curves import KINDS, topology_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts, FactTable
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding
from attrax.reconstruct.judging.attractor_rows import LongRuns
from attrax.reconstruct.judging.free_runs import free_runs

SHOWN_RADII = (0.1, 0.2, 0.3, 0.5)
MOST_RUNS = 4
FEWEST_ROWS = 100
"""Fewer rows in a half of the recording do not show its shape."""
MOST_ROWS = 10_000
"""Rows of a half of the recording that are compared; the measure would use no more."""
RECORDING, MODEL = "recording", "model"


def find_topology(task: AnalysisTask, count: Count) -> Finding | None:
    """Numbers of pieces and holes, and the topological distance of recording and free run, with its floor and null.

    None if there is no recording of the model, or if it has less than 200 rows. The first half of the recording is
    compared with stretches of the free run, with the second half (the floor) and with free runs of a linear model (the
    null), all of the same length. No noise is added to the free run.

    Args:
        task: The map and the settings.
        count: Function called with the work done and the total.
    """
    reference = task.target.reference
    if reference is None or len(reference) < 2 * FEWEST_ROWS:
        return None
    TOPOLOGY_LIBRARIES.check("gudhi", place="the analysis `topology`")
    length = min(len(reference) // 2, MOST_ROWS, len(task.x))
    if length < FEWEST_ROWS:
        return Finding(Result.DIVERGED, {}, ("no topology: the free run diverged",))
    measure = TopologicalDistance()
    x, other = (_values(reference)[start : start + length] for start in (0, length))
    runs = [task.x[start : start + length] for start in range(0, len(task.x) - length + 1, length)][:MOST_RUNS]
    count(1, 3)
    row = LongRuns(x, runs, _linear_runs(reference, length, task.seed), other).row(measure, seed=task.seed)
    count(2, 3)
    found = {RECORDING: measure.topology(x), MODEL: measure.topology(runs[0], x)}
    facts: dict[str, Any] = {
        "rows": length,
        "grade": str(row.grade),
        "scores": {name: asdict(score) for name, score in _scores(row).items() if score is not None},
        "radii": found[RECORDING].radii,
        "size": found[RECORDING].size,
        "cover": found[RECORDING].cover,
        "counts": {name: dict(zip(KINDS, one.counts[-1], strict=False)) for name, one in found.items()},
    }
    columns, rows = _cells(facts)
    return Finding(Result.SUCCESSFUL, facts, (_line(row),), columns, rows, (topology_figure(found),))


def _values(reference: Series) -> Float[np.ndarray, "time obs"]:
    """The values of a recording, NaN where they are missing."""
    x = reference.x.astype(np.float64)
    return x if reference.mask is None else np.where(reference.mask, x, np.nan)


def _linear_runs(reference: Series, length: int, seed: int) -> list[Float[np.ndarray, "n obs"]]:
    found = free_runs(fit_linear_null(Dataset((reference,))), reference[:length], MOST_RUNS, seed=seed)
    return [run.x for run in found.runs]


def _scores(row: Row) -> dict[str, Any]:
    return {"model": row.model, "floor": row.floor, "null": row.null}


def _line(row: Row) -> str:
    told = ", ".join(f"{name} {value_with_error(score)}" for name, score in _scores(row).items())
    return f"{row.name}: {told}: {row.grade} (not a part of the verdict)"


def _cells(facts: Facts) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The numbers of pieces and holes among all states at some radii, as a table."""
    counts, radii = facts["counts"], np.asarray(facts["radii"])
    titles = [(kind, name) for kind in counts[RECORDING] for name in counts]
    columns = ("radius", *(f"{kind}, {name}" for kind, name in titles))
    places = [int(np.abs(radii - radius).argmin()) for radius in SHOWN_RADII]
    rows = tuple(
        (number_text(radii[i]), *(number_text(counts[name][kind][i], digits=2) for kind, name in titles))
        for i in places
    )
    return columns, rows


def _texts(facts: Facts) -> tuple[str, ...]:
    if "scores" not in facts:
        return ()
    values = {name: number_text(one["value"], one["std_error"]) for name, one in facts["scores"].items()}
    return (
        f"Topological distance of recording and free run: {values['model']}, of two halves of the recording: "
        f"{values.get('floor', '–')}, of recording and a linear model: {values.get('null', '–')} ({facts['grade']}). "
        "It is no part of the verdict.",
        f"Radii are in units of the size of the recording; holes smaller than {number_text(facts['cover'])} cannot be "
        "seen.",
    )


def _table(facts: Facts) -> FactTable | None:
    return FactTable("Pieces and holes among all states", *_cells(facts)) if "counts" in facts else None


SPEC = AnalysisSpec(
    "pieces and holes",
    find_topology,
    place=10,
    needs="there is no recording of it with 200 rows or more",
    texts=_texts,
    table=_table,
    on_request=True,
)
