"""Proposals for another fit if the verdict is PARTLY or NOT RECONSTRUCTED, the most promising first."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from attrax.core.number_text import number_text
from attrax.measures import PredictionError
from attrax.measures.verdict import Outcome, Verdict
from attrax.reconstruct.learning.selection import AGREEMENT, ranked
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.cost import affordable_updates

MOST = 3
MORE_UPDATES = 4
FEW_UPDATES = 2
"""A training is short if that of the usual budget has more than so many times its updates."""
STRENGTHS = (0.3, 0.05, 0.125)
"""Strengths of the forcing in the order in which they are advised; those already tried are left out."""

ONE_AHEAD = PredictionError(horizon=1).name
_HIGHPASS = re.compile(r"--highpass \S+")
DRIFT = "D114"
"""The code of the notice of a trend or a level shift."""


class Proposal(NamedTuple):
    """One change of the settings of a fit.

    Attributes:
        options: The command-line options of the change.
        reason: Why the change may help, from what was observed in the run.
    """

    options: str
    reason: str


def next_steps(
    verdict: Verdict, facts: dict[str, Any], config: Config, notices: Sequence[str] = ()
) -> tuple[Proposal, ...]:
    """The changes to try next, at most three; none if the recording was reconstructed or a linear model is enough.

    Args:
        verdict: The verdict on the model.
        facts: The facts of the selection: the number of updates and the distance of every restart.
        config: The complete settings of the run.
        notices: The notices about the recording.
    """
    if verdict.outcome not in (Outcome.PARTLY, Outcome.NOT_RECONSTRUCTED):
        return ()
    found: dict[str, Proposal] = {}
    for step in (*_seen(verdict, facts, config, notices), *_general(config)):
        # The same option is not advised twice.
        found.setdefault(step.options.split()[0], step)
    return tuple(found.values())[:MOST]


def _seen(verdict: Verdict, facts: dict[str, Any], config: Config, notices: Sequence[str]) -> Iterator[Proposal]:
    """Proposals that follow from what was observed in the run."""
    train = config.train
    usual = affordable_updates(config)
    if FEW_UPDATES * train.updates < usual:
        reason = f"{train.updates:,} updates are few: a training of the usual length has {usual:,}"
        yield Proposal(f"--updates {usual}", reason)
    one_ahead = next((row for row in verdict.rows if row.name == ONE_AHEAD), None)
    if one_ahead is not None and one_ahead.null is not None and one_ahead.model.value > one_ahead.null.value:
        yield from _more_units(config, "forecasts one row ahead are worse than those of a linear model")
    highpass = next((found for notice in notices if (found := _HIGHPASS.search(notice))), None)
    if not config.data.highpass and highpass:
        yield Proposal(highpass[0], "a slow baseline hides the faster dynamics, if it is no part of them")
    elif not config.data.detrend and any(notice.startswith(DRIFT) for notice in notices):
        yield Proposal("--detrend all", "a channel has a trend or a shift of its level, which no attractor has")
    distances = [times for _, times in ranked(facts.get("restarts", {})).values()]
    if len(distances) > 1 and distances[1] > AGREEMENT:
        reason = (
            f"restarts do not agree: the 2nd best is {number_text(distances[1])} times as far from the data as the best"
        )
        yield Proposal(f"--restarts {2 * train.restarts}", reason)
    if facts.get("step") == train.updates:
        yield Proposal(f"--updates {MORE_UPDATES * train.updates}", "the best model comes from the end of the training")


def _general(config: Config) -> Iterator[Proposal]:
    """Proposals that often help, the most frequent one first."""
    train = config.train
    yield from _more_units(config, "more units can describe finer details of the dynamics")
    forcing = train.forcing.settings
    tried = (getattr(forcing, "alpha", None), *getattr(forcing, "alternatives", ()))
    for alpha in STRENGTHS if train.loss.spec.forced else ():
        if alpha not in tried:
            yield Proposal(f"--alpha {alpha:g}", "a strength of the forcing that was not tried in this run")
    yield Proposal(f"--restarts {2 * train.restarts}", "the best of more models is kept")
    yield Proposal(f"--updates {MORE_UPDATES * train.updates}", "a longer training")


def _more_units(config: Config, reason: str) -> Iterator[Proposal]:
    units = getattr(config.model.dynamics.settings, "hidden_dim", None)
    if units is not None:
        yield Proposal(f"--hidden {2 * units}", reason)
