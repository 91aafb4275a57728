"""Further objections to a reconstruction: gates that its free runs fail, and doubts about the recordings."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text
from attrax.data.series import Series
from attrax.diagnosis.period import dominant_period
from attrax.measures import Row
from attrax.measures.gates.compared import Compared, GateResult
from attrax.measures.gates.gate_list import pass_gates
from attrax.measures.gates.long_run_average import UNLIKELY
from attrax.measures.gates.regimes import regimes
from attrax.measures.grading import lower_bound, upper_bound
from attrax.reconstruct.judging.forecast_rows import decorrelation_horizons
from attrax.reconstruct.judging.free_runs import FreeRuns


def gate_results(
    found: FreeRuns,
    noisy: Sequence[Float[np.ndarray, "n obs"]],
    known: Float[np.ndarray, "time obs"] | None,
    train: Sequence[Series],
) -> tuple[GateResult, ...]:
    """The results of all gates; empty if a free run diverged, because then no gate is needed.

    Args:
        found: The free runs, and the recording that they are compared with.
        noisy: The free runs as they would be recorded.
        known: The training recording, if it is comparable with the test recording.
        train: All training recordings, without gaps.
    """
    return () if found.diverged else pass_gates(compared(found, noisy, known, train))


def compared(
    found: FreeRuns,
    noisy: Sequence[Float[np.ndarray, "n obs"]],
    known: Float[np.ndarray, "time obs"] | None,
    train: Sequence[Series],
) -> Compared:
    """What gates compare: free runs and recordings, as for `gate_results`."""
    reference = found.reference
    # With inputs, free runs follow those of the test recording; the training recording had others.
    more = () if known is None or reference.inputs is not None else (known,)
    return Compared(
        recordings=(reference.x, *more),
        runs=tuple(noisy),
        clean_runs=tuple(run.x for run in found.runs),
        train=np.concatenate([series.x for series in train]),
        lags=tuple(sorted({1, *decorrelation_horizons(reference.x)})),
        channels=reference.channels,
        period=_period(reference.x if known is None else known),
    )


def _period(x: Float[np.ndarray, "time obs"]) -> float | None:
    found = dominant_period(x)
    return found and found.rows


def recording_doubts(
    rows: Sequence[Row], reference: Series, known: Float[np.ndarray, "time obs"] | None
) -> Iterator[str]:
    """Reasons to doubt any verdict on these recordings, as sentences.

    Args:
        rows: The scores.
        reference: The test recording.
        known: The training recording, if it is comparable with the test recording.
    """
    for row in rows:
        if row.floor is not None and row.null is not None and lower_bound(row.floor) > upper_bound(row.null):
            yield (
                f"{row.name} between training and test recording is {number_text(row.floor.value)}, more than the "
                f"{number_text(row.null.value)} of a linear model: they are of different regimes, or too short"
            )
    difference = difference_of_recordings(reference, known)
    if difference:
        yield difference


def difference_of_recordings(
    reference: Series, known: Float[np.ndarray, "time obs"] | None, unlikely: float = UNLIKELY
) -> str:
    """In what training and test recording differ more than chance explains, as a sentence; empty if in nothing.

    Args:
        reference: The test recording.
        known: The training recording, if it is comparable with the test recording.
        unlikely: Probability with which two recordings of one regime are told apart by chance.
    """
    if known is None or reference.inputs is not None:
        return ""
    horizons = decorrelation_horizons(reference.x)
    return regimes(known, reference.x, horizons, reference.channels, unlikely)
