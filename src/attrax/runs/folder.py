"""The run folder: everything about one run, written so that a crash at any moment loses at most the last seconds."""

import hashlib
import json
import os
import platform
import shlex
import shutil
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrax.core.errors import AttraxError, RunError
from attrax.core.safe_text import file_name
from attrax.core.spec import alike
from attrax.reconstruct.preparation.preparation import Recordings
from attrax.reconstruct.settings.configuration import Config, configure
from attrax.runs.json_file import SCHEMA, check_schema, damaged_file, parsed_object, pretty, read_object
from attrax.runs.tree_file import UNFINISHED, canonical_json, file_sha256, unfinished_path, write_atomically

RUNS = Path("runs")
"""The folder in which the command line makes run folders."""
LATEST = "latest"
"""What users write for the run that changed last."""
IN_USE = "R303"
"""The code of the error of a folder that is in use already."""
KEPT_CHECKPOINTS = 2
SCHEMA_OF_RUNS = 1
DATA, HISTORY, SCORES = "data.json", "metrics.jsonl", "scores.json"
CHECKSUMS = "sha256"
"""Name of the entry of `run.json` that holds the checksums of the text files of a finished run."""
PACKAGES = ("attrax", "jax", "jaxlib", "equinox", "optax", "numpy", "scipy")


class Run:
    """The folder of one run, and the files in it.

    `config.toml` (all settings), `run.json` (status, versions, hashes), `data.json` (what was found in the recordings
    and what was repaired), `metrics.jsonl` (loss and forcing strength during training), `checkpoints/`,
    `model/model.safetensors`, `scores.json`, `log.txt`.

    Args:
        path: The folder.
        config: The complete configuration.
    """

    def __init__(self, path: Path, config: Config):
        self.path, self.config = path, config
        self.checkpoints = path / "checkpoints"
        self.model_path = path / "model" / "model.safetensors"
        self.scores_path = path / SCORES

    @classmethod
    def create(
        cls, path: Path, config: Config, *, data: dict[str, str], preparation: dict[str, Any] | None = None
    ) -> "Run":
        """Create the run folder `path`.

        Args:
            path: The folder; it must not exist yet, or be empty.
            config: The complete configuration.
            data: Hash of each part of the recording, which is checked again when the run is resumed.
            preparation: The contents of `data.json`: what was found in the recordings, and what was repaired.

        Raises: RunError R303 if the folder is in use, R304 if it cannot be written.
        """
        if _occupied(path):
            raise _in_use(path)
        # Filled under another name first: a run folder has all it needs to be resumed, or it does not exist.
        # A link stays a link: its folder, which may be on another disk, becomes the run.
        place = Path(os.path.realpath(path))
        part = unfinished_path(place)
        description = {SCHEMA: SCHEMA_OF_RUNS, "status": "created", "started": _now(), "data": data}
        description |= {"versions": package_versions(), "platform": platform.platform()}
        description["config"] = config.model_dump(mode="json")
        try:
            shutil.rmtree(part, ignore_errors=True)
            for folder in ("checkpoints", "model"):
                (part / folder).mkdir(parents=True)
            write_atomically(part / "config.toml", config.to_toml().encode())
            write_atomically(part / DATA, pretty(preparation or {}))
            write_atomically(part / "run.json", pretty(description))
            part.replace(place)
        except OSError as failure:
            shutil.rmtree(part, ignore_errors=True)
            if _occupied(path):
                # Another process has begun a run there in the meantime.
                raise _in_use(path) from None
            raise RunError(
                "R304",
                "the run folder cannot be written",
                where=str(path),
                why=failure.strerror or "not writable",
                fix="choose a folder you may write to with --out",
            ) from None
        run = cls(path, config)
        run.set_status("running")
        return run

    @classmethod
    def open(cls, path: Path) -> "Run":
        """The run in an existing folder.

        Raises:
            RunError: R302 if there is no run at `path`.
        """
        if not (path / "run.json").is_file() or not (path / "config.toml").is_file():
            raise no_run(path)
        return cls(path, configure(file=path / "config.toml"))

    @property
    def info(self) -> dict[str, Any]:
        """The contents of `run.json`.

        Raises: RunError R315 if the file is damaged, R320 if a newer version of attrax wrote it.
        """
        path = self.path / "run.json"
        found = read_object(path)
        check_schema(found, SCHEMA_OF_RUNS, str(path))
        kinds = {"status": str, "data": dict} | ({CHECKSUMS: dict} if CHECKSUMS in found else {})
        missing = [name for name, kind in kinds.items() if not isinstance(found.get(name), kind)]
        if missing:
            raise damaged_file(str(path), f"{' and '.join(missing)} are missing or of another kind")
        return found

    def settle(self, config: Config) -> None:
        """Replace the configuration by one in which the settings that were open have values."""
        write_atomically(self.path / "run.json", pretty({**self.info, "settled": config.model_dump(mode="json")}))
        write_atomically(self.path / "config.toml", config.to_toml().encode())
        self.config = config

    @property
    def finished(self) -> bool:
        """Whether the model has been trained and scored."""
        return self.info["status"] == "finished"

    def set_status(self, status: str, **facts: Any) -> None:
        """Write the status to `run.json`: `running`, `interrupted` or `failed`, with further facts."""
        write_atomically(self.path / "run.json", pretty({**self.info, "status": status, "updated": _now(), **facts}))
        self.log(f"status {status}")

    def finish(self, **facts: Any) -> None:
        """Write the status `finished`, with checksums of the text files, which are verified when they are read."""
        written = (name for name in (DATA, HISTORY, SCORES) if (self.path / name).is_file())
        self.set_status("finished", **facts, **{CHECKSUMS: {name: file_sha256(self.path / name) for name in written}})

    def _content(self, name: str) -> bytes | None:
        """The content of a text file; None if there is none.

        Raises: RunError R315 if it is not the file that the run was finished with.
        """
        path = self.path / name
        content = path.read_bytes() if path.is_file() else None
        known = self.info.get(CHECKSUMS, {}).get(name)
        if known is not None and (content is None or hashlib.sha256(content).hexdigest() != known):
            raise damaged_file(str(path), "it is missing" if content is None else "its checksum in run.json is another")
        return content

    def log(self, message: str) -> None:
        """Append a line to `log.txt`."""
        with (self.path / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{_now()}  {message}\n")

    def record(self, step: int, values: dict[str, list[float]]) -> None:
        """Append the values at one step of training to `metrics.jsonl`."""
        with (self.path / HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **values}) + "\n")

    def record_all(self, history: Iterable[dict[str, Any]]) -> None:
        """Write a whole training history to `metrics.jsonl`, in one step."""
        write_atomically(self.path / HISTORY, "".join(json.dumps(entry) + "\n" for entry in history).encode())

    def forget_after(self, step: int) -> None:
        """Delete the entries of `metrics.jsonl` after `step`, because a resumed run writes them again."""
        if (self.path / HISTORY).exists():
            self.record_all([entry for entry in self.history() if entry["step"] <= step])

    def history(self) -> list[dict[str, Any]]:
        """The entries of `metrics.jsonl`, one for each chunk of updates.

        A last line without its end was being written when the run was killed, and does not count.

        Raises: RunError R315 if another line is damaged.
        """
        path = self.path / HISTORY
        lines = (self._content(HISTORY) or b"").split(b"\n")[:-1]
        entries = [parsed_object(line, f"{path}, line {i + 1}") for i, line in enumerate(lines)]
        for i, entry in enumerate(entries):
            if not isinstance(entry.get("step"), int):
                raise damaged_file(f"{path}, line {i + 1}", "it has no step")
        return entries

    def checkpoint_path(self, step: int) -> Path:
        """The file of the checkpoint after `step` updates."""
        return self.checkpoints / f"step-{step:08d}.safetensors"

    def checkpoint_paths(self) -> list[Path]:
        """The checkpoints, the newest first."""
        return sorted(self.checkpoints.glob("step-*.safetensors"), reverse=True)

    def latest_checkpoint(self) -> Path | None:
        """The newest checkpoint, or None before the first."""
        return next(iter(self.checkpoint_paths()), None)

    def prune_checkpoints(self) -> None:
        """Delete all checkpoints but the newest ones."""
        for old in self.checkpoint_paths()[KEPT_CHECKPOINTS:]:
            old.unlink(missing_ok=True)

    def remove_leftovers(self) -> None:
        """Delete what killed processes have left of files and folders that they had begun to write."""
        for part in list(self.path.rglob(UNFINISHED)):
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink(missing_ok=True)

    def restart_path(self, seed: int) -> Path:
        """The model file of the restart with this seed."""
        return self.path / "model" / f"restart-{seed}.safetensors"

    def restart_paths(self) -> list[Path]:
        """The model files of all restarts in this folder."""
        return sorted((self.path / "model").glob("restart-*.safetensors"))

    def data(self) -> dict[str, Any]:
        """The contents of `data.json`; nothing found if there is none."""
        content = self._content(DATA)
        return {"found": {}} | ({} if content is None else parsed_object(content, str(self.path / DATA)))

    def scores(self) -> dict[str, Any] | None:
        """The contents of `scores.json`; None if there is none yet."""
        content = self._content(SCORES)
        return None if content is None else parsed_object(content, str(self.scores_path))

    def save_scores(self, scores: dict[str, Any]) -> None:
        """Write `scores.json`."""
        write_atomically(self.scores_path, pretty(scores))


def _occupied(path: Path) -> bool:
    """Whether there is a file, or a folder with something in it."""
    return path.exists() and (not path.is_dir() or any(path.iterdir()))


def _in_use(path: Path) -> RunError:
    return RunError(
        "R303",
        "the run folder is already in use",
        where=str(path),
        why="a run never writes over another one",
        fix=f"attrax resume {path}, or choose another folder with --out",
    )


def latest_run(parent: Path) -> Path | None:
    """The run folder in `parent` that changed last; None if there is none."""
    runs = sorted(run_folders(parent), key=lambda path: ((path / "run.json").stat().st_mtime, path))
    return runs[-1] if runs else None


def no_run(path: Path) -> RunError:
    """The error of a path that is no run folder (R302), with what it is instead."""
    from attrax.systems import catalogue

    why, fix = "the folder has no run.json and config.toml", ""
    text = shlex.quote(str(path))
    if path.is_file():
        why = "it is a file, and a run is a folder that `attrax fit` has written"
        fix = f"attrax fit {text}  # learns a model of a recording; or give the folder of a run"
    elif not path.exists():
        near = alike(path.name, [run.name for run in run_folders(path.parent)]) if path.parent.is_dir() else None
        why = "there is no such folder"
        if str(path) in catalogue.names():
            why = "it is the name of a built-in system, and a run is a folder that `attrax fit` has written"
            fix = f"attrax fit {text}  # learns a model of it; attrax record {text} writes a recording of it"
        elif near:
            fix = f"did you mean {path.parent / near}?"
    elif run_folders(path / RUNS):
        why = "it holds the results of many runs"
        fix = f"attrax report {path / RUNS}  # compares them; or give one of the folders in it"
    example = "give the folder that `attrax fit` named when it started, for example runs/lorenz63-..."
    return RunError("R302", "no run here", where=str(path), why=why, fix=fix or example)


def unfinished(run: Run, needs: str) -> RunError:
    """The error of a run that has not finished (R309): one that was interrupted can be continued.

    One that has failed would fail again, since the same settings give the same numbers: it begins anew with others.
    One that has finished, but lacks its model or its scores, is damaged (R315).

    Args:
        run: The run.
        needs: What it would have to have, and why.
    """
    if run.finished:
        return damaged_file(
            str(run.path),
            f"{needs}, and this one has finished without, or has lost a file",
            f"restore the files from a copy, or train again, which gives the same: attrax resume {run.path} --as-new",
        )
    status, reason = run.info["status"], str(run.info.get("reason", "")).partition("\n")[0]
    again = status == "failed"
    return RunError(
        "R309",
        "the run has not finished",
        where=str(run.path),
        why=f"its status is '{status}'{f' ({reason})' if reason and again else ''}; {needs}",
        fix=f"attrax resume {run.path} --as-new  # after changing {run.path / 'config.toml'}, or it fails again"
        if again
        else f"attrax resume {run.path}",
    )


def start_run(folder: Path, config: Config, recordings: Recordings) -> Run:
    """Create a run folder that records which recordings are used and how they were prepared.

    Raises:
        RunError: R303 if the folder is in use, R304 if it cannot be written.
    """
    return Run.create(folder, config, data=recordings.hashes(), preparation=recordings.preparation.as_json())


def new_run_path(parent: Path, name: str, config: Config) -> Path:
    """A folder name from the name of the recording, the time and a random suffix: `lorenz63-20261123-1412-7c1f09`."""
    digest = hashlib.sha256(canonical_json(config.model_dump(mode="json")).encode() + os.urandom(4)).hexdigest()[:6]
    return parent / f"{file_name(name)}-{time.strftime('%Y%m%d-%H%M')}-{digest}"


def run_folders(parent: Path) -> list[Path]:
    """The run folders in a folder, sorted by name; without those whose creation was interrupted."""
    return sorted(path.parent for path in parent.glob("*/run.json") if not path.parent.name.startswith("."))


def newest_unfinished(parent: Path) -> Path:
    """The folder of the newest run in `parent` that has not finished.

    Raises:
        RunError: R305 if every run has finished, or there is none.
    """
    runs = [path for path in run_folders(parent) if _unfinished(path)]
    if not runs:
        raise RunError(
            "R305",
            "no unfinished run",
            where=str(parent),
            why="every run in it has finished, or there is none",
            fix="attrax fit ..., or name the run folder: attrax resume PATH",
        )
    return max(runs, key=lambda path: (path / "run.json").stat().st_mtime)


def _unfinished(path: Path) -> bool:
    """Whether a folder holds a run that can be continued; a damaged one cannot, and must not hide the others."""
    try:
        return not Run.open(path).finished
    except AttraxError:
        return False


def package_versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers may depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
