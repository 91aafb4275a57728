"""Checks that a run is continued with the recording and the settings it was started with."""

from collections.abc import Iterator
from typing import Any

from attrax.core.errors import RunError
from attrax.reconstruct.preparation.preparation import Recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.format_0_1 import modern_settings
from attrax.runs.folder import Run
from attrax.runs.json_file import damaged_file
from attrax.runs.tree_file import MALFORMED


def check_unchanged_config(run: Run) -> None:
    """Check that `config.toml` has not changed since the run was started.

    Raises: RunError R301 if it has, R315 if `run.json` is damaged.
    """
    # A run that was killed while its settings were chosen may have either configuration.
    known = [run.info[name] for name in ("settled", "config") if run.info.get(name) is not None]
    now = run.config.model_dump(mode="json")
    try:
        dumps = [Config.model_validate(modern_settings(given)).model_dump(mode="json") for given in known]
    except MALFORMED as failure:
        raise damaged_file(f"{run.path / 'run.json'}, its copy of the settings", str(failure).splitlines()[0]) from None
    if not dumps or now in dumps:
        return
    changed = list(_differences(dumps[0], now))
    if changed:
        raise RunError(
            "R301",
            "the settings have changed since the run was started",
            where=f"{run.path / 'config.toml'}: {'; '.join(changed)}",
            why="the continued model would belong to neither settings",
            fix="--as-new  # or put the old values back",
        )


def check_unchanged_data(run: Run, recordings: Recordings, *, fix: str = "--as-new  # or restore the file") -> None:
    """Check that the recording has not changed since the run was started.

    Args:
        run: The run.
        recordings: The recordings as they are now.
        fix: The advice in the error.

    Raises: RunError R301 if it has changed.
    """
    known, now = run.info["data"], recordings.hashes()
    both = [part for part in now if part in known]
    changed = [f"{part} was {known[part][:12]}, is {now[part][:12]}" for part in both if known[part] != now[part]]
    if changed:
        raise RunError(
            "R301",
            "the recording has changed since the run was started",
            where=f"{run.path}: {'; '.join(changed)} ({recordings.train.source})",
            why="the model would belong to neither recording",
            fix=fix,
        )


def _differences(before: dict[str, Any], after: dict[str, Any], path: str = "") -> Iterator[str]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, f"{path}{name}.")
        elif old != new:
            yield f"{path}{name} was {old!r}, is {new!r}"
