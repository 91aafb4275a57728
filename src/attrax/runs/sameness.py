"""Checks that a run is continued with the recording and the settings it was started with."""

from collections.abc import Iterable, Iterator
from typing import Any

from attrax.core.errors import RunError
from attrax.reconstruct.preparation.preparation import Recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.format_0_1 import modern_settings
from attrax.runs.folder import Run
from attrax.runs.json_file import damaged_file
from attrax.runs.tree_file import MALFORMED

WHERE_RECORDINGS_ARE = ("data.source", "data.test")
"""Settings that may differ when a finished run is opened, because files move; what is in them is checked by hashes."""


def check_unchanged_config(run: Run) -> None:
    """Check that `config.toml` has not changed since the run was started, before the run is continued.

    Raises: RunError R301 if it has, R315 if `run.json` is damaged.
    """
    changed = _changes(run)
    if changed:
        raise _changed_settings(
            run,
            changed.values(),
            why="the continued model would belong to neither settings",
            fix="--as-new  # or put the old values back",
        )


def check_settings_of_finished(run: Run) -> None:
    """Check that `config.toml` still says how the model was made, when a run is opened; files may have moved.

    Raises: RunError R301 if it does not, R315 if `run.json` is damaged.
    """
    changed = {name: told for name, told in _changes(run).items() if name not in WHERE_RECORDINGS_ARE}
    if changed:
        raise _changed_settings(
            run,
            changed.values(),
            why="config.toml was edited or damaged: recordings would be prepared in another way than the model learned",
            fix="put the old values back; run.json has a copy of all settings",
        )


def _changed_settings(run: Run, changed: Iterable[str], *, why: str, fix: str) -> RunError:
    where = f"{run.path / 'config.toml'}: {'; '.join(changed)}"
    return RunError("R301", "the settings have changed since the run was started", where=where, why=why, fix=fix)


def _changes(run: Run) -> dict[str, str]:
    """The settings that `config.toml` and the copy in `run.json` differ in, and how; empty if they agree."""
    # A run that was killed while its settings were chosen may have either configuration.
    known = [run.info[name] for name in ("settled", "config") if run.info.get(name) is not None]
    now = run.config.model_dump(mode="json")
    try:
        dumps = [Config.model_validate(modern_settings(given)).model_dump(mode="json") for given in known]
    except MALFORMED as failure:
        raise damaged_file(f"{run.path / 'run.json'}, its copy of the settings", str(failure).splitlines()[0]) from None
    return {} if not dumps or now in dumps else dict(_differences(dumps[0], now))


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


def _differences(before: dict[str, Any], after: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, f"{path}{name}.")
        elif old != new:
            yield f"{path}{name}", f"{path}{name} was {old!r}, is {new!r}"
