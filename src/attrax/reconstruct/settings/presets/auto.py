"""The default settings."""

from typing import Any

from attrax.core.spec import Spec


def auto() -> dict[str, Any]:
    """The default value of every setting."""
    return {}


SPEC = Spec("defaults", auto)
