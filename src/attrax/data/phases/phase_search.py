"""Finds the channels that are a phase, in the rows that a model is trained on."""

from collections.abc import Sequence

from attrax.core.errors import ConfigError, DataError
from attrax.data.clock.row_times import START
from attrax.data.column_names import option, select
from attrax.data.phases.angle_search import find_angle
from attrax.data.phases.clock_search import even_line, find_clock_phase
from attrax.data.phases.phase_channels import NO_PHASES, Phases
from attrax.data.phases.phase_kinds import AUTO, NONE, Angle, ClockPhase, Phase, PhaseSetting, Wave, read_setting
from attrax.data.phases.wave_search import find_waves
from attrax.data.repair.constant_channels import varies
from attrax.data.series import Dataset, Series

FEWEST_ROWS = 200


def find_phases(train: Dataset, wanted: Sequence[str]) -> Phases:
    """The phases among the channels.

    Args:
        train: The rows to train on; the longest series is searched. Rows must be even.
        wanted: `auto` to find them, `none` for none, or settings such as `theta=angle:360`, `t=clock:3`, `force=wave`.

    Raises: ConfigError C609 for a setting that cannot be read, C610 for a channel that is no phase of that kind;
        DataError D119 for an unknown channel.
    Cost: One Fourier transform for each channel.
    """
    series = train.longest
    if NONE in wanted or series.stamps is not None:
        return NO_PHASES
    if AUTO in wanted:
        return Phases(_recognised(series)) if len(series) >= FEWEST_ROWS else NO_PHASES
    settings = [read_setting(entry) for entry in wanted]
    select([setting.channel for setting in settings], series.channels, "--phases", train.source)
    return Phases(tuple(_made(series, setting) for setting in settings))


def check_no_clock(dataset: Dataset) -> None:
    """Check that no channel rises evenly (D135): a model cannot learn it, because its states never return."""
    series = dataset.longest
    moving = varies(dataset)
    for k, name in enumerate(series.channels):
        if not moving[k]:
            continue
        line = even_line(series.observed(k)) if len(series.observed(k)) == len(series) else None
        if line is not None:
            drop = option("--drop", name)
            timed = series.origin != START or series.dt != 1 or series.unit
            told = (
                f"{drop}  # times say as much"
                if timed
                else f"{option('--time', name)}  # if it is the time; else {drop}"
            )
            raise DataError(
                "D135",
                "a channel that rises evenly, like a clock",
                where=f"{dataset.source}: column '{name}' changes by {line.rise:.6g} in every row",
                why="a clock has no attractor, so no model of it can be judged",
                fix=f"{told}, or {option('--phases', f'{name}=clock:24')} if turns of 24 drive the other channels",
            )


def sentences(phases: Phases) -> tuple[str, ...]:
    """For each drive and angle a sentence: how it was recognised, and how it is used."""
    told = []
    for rows, channels in phases.drives.items():
        names = ", ".join(f"'{channel.channel}'" for channel in channels)
        told.append(
            f"phases  {names}: a periodic drive of {rows:.6g} rows a turn; the model gets it as input, and scores are "
            f"those of the other channels  (--phases none trains on it)"
        )
    for angle in phases.kinds:
        if isinstance(angle, Angle):
            told.append(
                f"phases  '{angle.channel}': an angle with turns of {angle.turn:.6g}; the model gets its cosine and "
                f"sine, which are scored  (--phases none trains on it)"
            )
    return tuple(told)


def _recognised(series: Series) -> tuple[Phase, ...]:
    driven: dict[str, Wave | ClockPhase] = {wave.channel: wave for wave in find_waves(series)}
    rest = [k for k, name in enumerate(series.channels) if name not in driven]
    rising = [k for k in rest if even_line(series.x[:, k]) is not None]
    for k in rest:
        clock = find_clock_phase(series, k, [other for other in rest if other != k and other not in rising])
        if clock is not None:
            driven[clock.channel] = clock
    if len(driven) == series.obs_dim:
        # What drives and what is driven cannot be told apart, as in an oscillation of all channels.
        driven = {}
    found: dict[str, Phase] = dict(driven)
    seen = Phases(tuple(driven.values())).apply(Dataset((series,)))[0]
    for k, name in enumerate(seen.channels):
        if series.channels.index(name) not in rising and (angle := find_angle(seen, k)) is not None:
            found[name] = angle
    return tuple(found[name] for name in series.channels if name in found)


def _made(series: Series, setting: PhaseSetting) -> Phase:
    """The phase that a setting asks for, with the numbers that it leaves open."""
    if setting.phase is not None:
        return setting.phase
    k = series.channels.index(setting.channel)
    turn = setting.numbers[0] if setting.numbers else None
    others = [other for other in range(series.obs_dim) if other != k]
    if setting.kind is Wave:
        found = next((wave for wave in find_waves(series) if wave.channel == setting.channel), None)
    elif setting.kind is ClockPhase:
        found = find_clock_phase(series, k, others, turn)
    else:
        found = find_angle(series, k, turn) or Angle(setting.channel)
    if found is None:
        raise ConfigError(
            "C610",
            "a channel that is no such phase",
            where=f"--phases {setting.channel}={setting.kind.kind}",
            why="a wave is a sinusoid of one frequency, a clock rises evenly, an angle has turns of 2 pi or 360",
            fix=f"--phases {setting.channel}={setting.kind.kind}:TURN with the length of a turn, or --phases none",
        )
    return found
