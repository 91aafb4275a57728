"""Preparation: from recordings as they lie in their files to the part that trains and the part that tests."""

import math
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from attrax.core.errors import DataError
from attrax.data.clock.durations import spelled
from attrax.data.clock.stamps import TOLERANCE
from attrax.data.diagnosis import checks
from attrax.data.diagnosis.contents import constant, missing
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.diagnosis.defects import find_defects
from attrax.data.diagnosis.overlap import find_overlap
from attrax.data.embedding.advice import advise_embedding
from attrax.data.embedding.delay_embedding import embed
from attrax.data.embedding.projection import Projection, fit_projection
from attrax.data.hiding import hide
from attrax.data.repair.rate import evenly
from attrax.data.repair.repaired import Repaired
from attrax.data.repair.repairs import Repairs, repair
from attrax.data.repair.uneven import check_even
from attrax.data.series import Dataset
from attrax.data.splitting import split
from attrax.reconstruct.preparation.channel_kinds import decide_kinds
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import DataConfig
from attrax.registries import FLOWS

EVERY_CONSTANT = "constant"
FEWEST_WINDOW = 10


@dataclass(frozen=True)
class Preparation:
    """What was found in the recordings and what was done about it; `data.json` of a run.

    Attributes:
        found: For the recording, and the test recording if there is one: rows, channels, clock, missing values.
        done: A sentence for each repair, part by part.
        notices: What a person should know before training.
        lags: The delays of the embedding, given or chosen; empty if there is none.
        caution: Why the verdict can be `PARTLY` at best; empty if nothing speaks against a better one.
        projection: The principal components that the channels became, if they did.
    """

    found: dict[str, Any] = field(default_factory=dict)
    done: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    lags: tuple[int, ...] = ()
    caution: str = ""
    projection: Projection | None = None

    @property
    def doubts(self) -> tuple[str, ...]:
        """Reasons why the verdict can be `PARTLY` at best."""
        return (self.caution,) if self.caution else ()

    def as_json(self) -> dict[str, Any]:
        """Everything but arrays, in plain values."""
        return {
            "found": self.found,
            "done": self.done,
            "notices": self.notices,
            "lags": self.lags,
            "caution": self.caution,
        }


class Recordings(NamedTuple):
    """What a run is trained on, what it is judged by, and how both came about."""

    train: Dataset
    test: Dataset
    preparation: Preparation = Preparation()

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know about the recordings."""
        return self.preparation.notices

    def hashes(self) -> dict[str, str]:
        """The sha256 of both parts."""
        return {"name": self.train.name, "train": self.train.sha256, "test": self.test.sha256}


def prepare(config: Config, recording: Dataset, test: Dataset | None = None) -> Recordings:
    """Repair, embed, split if there is no separate test recording, and check that the windows fit.

    Args:
        config: The settings.
        recording: The recording as `attrax.data.load_raw` gives it.
        test: A separate test recording, likewise.
    """
    raw = {"recording": recording} | ({} if test is None else {"test": test})
    if test is not None:
        _check_apart(recording, test)
    mended = {part: mend(config, dataset) for part, dataset in raw.items()}
    parts = [repaired.dataset for repaired in mended.values()]
    defects = find_defects(parts[0]).notices()
    projection = find_projection(config, parts[0], held_out=test is None)
    projected = [as_trained(part, projection, ()) for part in parts]
    lags, choice = _choose_lags(config, projected)
    for part in parts if lags else ():
        # Of delayed copies the message would name a column that nobody can leave out.
        checks.check_variation(part)
    parts = [as_trained(part, None, lags) for part in projected]
    masks = "stop" if config.data.missing == "stop" else "mask"
    notices = [notice for part in raw.values() for notice in part.notices]
    notices += [notice for part in parts for notice in checks.check(part, missing=masks)]
    notices += [*defects, *choice]
    if test is None and not config.data.in_sample:
        _check_room(config, parts[0])
    caution = _caution(config, parts[0])
    train, held_out = parts if test is not None else _hold_out(config, parts[0])
    train, held_out = (of_subject(part, config.data.subject) for part in (train, held_out))
    if config.data.hide:
        train, notice = _hidden(config.data, train)
        notices.append(notice)
    judged = Repaired(held_out)
    if any(series.stamps is not None for series in held_out):
        # Measures and free runs have one step: that of the model.
        judged = evenly(held_out, train[0].dt)
        held_out = judged.dataset
    checks.check_length(train, config.train.window)
    checks.check_length(held_out, 2 * config.evaluate.horizon)
    _check_alike(train, held_out)
    checks.check_variation(train)
    preparation = Preparation(
        found={part: describe(dataset) for part, dataset in raw.items()},
        done={part: (*repaired.done, *_told(projection)) for part, repaired in mended.items()}
        | ({"judged": judged.done} if judged.done else {}),
        notices=(*notices, *([f"D104  {caution}"] if caution else [])),
        lags=lags,
        caution=caution,
        projection=projection,
    )
    return Recordings(train, held_out, preparation)


def completed(config: Config, recordings: Recordings) -> Config:
    """The configuration with every `auto` decided by the recordings that it prepared."""
    train = recordings.train
    config = config.of_kinds(decide_kinds(config.model, train))
    return config.embedded(recordings.preparation.lags).complete(train[0].obs_dim, rows_per_cycle(train))


def find_projection(config: Config, mended: Dataset, *, held_out: bool) -> Projection | None:
    """The principal components that the settings ask for, found in the rows to train on alone."""
    if not config.data.pca:
        return None
    checks.check_variation(mended)
    rows = _hold_out(config, mended)[0] if held_out else mended
    return fit_projection(rows, config.data.pca)


def as_trained(mended: Dataset, projection: Projection | None, lags: tuple[int, ...]) -> Dataset:
    """The channels that the model sees: principal components, or delays, or as they are."""
    dataset = mended if projection is None else projection.apply(mended)
    return embed(dataset, lags) if lags else dataset


def _hidden(data: DataConfig, train: Dataset) -> tuple[Dataset, str]:
    """The recordings to train on, with the gaps that the settings make, and what a person should know about them."""
    gaps = hide(train, data.hide, length=data.hide_length, rows=data.hide_rows, seed=data.seed)
    what = "rows" if data.hide_rows else "values"
    pieces = f", {data.hide_length} rows in a piece" if data.hide_length > 1 else ""
    return gaps, f"{data.hide:.0%} of the {what} trained on are hidden on purpose{pieces}"


def of_subject(dataset: Dataset, name: str) -> Dataset:
    """The recordings of one subject; of all if `name` is empty, or if they are of one subject anyway.

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
            why="a subject is judged by its own recording",
            fix="name the file of a subject alike in training and test recordings, or let it have more rows",
        )
    return found


def _told(projection: Projection | None) -> tuple[str, ...]:
    if projection is None:
        return ()
    n_channels, n = projection.components.shape
    return (f"pca: {n_channels} channels became {n} components with {projection.explained:.2%} of the variance",)


def mend(config: Config, raw: Dataset) -> Repaired:
    """A recording with the repairs that the configuration asks for, and a clock that its dynamics can follow."""
    uneven = "keep" if config.model.dynamics.kind in FLOWS.names else "stop"
    mended = repair(raw, replace(repairs_of(config.data, config.train.window), uneven=uneven))
    if config.data.lags or config.data.embed:
        check_even(mended.dataset, ["--lags" if config.data.lags else "--embed"])
    return mended


def repairs_of(data: DataConfig, window: int) -> Repairs:
    """The repairs in the settings; unless they say otherwise, pieces are kept if a training window fits."""
    return Repairs(
        drop_constant=EVERY_CONSTANT in data.drop,
        sort=data.sort,
        duplicates=data.duplicates,
        resample=data.resample,
        every=data.every,
        detrend=data.detrend,
        gaps=data.missing if data.missing in ("interpolate", "split") else "keep",
        min_length=data.min_length or window,
    )


def describe(raw: Dataset) -> dict[str, Any]:
    """What is in a recording as it came, in plain values."""
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


def _choose_lags(config: Config, parts: list[Dataset]) -> tuple[tuple[int, ...], list[str]]:
    """The lags of the embedding, and what to say about them if the training data decided."""
    if config.data.lags or config.data.embed != "auto":
        return config.data.lags, []
    held_out = len(parts) == 1 and not config.data.in_sample
    seen = split(parts[0], config.data.test_fraction)[0] if held_out else parts[0]
    advice = advise_embedding(seen)
    return advice.lags, [f"embedding  {advice.sentence}"]


def _caution(config: Config, recording: Dataset) -> str:
    if not config.data.force:
        checks.check_cycles(recording)
        return ""
    shortage = checks.too_few_cycles(recording)
    return f"DATA TOO SHORT, forced: {shortage}" if shortage else ""


def _hold_out(config: Config, recording: Dataset) -> tuple[Dataset, Dataset]:
    """The tail of the recording, a window away from the rest; or the recording itself where that is what is asked."""
    if config.data.in_sample:
        return recording, recording
    return split(recording, config.data.test_fraction, gap=config.train.window)


def _check_room(config: Config, recording: Dataset) -> None:
    """Refuse recordings that cannot be split into windows to learn from and forecasts to judge by (D104)."""
    rows, window, share = len(recording.longest), config.train.window, config.data.test_fraction
    # Half a row, because the part held out is rounded.
    needed = math.ceil(max((2 * window + 0.5) / (1 - share), (2 * config.evaluate.horizon - 0.5) / share))
    if rows >= needed:
        return
    fitting = int((1 - share) * rows) // 2 - 1
    horizon = min(config.evaluate.horizon, int(share * rows) // 2)
    shorter = [f"--window {min(fitting, window)}"]
    shorter += [f"--set evaluate.horizon={horizon}"] if horizon < config.evaluate.horizon else []
    shorter += ["--force"] if checks.too_few_cycles(recording) and not config.data.force else []
    raise DataError(
        "D104",
        "DATA TOO SHORT",
        where=f"{recording.source}: the longest series has {rows:,} rows, needed are {needed:,}",
        why=f"a window of {window} rows must fit in, as many are left out, and {share:.0%} of the rows judge",
        fix=f"{' '.join(shorter)}  # or record at least {needed:,} rows"
        if fitting >= FEWEST_WINDOW and horizon > 0
        else f"record at least {needed:,} rows",
    )


def _check_apart(recording: Dataset, test: Dataset) -> None:
    """Refuse a test recording that the model has been trained on (D116)."""
    overlap = find_overlap(recording, test)
    if overlap is not None:
        raise DataError(
            "D116",
            "test data are part of the training data",
            where=f"{recording.source} and {test.source}: {overlap}",
            why="scores on data the model was trained on prove nothing",
            fix="without --test  # the tail of the recording is then held out; or name another test file",
        )


def _check_alike(train: Dataset, test: Dataset) -> None:
    """Refuse a test recording of other columns (D110) or of another time step (D106) than the training recording."""
    ours, theirs = train[0], test[0]
    if (ours.obs_dim, ours.input_dim) != (theirs.obs_dim, theirs.input_dim):
        raise DataError(
            "D110",
            "training and test recording have different columns",
            where=f"{train.source}: {ours.obs_dim} channels, {ours.input_dim} inputs; "
            f"{test.source}: {theirs.obs_dim} channels, {theirs.input_dim} inputs",
            why="a model of one cannot be compared with the other",
            fix="choose the same columns in both with --channels or --drop",
        )
    if abs(ours.dt - theirs.dt) > TOLERANCE * ours.dt:
        raise DataError(
            "D106",
            "different time steps",
            where=f"{train.source}: {spelled(ours.dt, ours.unit)}; {test.source}: {spelled(theirs.dt, theirs.unit)}",
            why="a model is a map with one time step",
            fix=f"--resample {spelled(max(ours.dt, theirs.dt), ours.unit)}  # or --dt if a file does not tell its step",
        )
