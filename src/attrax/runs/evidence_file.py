"""The evidence file of a run folder: the arrays that its report is drawn from."""

from pathlib import Path

from attrax.reconstruct.evidence import ARRAYS, Evidence, FilledStretch
from attrax.runs.tree_file import read_arrays, write_arrays

FILE_NAME = "evidence.safetensors"


def has_evidence(folder: Path) -> bool:
    """Whether the folder keeps evidence; those of older programs do not."""
    return (folder / FILE_NAME).is_file()


def save_evidence(evidence: Evidence, folder: Path) -> None:
    """Write `evidence.safetensors`; at most a few megabytes."""
    about = {name: getattr(evidence, name) for name in ("rows", "dt", "unit")} | {"channels": list(evidence.channels)}
    gaps = {} if evidence.gaps is None else {f"gaps_{name}": part for name, part in evidence.gaps._asdict().items()}
    write_arrays(folder / FILE_NAME, {name: getattr(evidence, name) for name in ARRAYS} | gaps, about)


def open_evidence(folder: Path) -> Evidence:
    """Read what `save_evidence` wrote.

    Raises:
        ModelFileError: M402, the file is missing or damaged.
    """
    arrays, about = read_arrays(folder / FILE_NAME)
    kept = {name: arrays[name] for name in ARRAYS}
    gaps = {name: arrays[f"gaps_{name}"] for name in FilledStretch._fields if f"gaps_{name}" in arrays}
    about["channels"] = tuple(about["channels"])
    return Evidence(**kept, **about, gaps=FilledStretch(**gaps) if gaps else None)
