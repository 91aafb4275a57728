"""The default settings."""

from typing import Any

from attrax.core.spec import Spec


def auto() -> dict[str, Any]:
    """The defaults."""
    return {}


SPEC = Spec("defaults", auto)
