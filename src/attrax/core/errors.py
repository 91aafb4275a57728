"""Errors that state what is wrong, where, why it matters and how to fix it.

Every failure that a user can cause is one of these. The text is the same on the command line and in Python. The code
(`D103`, `C501` ...) identifies the cause and can be looked up in `docs/guides/errors.md`.
"""

from attrax.core.safe_text import printable


class AttraxError(ValueError):
    """An error with a code, a place, a reason and a fix.

    Args:
        code: Letter and number of the cause, for example `D103`.
        what: The failure in a few words.
        where: The file, column, row or setting that is wrong.
        why: What would go wrong if the program continued.
        fix: What the user can do; a command if there is one.

    Example:
        >>> print(DataError("D103", "constant channel", where="column 2", why="it has no variance", fix="drop it"))
        error D103  constant channel
          where  column 2
          why    it has no variance
          fix    drop it
    """

    exit_code = 2

    def __init__(self, code: str, what: str, *, where: str, why: str, fix: str):
        super().__init__(code, what, where, why, fix)
        self.code, self.what, self.where, self.why, self.fix = code, what, where, why, fix

    def __str__(self) -> str:
        text = f"error {self.code}  {self.what}\n  where  {self.where}\n  why    {self.why}\n  fix    {self.fix}"
        return printable(text)

    def __reduce__(self):
        return _rebuild, (type(self), self.code, self.what, self.where, self.why, self.fix)


def _rebuild(kind: type[AttraxError], code: str, what: str, where: str, why: str, fix: str) -> AttraxError:
    return kind(code, what, where=where, why=why, fix=fix)


class Interrupted(KeyboardInterrupt):
    """A run was stopped by its user and has saved its state; the text says how to continue it.

    It is no `Exception`, so that a grid search that continues after failures ends with the run that was stopped.

    Example:
        >>> issubclass(Interrupted, Exception), issubclass(Interrupted, KeyboardInterrupt)
        (False, True)
    """


class DataError(AttraxError):
    """The recording cannot be used as it is (codes D1xx).

    Example:
        >>> import attrax
        >>> try:
        ...     attrax.load("no such file.csv")
        ... except DataError as error:
        ...     error.code, error.exit_code
        ('D117', 3)
    """

    exit_code = 3


class ConfigError(AttraxError):
    """A setting is unknown, of the wrong type or impossible (codes C5xx).

    Example:
        >>> import numpy as np
        >>> from attrax.data import split
        >>> from attrax.reading import load
        >>> try:
        ...     split(load(np.arange(100.0)), fraction=2.0)
        ... except ConfigError as error:
        ...     print(error.code, error.what)
        C542 impossible split
    """


class RunError(AttraxError):
    """A run folder cannot be opened, continued or written (codes R3xx).

    Example:
        >>> import attrax
        >>> try:
        ...     attrax.open_run("no such folder")
        ... except RunError as error:
        ...     error.code
        'R302'
    """


class ModelFileError(AttraxError):
    """A model file cannot be read (codes M4xx).

    Example:
        >>> import attrax
        >>> try:
        ...     attrax.open_model("no such file.safetensors")
        ... except ModelFileError as error:
        ...     error.code
        'M402'
    """
