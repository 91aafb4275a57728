"""Run scores: the chosen model of a run, judged on the test recording of the run."""

from collections.abc import Callable

from attrax.models.model import Model
from attrax.reconstruct.judging.evaluation import Evaluation, evaluate
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.selection import agreeing
from attrax.reconstruct.preparation.preparation import Recordings
from attrax.reconstruct.settings.configuration import Config


def judge(
    learned: Learned[Model],
    config: Config,
    recordings: Recordings,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """The scores of the chosen model on the test recording of its run."""
    return evaluate(
        learned.model,
        recordings.test,
        recordings.train,
        config.evaluate,
        lags=config.data.lags,
        doubts=recordings.preparation.doubts,
        seed=config.seed,
        restarts=agreeing(learned),
        progress=progress,
    )
