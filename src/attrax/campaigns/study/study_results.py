"""The results of a study, `results.json`: the result of every experiment and seed, and the verdict on every claim."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attrax.campaigns.claim import JudgedClaim, judge_claim
from attrax.campaigns.result_store import SCHEMA_OF_ROWS, ResultRow
from attrax.campaigns.results_table import Summary
from attrax.campaigns.study.study_folder import Study
from attrax.core.errors import RunError
from attrax.core.plain_values import plain
from attrax.runs.json_file import SCHEMA, check_schema, damaged_file, read_object
from attrax.runs.tree_file import MALFORMED, write_atomically

FILE_NAME = "results.json"
FIGURES = "figures"
COPY = "restore the file from a copy, such as the repository"
"""The advice if the file is damaged."""


@dataclass(frozen=True)
class StudyResults:
    """The results of a study so far.

    Attributes:
        rows: One for every experiment and seed that was measured with the full budget.
        claims: The claims in the order of the manifest.
        outdated: Experiments with rows of other settings, of another version of attrax, or of other code of it.
    """

    rows: tuple[ResultRow, ...]
    claims: tuple[JudgedClaim, ...]
    outdated: frozenset[str]

    @property
    def minutes(self) -> float:
        """Total computing time of the results in minutes, of those with a known time; NaN if none has one."""
        known = [row.seconds for row in self.rows if np.isfinite(row.seconds)]
        return sum(known) / 60 if known else np.nan


def read_results(study: Study) -> StudyResults:
    """Read `results.json` of a study and judge its claims.

    Raises: RunError R315 if the file is damaged, R320 if a newer version of attrax wrote it.
    """
    path = study.folder / FILE_NAME
    try:
        found = read_object(path) if path.is_file() else {"rows": []}
    except RunError as failure:
        raise damaged_file(failure.where, "it is no JSON", COPY) from None
    check_schema(found, SCHEMA_OF_ROWS, str(path))
    try:
        rows = tuple(ResultRow.from_json(entry) for entry in found["rows"])
    except MALFORMED as failure:
        raise damaged_file(str(path), repr(failure), COPY) from None
    known = [row for row in rows if _experiment(row) in study.manifest.names]
    seeds = max((row.seed for row in known), default=0) + 1
    current = {job.id for job in study.full_jobs(study.manifest.names, seeds)}
    outdated = frozenset(_experiment(row) for row in known if row.id not in current or row.outdated)
    summaries = summarize_rows(known)
    claims = tuple(judge_claim(claim, summaries) for claim in study.manifest.claim)
    return StudyResults(tuple(known), claims, outdated)


def restore_stored_rows(study: Study) -> None:
    """Copy results from `results.json` to the store where it lacks them, so that they are not computed again."""
    for row in read_results(study).rows:
        if not study.store.has(row.id):
            study.store.write_row(row)


def write_results(study: Study, names: Sequence[str], seeds: int | None) -> StudyResults:
    """Copy the results of experiments from the store to `results.json`, and their figures to `figures/`.

    Results of other experiments and seeds in `results.json` do not change.
    """
    jobs = study.full_jobs(names, seeds)
    found = {(_experiment(row), row.seed): row for row in (*read_results(study).rows, *study.store.rows(jobs))}
    rows = sorted(found.values(), key=lambda row: (study.manifest.names.index(_experiment(row)), row.seed))
    _write(study, rows)
    for job in jobs:
        if job.seed == 0:
            for figure in sorted((study.store.files(job) / FIGURES).glob("*.png")):
                (study.folder / FIGURES).mkdir(exist_ok=True)
                shutil.copyfile(figure, study.folder / FIGURES / f"{job.point[0][1]}-{figure.name}")
    return read_results(study)


def summarize_rows(rows: Sequence[ResultRow]) -> dict[str, Summary]:
    """A summary of the results for each experiment, by its name."""
    groups: dict[str, list[ResultRow]] = {}
    for row in rows:
        groups.setdefault(_experiment(row), []).append(row)
    return {name: Summary(group[0].point, len(group), tuple(group)) for name, group in groups.items()}


def _write(study: Study, rows: Sequence[ResultRow]) -> None:
    summaries = summarize_rows(rows)
    content = {
        SCHEMA: SCHEMA_OF_ROWS,
        "study": study.name,
        "paper": study.manifest.paper,
        "rows": [row.as_json() for row in rows],
        "claims": [_told(judge_claim(claim, summaries)) for claim in study.manifest.claim],
    }
    text = json.dumps(plain(content), indent=1, sort_keys=True, allow_nan=False) + "\n"
    write_atomically(study.folder / FILE_NAME, text.encode())


def _told(judged: JudgedClaim) -> Mapping[str, Any]:
    measured = [{"median": spread.median, "mad": spread.mad} for spread in judged.measured]
    facts = {"verdict": judged.verdict.value, "why": judged.why, "measured": measured, "seeds": judged.seeds}
    return {"claim": judged.claim.text, **facts}


def _experiment(row: ResultRow) -> str:
    return row.point[0][1]
