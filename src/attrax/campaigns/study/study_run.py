"""Runs a study: the smoke run checks in seconds that it works, the full run measures its claims."""

import time
from collections.abc import Sequence

from attrax.campaigns.budget import processor_limit, time_limit
from attrax.campaigns.campaign import Campaign
from attrax.campaigns.claim import ClaimVerdict, judge_claim
from attrax.campaigns.cluster import Cluster
from attrax.campaigns.engines import open_engine
from attrax.campaigns.execution import compute_in_turn, run_one_job
from attrax.campaigns.experiment import Bundle, ExperimentFailed, Job
from attrax.campaigns.result_store import row_of
from attrax.campaigns.results_table import Spread, Summary
from attrax.campaigns.study.study_folder import Study
from attrax.campaigns.study.study_results import StudyResults, restore_stored_rows, write_results
from attrax.core.errors import AttraxError, RunError
from attrax.runs.console import Console

HELD = (ClaimVerdict.REPRODUCED, ClaimVerdict.BETTER)


def run_smoke(study: Study, console: Console, *, only: Sequence[str] = ()) -> dict[str, Summary]:
    """Run experiments with a budget of seconds, and check the claims under `check` of the manifest. Nothing is stored.

    Args:
        study: The study.
        console: Where progress is shown.
        only: Names of experiments; those of the manifest if empty.

    Returns: The results by experiment.
    Raises: RunError R316 if it took too long, R310 if a check does not hold; the errors of experiments.
    """
    smoke = study.manifest.smoke
    names = _at_hand(study, study.chosen(only or smoke.experiments), console)
    study.check_data(names)
    found: dict[str, Summary] = {}
    begun = time.process_time()
    with processor_limit(smoke.seconds, f"smoke run of {study.name}"):
        for job in study.smoke_jobs(names):
            summary = _smoke(job)
            found[job.point[0][1]] = summary
            console.say("smoke", f"{job.point[0][1]}: {_values(summary)}")
        _check(study, found)
    console.say("passed", f"{study.name} in {time.process_time() - begun:.1f} s of {smoke.seconds:g} s")
    return found


def run_all_smokes(studies: Sequence[Study], console: Console) -> list[str]:
    """Do the smoke run of every study, also after failures. Returns the names of the studies that failed."""
    failed = []
    for study in studies:
        try:
            run_smoke(study, console)
        except AttraxError as failure:
            failed.append(study.name)
            console.say("failed", f"{study.name}\n{failure}")
    console.say("studies", f"{len(studies) - len(failed)} of {len(studies)} have passed")
    return failed


def run_full(
    study: Study,
    console: Console,
    *,
    only: Sequence[str] = (),
    seeds: int | None = None,
    cluster: Cluster = Cluster(),  # noqa: B008 - frozen
    outdated: bool = False,
    command: str,
) -> StudyResults:
    """Compute every job of the full run that has no result yet, and write `results.json`.

    After a stop, the same command continues; interrupted trainings continue from their last checkpoint.

    Args:
        study: The study.
        console: Where progress is shown.
        only: Names of the experiments; all if empty.
        seeds: How often each is repeated; as the manifest says if not given.
        cluster: Where the jobs are computed.
        outdated: Measure again what another version of the code has measured.
        command: The command that continues the run.

    Raises: Interrupted on Ctrl-C, RunError R318 after the minutes of the manifest; what has ended is kept.
    """
    names = _at_hand(study, study.chosen(only), console)
    study.check_data(names)
    restore_stored_rows(study)
    jobs = study.full_jobs(names, seeds)
    if outdated:
        study.store.discard_outdated(jobs)
    bundles = [Bundle((job,), compute_in_turn) for job in jobs]
    campaign = Campaign(study.store, command, console)
    campaign.show_plan("study", bundles, lambda _: 60 * study.manifest.full.minutes / _all_jobs(study))
    try:
        with (
            time_limit(study.manifest.full.minutes, f"full run of {study.name}", f"{command}  # continues the run"),
            open_engine(cluster, len(study.store.missing(jobs))) as engine,
        ):
            campaign.compute(bundles, engine)
    finally:
        results = write_results(study, names, seeds)
        for judged in results.claims:
            told = f"measured {judged.measured_text}" + (f", {judged.why}" if judged.why else "")
            console.say("claim", f"{judged.verdict:<11} {judged.claim.text}: {told}")
    return results


def _all_jobs(study: Study) -> int:
    return len(study.full_jobs(study.manifest.names))


def _at_hand(study: Study, names: Sequence[str], console: Console) -> list[str]:
    """The experiments whose data are available; a line on the screen names the others."""
    for name in names:
        if not study.available(name):
            console.say("skip", f"{name}: its data files are missing; give their folder with --data-dir FOLDER")
    return [name for name in names if study.available(name)]


def _smoke(job: Job) -> Summary:
    done = run_one_job(job, None)
    if isinstance(done.outcome, ExperimentFailed):
        raise RunError(
            "R317",
            "an experiment of the study failed",
            where=job.point[0][1],
            why=str(done.outcome),
            fix="correct experiments.py of the study",
        ) from done.outcome
    if isinstance(done.outcome, Exception):
        raise done.outcome
    return Summary(job.point, 1, (row_of(done),))


def _values(summary: Summary) -> str:
    return ", ".join(f"{name} {Spread.of(summary.values(name))}" for name in summary.names)


def _check(study: Study, found: dict[str, Summary]) -> None:
    for check in study.manifest.smoke.check:
        judged = judge_claim(check, found, seeds=1)
        if judged.seeds and judged.verdict not in HELD:
            raise RunError(
                "R310",
                "smoke run failed",
                where=f"{study.name}: {check.text}",
                why=f"measured was {judged.measured_text}" + (f"; {judged.why}" if judged.why else ""),
                fix="look at what has changed since the study last passed",
            )
