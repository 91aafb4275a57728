"""Options of reading that change tables: each is declared in one file, with the function that does what it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from attrax.core.declared_options import DeclaredOption
from attrax.core.spec import Spec

Tables = Sequence[Any]
"""Several `attrax.reading.raw_table.RawTable`, which is not imported here: help on the command line needs no numpy."""


class Stage(Enum):
    """When an option changes tables."""

    WHOLE = "whole"
    """As soon as they are read, before `group` and `pivot` divide them."""
    DIVIDED = "divided"
    """When there is one table for each recording, before `labels` numbers its words."""


@dataclass(frozen=True, kw_only=True)
class TableOption(Spec):
    """The declaration of an option of reading that changes tables. Its name is the name of its file.

    The implementation takes all tables of a source and the value of the option, and returns the tables to go on with,
    as many as before. It is called for every source, also with the default. Options of one stage are applied in the
    order of their names.

    Attributes:
        type_: The type of its values, such as `int` or `Names`.
        help: What it does, in a sentence for users.
        default: The value if it is not given.
        stage: When it changes the tables.

    Example:
        >>> from attrax.registries import TABLE_OPTIONS
        >>> option = TABLE_OPTIONS.spec("na")
        >>> option.default, option.stage
        ((), <Stage.WHOLE: 'whole'>)
    """

    type_: Any
    help: str
    default: Any
    stage: Stage = Stage.DIVIDED

    def declared_as(self, name: str) -> DeclaredOption:
        """The option under a name, as flags, settings and keyword arguments are made from it."""
        return DeclaredOption(name, self.type_, self.default, self.help)
