"""A draft: recordings whose preparation is not finished.

What the settings leave open is decided one after the other: the length of training windows, the transforms and trends
of channels, their phases, the delays of the embedding. Each step takes a draft and returns one with more of it decided.
All decisions are made from training rows.
"""

from dataclasses import dataclass
from functools import cached_property

from attrax.core.errors import DataError
from attrax.data.levels.transforms import NONNEGATIVE
from attrax.data.phases.phase_channels import NO_PHASES, Phases
from attrax.data.phases.phase_kinds import AUTO
from attrax.data.phases.phase_search import find_phases
from attrax.data.repair.detrending import trends_of
from attrax.data.repair.repairs import CUT_TO_LENGTH
from attrax.data.series import Dataset
from attrax.diagnosis.cycle_count import rows_per_cycle
from attrax.diagnosis.embedding_advice import EmbeddingAdvice, advise_embedding, longest_delay
from attrax.diagnosis.positive_values import advice_on, find_positive
from attrax.reconstruct.preparation.channel_kinds import all_measured
from attrax.reconstruct.preparation.division import Divided, divide, repair
from attrax.reconstruct.settings.configuration import Config


@dataclass(frozen=True)
class Draft:
    """Recordings and what is decided about them. Rows are repaired and divided when they are first asked for.

    Attributes:
        config: The settings, with everything that is decided.
        raw: The recording as it was read, and the test recording if there is a separate one.
        repaired: The recordings after repairs, if they are known.
    """

    config: Config
    raw: dict[str, Dataset]
    repaired: tuple[Dataset, ...] = ()

    @cached_property
    def whole(self) -> tuple[Dataset, ...]:
        """The recordings after repairs, undivided."""
        return self.repaired or tuple(repair(self.config, dataset) for dataset in self.raw.values())

    @cached_property
    def divided(self) -> Divided:
        """The rows to train on and the rows to test on, after repairs.

        Raises: DataError if there are too few rows for both parts.
        """
        return divide(self.config, self.raw, self.whole[0][0].dt)

    @property
    def train(self) -> Dataset | None:
        """The rows to train on; None if the recording cannot be divided.

        The checks of its columns then say what is wrong, or `divided` does after them.
        """
        try:
            return self.divided.train
        except DataError:
            return None

    @property
    def phases(self) -> Phases:
        """The channels that are known to be a clock, a periodic drive or an angle."""
        return self.config.data.known_phases


def with_window(draft: Draft) -> Draft:
    """Decide the length of training windows, from the length and the cycles of the training rows.

    Before the recording is divided, because a window is left out between the parts.
    """
    config, longest = draft.config, draft.whole[0].longest
    if config.train.window:
        return draft
    separate = len(draft.raw) > 1 or config.data.in_sample
    seen = longest if separate else longest[: int((1 - config.data.test_fraction) * len(longest))]
    window = config.train.of_length(len(seen), rows_per_cycle(Dataset((seen,)))).window
    # Stretches between gaps are kept if a window fits in.
    kept = () if config.data.missing in CUT_TO_LENGTH and not config.data.min_length else draft.whole
    return Draft(config.with_window(window), draft.raw, kept)


def with_levels(draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """Decide the transforms of channels, and fit the trends to be removed.

    Returns: The draft, and advice on other transforms.
    """
    data, train = draft.config.data, draft.train
    if train is None:
        return draft, ()
    transforms, advice = _transforms(draft.config, train)
    trends = trends_of(train)
    if (transforms, trends) == (tuple(data.transform), data.trends):
        return draft, advice
    return Draft(draft.config.of_levels(transforms, trends), draft.raw), advice


def _transforms(config: Config, train: Dataset) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The transforms in the settings; without any, channels that are close to zero but never negative are kept so.

    Returns: The transforms, and advice on others.
    """
    if config.data.transform or not all_measured(config.model):
        return tuple(config.data.transform), ()
    found = find_positive(train.map(lambda series: series.recorded))
    near = [p.channel for p in found if p.near_zero]
    everything = len(near) == train[0].obs_dim
    return (NONNEGATIVE,) if everything else tuple(f"{name}={NONNEGATIVE}" for name in near), advice_on(found)


def with_phases(draft: Draft) -> Draft:
    """Decide which channels are a clock, a periodic drive or an angle, from the settings or from the training rows.

    Principal components mix channels, and counts, levels and labels are no phases: nothing is then looked for.
    """
    data, train = draft.config.data, draft.train
    if data.known_phases.kinds or train is None:
        return draft
    if AUTO in data.phases and (data.pca or draft.config.model.subject_dim or not all_measured(draft.config.model)):
        return draft
    found = find_phases(train, data.phases)
    return draft if found == NO_PHASES else Draft(draft.config.of_phases(found), draft.raw)


def with_delays(draft: Draft, train: Dataset, held_out: Dataset) -> tuple[Draft, EmbeddingAdvice | None]:
    """Decide the delays of the embedding.

    Counts and labels are not embedded unless lags are given, nor are models of several subjects.

    Args:
        draft: The draft.
        train: The training rows, with the channels or components to embed.
        held_out: The rows to test on, which lose as many rows as the largest delay.

    Returns: The draft, and the advice that the delays come from; None if they are given, or none are to be chosen.
    """
    data, model = draft.config.data, draft.config.model
    measured = not model.kinds and (model.observation.open or model.observation.spec.measured)
    if not data.chooses_lags or not measured or model.subject_dim:
        return draft, None
    advice = advise_embedding(train, min(longest_delay(train), *(len(series) // 4 for series in held_out)))
    return Draft(draft.config.embedded(advice.lags), draft.raw) if advice.lags else draft, advice
