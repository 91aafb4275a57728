"""Writes and reads `evidence.safetensors` of a run folder: the arrays from which the report is drawn."""

from pathlib import Path
from typing import Any

from attrax.reconstruct.evidence import ARRAYS, Evidence, FilledStretch, RecordedRows
from attrax.runs.tree_file import MALFORMED, not_ours, read_arrays, write_arrays

FILE_NAME = "evidence.safetensors"


def has_evidence(folder: Path) -> bool:
    """Whether the run folder has this file; run folders of early versions of attrax do not."""
    return (folder / FILE_NAME).is_file()


def save_evidence(evidence: Evidence, folder: Path) -> None:
    """Write the arrays of a report to a run folder.

    Args:
        evidence: The arrays; at most a few megabytes.
        folder: The run folder.
    """
    about = {name: getattr(evidence, name) for name in ("rows", "dt", "unit")} | {"channels": list(evidence.channels)}
    gaps = {} if evidence.gaps is None else {f"gaps_{name}": part for name, part in evidence.gaps._asdict().items()}
    recorded = {} if evidence.recorded is None else evidence.recorded._asdict()
    about |= {f"recorded_{name}": list(recorded.pop(name)) for name in ("channels",) if recorded}
    shown = {f"recorded_{name}": part for name, part in recorded.items()}
    write_arrays(folder / FILE_NAME, {name: getattr(evidence, name) for name in ARRAYS} | gaps | shown, about)


def open_evidence(folder: Path) -> Evidence:
    """Read the arrays that `save_evidence` has written to a run folder.

    Raises:
        ModelFileError: M402 if the file is missing, M405 if it is damaged.
    """
    arrays, about = read_arrays(folder / FILE_NAME)
    try:
        return _evidence(arrays, about)
    except MALFORMED as failure:
        raise not_ours(folder / FILE_NAME, failure) from None


def _evidence(arrays: dict[str, Any], about: dict[str, Any]) -> Evidence:
    kept = {name: arrays[name] for name in ARRAYS}
    gaps = {name: arrays[f"gaps_{name}"] for name in FilledStretch._fields if f"gaps_{name}" in arrays}
    names = about.pop("recorded_channels", None)
    about["channels"] = tuple(about["channels"])
    shown = {name: arrays[f"recorded_{name}"] for name in RecordedRows._fields if f"recorded_{name}" in arrays}
    return Evidence(
        **kept,
        **about,
        gaps=FilledStretch(**gaps) if gaps else None,
        recorded=RecordedRows(**shown, channels=tuple(names)) if names else None,
    )
