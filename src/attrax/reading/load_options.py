"""The options of reading and of repair together: all arguments of `attrax.load` except the source."""

from dataclasses import dataclass

from attrax.data.repair.repair_options import RepairOptions
from attrax.reading.read_options import ReadOptions


@dataclass(frozen=True, kw_only=True)
class LoadOptions(RepairOptions, ReadOptions):
    """How to read a recording, and what to repair in it.

    Example:
        >>> options = LoadOptions(channels="EEG*", missing="interpolate")
        >>> options.channels, options.any_missing
        (('EEG*',), True)
    """

    def __post_init__(self):
        ReadOptions.__post_init__(self)
        self.check_repairs()
