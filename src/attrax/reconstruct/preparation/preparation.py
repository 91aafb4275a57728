"""Preparation: recordings are repaired, embedded, checked, and split into a training part and a test part."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from attrax.core.errors import DataError
from attrax.core.number_text import share_text
from attrax.data import usable_rows
from attrax.data.clock.durations import spelled
from attrax.data.clock_units import in_unit
from attrax.data.embedding.delay_embedding import embed
from attrax.data.embedding.projection import Projection, fit_projection
from attrax.data.hiding import hide
from attrax.data.levels.trend import Trend
from attrax.data.matching import aligned, matched
from attrax.data.phases.phase_channels import NO_PHASES, Phases
from attrax.data.phases.phase_search import check_no_clock, sentences
from attrax.data.repair.constant_channels import keep_channels
from attrax.data.repair.resampling import evenly
from attrax.data.series import Dataset
from attrax.diagnosis import checks
from attrax.diagnosis.contents import constant, missing
from attrax.diagnosis.cycle_count import rows_per_cycle
from attrax.diagnosis.defects import find_defects
from attrax.diagnosis.embedding_advice import EmbeddingAdvice
from attrax.reading.labels import entries
from attrax.reconstruct.preparation.channel_kinds import decide_kinds
from attrax.reconstruct.preparation.division import repair
from attrax.reconstruct.preparation.draft import Draft, with_delays, with_levels, with_phases, with_window
from attrax.reconstruct.preparation.recording_checks import (
    caution_of,
    check_apart,
    check_judgeable,
    check_room,
    check_same_step,
    check_trainable,
)
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import DataConfig

LABELS = "names, clock and units"


@dataclass(frozen=True)
class Preparation:
    """What was found in the recordings, and what was changed. A run stores it in `data.json`.

    Attributes:
        found: Rows, channels, time step and missing values of the recording, and of the test recording if there is one.
        done: For each of them, a sentence for each repair.
        notices: What the user should know before training.
        window: Number of rows in a training window, given or chosen.
        lags: The delays of the embedding, given or chosen; empty if there is none.
        advice: The advice that they were chosen by; None if they were not.
        caution: The reason why the verdict is `PARTLY` at best; empty if there is none.
        phases: The channels that are a clock, a periodic drive or an angle.
        transforms: The transform of channels, given or found.
        trends: The linear trends that were removed from the training rows.
        projection: The principal components that replace the channels; None if they do not.
        recording: The whole recording after repairs, with the channels of the model; None if it is not known.
    """

    found: dict[str, Any] = field(default_factory=dict)
    done: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    window: int = 0
    lags: tuple[int, ...] = ()
    advice: EmbeddingAdvice | None = None
    caution: str = ""
    phases: Phases = NO_PHASES
    transforms: tuple[str, ...] = ()
    trends: tuple[Trend, ...] = ()
    projection: Projection | None = None
    recording: Dataset | None = None

    @property
    def doubts(self) -> tuple[str, ...]:
        """Reasons why the verdict is `PARTLY` at best."""
        return (self.caution,) if self.caution else ()

    def as_json(self) -> dict[str, Any]:
        """Everything except arrays, as plain values."""
        return {
            "found": self.found,
            "done": self.done,
            "notices": self.notices,
            "lags": self.lags,
            "caution": self.caution,
        }


class Recordings(NamedTuple):
    """The recordings for training and for testing, and how they were prepared.

    Attributes:
        train: The rows to train on.
        test: The rows to test on.
        preparation: What was found and repaired.
    """

    train: Dataset
    test: Dataset
    preparation: Preparation = Preparation()

    @property
    def whole(self) -> Dataset:
        """The recording that `train` was taken from, with all its rows, as far as it is known."""
        known = self.preparation.recording
        return self.train if known is None else known

    def of_subject(self, name: str) -> "Recordings":
        """The recordings of one subject; its test part may be empty."""
        train, test, whole = (part.of_subject(name) for part in (self.train, self.test, self.whole))
        return Recordings(train, test, replace(self.preparation, recording=whole))

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about the recordings."""
        return self.preparation.notices

    def hashes(self) -> dict[str, str]:
        """The name of the recording, and the sha256 of both parts: of their values, and of names, clock and units."""
        parts = {"train": self.train, "test": self.test}
        labels = {f"{LABELS} ({name})": part.labels_sha256 for name, part in parts.items()}
        return {"name": self.train.name, **{name: part.sha256 for name, part in parts.items()}, **labels}


def prepare(config: Config, recording: Dataset, test: Dataset | None = None) -> Recordings:
    """Repair, embed and check the recordings, and split them if there is no separate test recording.

    Args:
        config: The settings.
        recording: The recording, as `attrax.reading.load_raw` returns it.
        test: A separate test recording, likewise.

    Raises: DataError for recordings that a model cannot be trained or tested on.
    """
    if not config.data.pca and not config.data.drop_constant:
        # Repairs take rows away, not columns; looking at each of a hundred thousand columns takes a minute.
        usable_rows.check_orientation(recording)
    draft = with_window(Draft(config, _together(recording, test)))
    draft, advised = with_levels(draft)
    draft = with_phases(draft)
    _check_columns(draft)
    defects = find_defects(draft.whole[0])
    defects = defects.in_components() if config.data.pca else defects
    projection = find_projection(draft.config, draft.divided.train)
    parts = _projected(draft, projection)
    # Checked before the embedding, since messages name columns of the file.
    notices = [notice for part in draft.raw.values() for notice in part.notices]
    notices += [notice for part in parts.whole for notice in checks.check(part, any_missing=config.data.any_missing)]
    notices += [*sentences(draft.phases), *defects.notices(), *advised]
    decided, advice = with_delays(draft, parts.train, parts.held_out)
    # The delays decide where the recording is divided.
    draft, parts = decided, parts if decided is draft else _projected(decided, projection)
    first = parts.train[0]
    notices += [f"embedding  {advice.sentence(first.dt, first.unit)}"] if advice is not None and advice.lags else []
    caution = caution_of(draft.config, parts.whole[0])
    notices += [f"D104  {caution}"] if caution else []
    preparation = Preparation(
        found={part: describe(dataset) for part, dataset in draft.raw.items()},
        done={part: (*done, *projection_sentence(projection)) for part, done in draft.divided.done.items()},
        notices=tuple(notices),
        window=draft.config.train.window,
        lags=draft.config.data.lags,
        advice=advice,
        caution=caution,
        phases=draft.phases,
        transforms=tuple(draft.config.data.transform),
        trends=draft.config.data.trends,
        projection=projection,
    )
    train, held_out = (of_subject(part, draft.config.data.subject) for part in (parts.train, parts.held_out))
    check_trainable(draft.config, train, parts.whole[0])
    check_judgeable(draft.config, held_out, parts.whole[0])
    return _embedded(draft.config, parts, preparation)


class _Parts(NamedTuple):
    """Recordings with the channels or components of the model, without delayed copies."""

    train: Dataset
    held_out: Dataset
    whole: tuple[Dataset, ...]


def _projected(draft: Draft, projection: Projection | None) -> _Parts:
    """The parts of a draft; the whole recording is without channels that are constant in the training rows."""
    train, held_out, _ = draft.divided
    whole = (keep_channels(draft.whole[0], train[0].channels), *draft.whole[1:])
    train, held_out, *whole = (as_trained(part, projection, ()) for part in (train, held_out, *whole))
    return _Parts(train, held_out, tuple(whole))


def _together(recording: Dataset, test: Dataset | None) -> dict[str, Dataset]:
    """The recordings by name: the test recording with the unit of time and the channels of the other one."""
    if test is None:
        return {"recording": recording}
    test = aligned(test.map(lambda series: in_unit(series, recording[0].unit)), recording[0])
    check_apart(recording, test)
    return {"recording": recording, "test": test}


def _check_columns(draft: Draft) -> None:
    """Check that the columns are channels and not clocks, and that there are enough rows for both parts."""
    config, recording = draft.config, draft.whole[0]
    check_no_clock(recording)
    if not config.data.pca:
        usable_rows.check_orientation(recording)
    if len(draft.raw) == 1 and not config.data.in_sample:
        check_room(config, recording)


def _embedded(config: Config, parts: _Parts, preparation: Preparation) -> Recordings:
    """The recordings as a model gets them: training rows, test rows, and the whole recording, in this order."""
    train, held_out, whole = (
        of_subject(embed(part, config.data.lags) if config.data.lags else part, config.data.subject)
        for part in (parts.train, parts.held_out, parts.whole[0])
    )
    if config.data.hide:
        train, notice = _hidden(config.data, train)
        preparation = replace(preparation, notices=(*preparation.notices, notice))
    usable_rows.check_length(train, config.train.window)
    judged = _judgeable(config, train, held_out)
    usable_rows.check_variation(train)
    resampled = judged.done[len(held_out.done) :]
    done = preparation.done | ({"judged": resampled} if resampled else {})
    return Recordings(train, judged, replace(preparation, done=done, recording=whole))


def judged_by(config: Config, recordings: Recordings, test: Dataset) -> Recordings:
    """Replace the test recording by another one, prepared in the same way; the training rows stay.

    Args:
        config: The complete settings of the run.
        recordings: What the model was trained on.
        test: The other recording, as `attrax.reading.load_raw` returns it.

    Raises: DataError for a recording that cannot be used, such as one that the model was trained on (D116).
    """
    projection = recordings.preparation.projection
    test = test.map(lambda series: in_unit(series, recordings.train[0].unit))
    seen = as_trained(repair(config, test), projection, config.data.lags)
    first = recordings.train[0]
    seen = matched(aligned(seen, first), first.channels, () if first.inputs is None else first.input_channels)
    check_apart(recordings.train, seen)
    checks.check(seen, any_missing=config.data.any_missing)
    judged = _judgeable(config, recordings.train, of_subject(seen, config.data.subject))
    return recordings._replace(test=judged)


def _judgeable(config: Config, train: Dataset, held_out: Dataset) -> Dataset:
    """The test recording with the time step of the model, after checks that it fits the training recording.

    Raises: DataError for too few rows, or for other channels or another time step.
    """
    if any(series.stamps is not None for series in held_out):
        # Measures and free runs need one time step: that of the model.
        held_out = evenly(held_out, train[0].dt)
    usable_rows.check_length(held_out, 2 * config.evaluate.horizon)
    held_out = matched(held_out, train[0].channels, () if train[0].inputs is None else train[0].input_channels)
    check_same_step(train, held_out)
    return held_out


def completed(config: Config, recordings: Recordings) -> Config:
    """The configuration with every `auto` replaced by a value that fits the recordings."""
    train = recordings.train
    prepared = recordings.preparation
    config = config.of_kinds(decide_kinds(config.model, train)).of_labels(entries(train[0].labels))
    config = config.of_phases(prepared.phases).embedded(prepared.lags)
    config = config.of_levels(prepared.transforms, prepared.trends)
    config = config.with_window(config.train.window or prepared.window)
    return config.complete(train[0].obs_dim, rows_per_cycle(train))


def find_projection(config: Config, train: Dataset) -> Projection | None:
    """The principal components of the training rows that the settings ask for."""
    if not config.data.pca:
        return None
    usable_rows.check_variation(train)
    return fit_projection(train, config.data.pca)


def as_trained(repaired: Dataset, projection: Projection | None, lags: tuple[int, ...]) -> Dataset:
    """The recording with the channels of the model: principal components and delayed copies replace the channels."""
    dataset = repaired if projection is None else projection.apply(repaired)
    return embed(dataset, lags) if lags else dataset


def _hidden(data: DataConfig, train: Dataset) -> tuple[Dataset, str]:
    """The training recordings with hidden values, as the settings ask, and a notice that says so."""
    gaps = hide(train, data.hide, length=data.hide_length, rows=data.hide_rows, seed=data.seed)
    what = "rows" if data.hide_rows else "values"
    pieces = f", {data.hide_length} rows in a piece" if data.hide_length > 1 else ""
    return gaps, f"{share_text(data.hide)} of the {what} trained on are hidden on purpose{pieces}"


def of_subject(dataset: Dataset, name: str) -> Dataset:
    """The recordings of one subject; all recordings if `name` is empty, or if there is only one subject.

    Raises: DataError D133 if there are none.
    """
    if not name or len(dataset.subjects) == 1:
        return dataset
    found = dataset.of_subject(name)
    if len(found) == 0:
        raise DataError(
            "D133",
            "no recording of the subject",
            where=f"{dataset.source}: {name!r} is not among {', '.join(dataset.subjects[:20])}",
            why="the model of a subject is tested on its own recording",
            fix="use the same file name for a subject in training and test recordings, or give it more rows",
        )
    return found


def projection_sentence(projection: Projection | None) -> tuple[str, ...]:
    """The number of principal components and their share of the variance, as a sentence; empty without components."""
    if projection is None:
        return ()
    n_channels, n = projection.components.shape
    return (
        f"pca: {n_channels} channels became {n} components with {share_text(projection.explained)} of the variance",
    )


def describe(raw: Dataset) -> dict[str, Any]:
    """A description of a recording before repairs: rows, channels, time step and missing values, as plain values."""
    return {
        "source": raw.source,
        "sha256": raw.sha256,
        "series": len(raw),
        "rows": [len(series) for series in raw],
        "channels": list(raw[0].channels),
        "inputs": list(raw[0].input_channels),
        "step": spelled(raw[0].dt, raw[0].unit),
        "steps_off_by_more_than_1_percent": sum(int(s.stamps.uneven.sum()) for s in raw if s.stamps is not None),
        "missing": {m.channel: {"values": m.values, "longest_gap": m.longest_gap} for m in missing(raw)},
        "constant": list(constant(raw)),
    }
