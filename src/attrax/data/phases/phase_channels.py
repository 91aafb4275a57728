"""`Phases`: replaces channels that are a phase by what a model needs, and restores them in what a model returns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.phases.drive_phase import first_phase, observed
from attrax.data.phases.phase_kinds import AUTO, FULL_TURN, NONE, AbstractDriveChannel, Phase, read_setting, setting_of
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset, Series


@dataclass(frozen=True)
class Phases:
    r"""The channels of a recording that are a phase, and the inputs and channels that replace them for a model.

    Clocks and waves become the inputs $\cos 2 \pi \psi_t$ and $\sin 2 \pi \psi_t$ of their drive, which are known
    ahead, since $\psi_t = \psi_0 + t / P$. An angle becomes two channels, its cosine and its sine.

    Attributes:
        kinds: The phases, one for each channel that is one.
    """

    kinds: tuple[Phase, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Phases":
        """The phases of settings; none if the numbers of one of them are not known yet.

        Raises: ConfigError C609 for a setting that cannot be read.
        """
        phases = [read_setting(entry).phase for entry in entries if entry not in (AUTO, NONE)]
        known = [phase for phase in phases if phase is not None]
        return cls(tuple(known) if len(known) == len(phases) else ())

    @property
    def entries(self) -> tuple[str, ...]:
        """The phases as settings."""
        return tuple(map(setting_of, self.kinds))

    @property
    def drives(self) -> dict[float, list[AbstractDriveChannel]]:
        """The channels that follow each periodic drive, by its number of rows in a turn."""
        found: dict[float, list[AbstractDriveChannel]] = {}
        for phase in self.kinds:
            if isinstance(phase, AbstractDriveChannel):
                found.setdefault(phase.rows, []).append(phase)
        return found

    @property
    def input_channels(self) -> tuple[str, ...]:
        """Names of the inputs that represent the drives, after the first channel that follows each drive."""
        firsts = (channels[0].channel for channels in self.drives.values())
        return tuple(name for first in firsts for name in (f"cos({first})", f"sin({first})"))

    def apply(self, dataset: Dataset) -> Dataset:
        """The dataset as the model gets it; every series keeps its recorded channels in `before`.

        Raises: DataError D110 if a channel is missing, D134 if a drive has another period.
        """
        if not self.kinds:
            return dataset
        missing = [phase.channel for phase in self.kinds if phase.channel not in dataset[0].channels]
        if missing:
            raise DataError(
                "D110",
                "the recording has other channels than the model",
                where=f"{dataset.source}: no channel {', '.join(missing)} among {', '.join(dataset[0].channels[:20])}",
                why="it determines the phase of a drive or of an angle",
                fix="give a recording with the channels the model was trained on",
            )
        return dataset.map(self._taken_out)

    def inputs(self, series: Series, rows: np.ndarray) -> Float[np.ndarray, "n input"]:
        """The inputs that represent the drives, in any rows, also after the end.

        Args:
            series: The recorded channels.
            rows: Numbers of rows, from the first row of the series on.
        """
        turns = [first_phase(series, channels) + rows / period for period, channels in self.drives.items()]
        radians = FULL_TURN * np.stack(turns, axis=1) if turns else np.zeros((len(rows), 0))
        return np.stack([np.cos(radians), np.sin(radians)], axis=2).reshape(len(rows), -1)

    def put_back(
        self,
        recorded: Series,
        names: Sequence[str],
        x: Float[np.ndarray, "n obs"],
        rows: np.ndarray,
        guide: Float[np.ndarray, "n recorded"] | None = None,
    ) -> Float[np.ndarray, "n recorded"]:
        """Values of the recorded channels, in their order, from values of the channels of the model.

        Args:
            recorded: The recorded channels.
            names: Names of the columns of `x`.
            x: Values of the channels of the model.
            rows: The row of the recording of each row of `x`; they may lie after its end.
            guide: Recorded values near which unbounded angles are; None continues them from the row before the first.
        """
        by_name, known = dict(zip(names, x.T, strict=True)), {phase.channel: phase for phase in self.kinds}
        columns = []
        for k, name in enumerate(recorded.channels):
            phase = known.get(name)
            if phase is None:
                columns.append(by_name[name])
            elif isinstance(phase, AbstractDriveChannel):
                columns.append(self._drive_values(recorded, phase, rows))
            else:
                pair = np.stack([by_name[part] for part in phase.names], axis=1)
                columns.append(
                    phase.following(pair, interpolated_values(recorded[: rows[0]])[-1, k])
                    if guide is None
                    else phase.near(pair, guide[:, k])
                )
        return np.stack(columns, axis=1)

    def put_back_reach(
        self,
        recorded: Series,
        names: Sequence[str],
        x: Float[np.ndarray, "n obs"],
        reach: Float[np.ndarray, "n obs"],
        level: float,
    ) -> Float[np.ndarray, "n recorded"]:
        r"""Half widths of intervals of the recorded channels, from those of the channels of the model.

        That of an angle is $|\sin \psi| r_{\cos} + |\cos \psi| r_{\sin}$, half a turn at most; that of a clock or wave
        is a quantile of its deviations from the drive.

        Args:
            recorded: The recorded channels.
            names: Names of the columns of `x` and `reach`.
            x: Values of the channels of the model.
            reach: Half widths for these values.
            level: Share of the values that the intervals are to contain.
        """
        by_name, known = dict(zip(names, range(len(names)), strict=True)), {p.channel: p for p in self.kinds}
        columns = []
        for name in recorded.channels:
            phase = known.get(name)
            if phase is None:
                columns.append(reach[:, by_name[name]])
            elif isinstance(phase, AbstractDriveChannel):
                seen, values = observed(recorded, phase)
                off = values - self._drive_values(recorded, phase, seen)
                columns.append(np.full(len(x), NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(np.mean(off**2))))
            else:
                cosine, sine = (by_name[part] for part in phase.names)
                wide = np.abs(x[:, sine]) * reach[:, cosine] + np.abs(x[:, cosine]) * reach[:, sine]
                columns.append(phase.turn / FULL_TURN * np.minimum(wide, np.pi))
        return np.stack(columns, axis=1)

    def _taken_out(self, series: Series) -> Series:
        known = {phase.channel: phase for phase in self.kinds}
        names, columns, seen = [], [], []
        for k, name in enumerate(series.channels):
            phase = known.get(name)
            if isinstance(phase, AbstractDriveChannel):
                continue
            parts = [series.x[:, k]] if phase is None else phase.pair(series.x[:, k])
            names += [name] if phase is None else phase.names
            columns += parts
            seen += [series.observed_mask[:, k]] * len(parts)
        inputs = series.inputs
        if self.drives:
            given = [] if inputs is None else [inputs]
            inputs = np.concatenate([*given, self.inputs(series, np.arange(len(series)))], axis=1)
        mask = None if series.mask is None else np.stack(seen, axis=1)
        x = np.stack(columns, axis=1)
        return replace(
            series,
            x=x if mask is None else np.where(mask, x, 0.0),
            channels=tuple(names),
            mask=None if mask is None or mask.all() else mask,
            inputs=inputs,
            input_channels=(*series.input_channels, *self.input_channels),
            before=series,
        )

    def _drive_values(self, recorded: Series, phase: AbstractDriveChannel, rows: np.ndarray) -> Float[np.ndarray, " n"]:
        """The values of a clock or wave in any rows."""
        first = first_phase(recorded, self.drives[phase.rows])
        at, known = observed(recorded, phase)
        return phase.values(first + rows / phase.rows, known, first + at / phase.rows)


NO_PHASES = Phases(())
