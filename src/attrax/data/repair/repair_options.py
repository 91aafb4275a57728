"""The options of repair: what to change in a recording before a model is trained on it.

This is the only place where they are declared. The keyword arguments of `attrax.load`, the flags of the commands and
the settings `data.*` of a run are made from these fields.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from attrax.core.declared_options import Names, normalize
from attrax.core.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class RepairOptions:
    """What to repair. By default nothing is changed.

    Raises: ConfigError C555, C556, C614 for values that are not possible.

    Example:
        >>> from attrax.data import RepairOptions
        >>> RepairOptions(missing="interpolate").any_missing
        True
    """

    missing: Annotated[
        Literal["stop", "mask", "interpolate", "split"],
        "Missing values: stop if they are more than 5 %, mask them in training, interpolate, or split at them.",
    ] = "stop"
    min_length: Annotated[int, "Fewest rows of a piece after missing values are split at; 0: one training window."] = 0
    sort: Annotated[bool, "Put the rows in the order of time."] = False
    duplicates: Annotated[
        Literal["stop", "mean", "first", "drop"],
        "Rows with the same time: stop, take their mean, keep the first, or drop all of them.",
    ] = "stop"
    resample: Annotated[str, "New even time step, such as 4ms or 0.004."] = ""
    every: Annotated[int, "Keep every n-th row, after a low-pass filter."] = 1
    transform: Annotated[
        Names, "Transform of positive channels: log or sqrt of all, or x=log of one; nonnegative or none: see the docs."
    ] = ()
    detrend: Annotated[Names, "Channels whose linear trend is removed, by name or glob; all: every channel."] = ()
    highpass: Annotated[
        str, "Remove what changes more slowly than this length of time, such as 2s: a slowly changing baseline."
    ] = ""

    def __post_init__(self):
        normalize(self)
        self.check_repairs()

    @property
    def any_missing(self) -> bool:
        """Whether any number of missing values is accepted, since something is done about them."""
        return self.missing != "stop"

    def check_repairs(self) -> None:
        """Check that the values are possible."""
        for flag, value, least in (("--every", self.every, 1), ("--min-length", self.min_length, 0)):
            if value < least:
                raise ConfigError(
                    "C555",
                    "impossible number of rows",
                    where=f"{flag} {value}",
                    why=f"it is a whole number of rows, {least} or more",
                    fix=f"{flag} {least}",
                )
        if self.transform:
            # The help of the commands needs the names of these options only, so it does not wait for numpy.
            from attrax.data.levels.transforms import check_transforms

            check_transforms(self.transform)
