"""What identifies the recordings of a job: the hashes of their files, or the name of a built-in system."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from attrax.core.errors import RunError
from attrax.reading.readers import is_pattern, matches, not_found
from attrax.reconstruct.preparation.recordings import is_system
from attrax.runs.tree_file import canonical_json, file_sha256


def is_one_system(source: Sequence[str]) -> bool:
    """Whether a source is a built-in system, and no file."""
    return len(source) == 1 and is_system(source[0])


def contents_of(source: Sequence[str], test: Sequence[str]) -> str:
    """A text that identifies the contents of recordings, wherever their files are.

    Args:
        source: Paths or globs of the recording, or the name of a built-in system.
        test: Paths or globs of a separate test recording; may be empty.

    Raises: DataError D117 if a file does not exist.
    """
    if is_one_system(source):
        return source[0]
    return canonical_json({"source": _hashes(source), "test": _hashes(test)})


def check_unchanged_contents(source: Sequence[str], test: Sequence[str], known: str) -> None:
    """Check that files hold what they held when a sweep was started: its table must not mix two recordings.

    Args:
        source: As in `contents_of`.
        test: As in `contents_of`.
        known: What `contents_of` returned then.

    Raises: RunError R301 if they do not.
    """
    if contents_of(source, test) != known:
        raise RunError(
            "R301",
            "the recording has changed since the run was started",
            where=", ".join([*source, *test])[:300],
            why="the rows of one table would belong to different recordings",
            fix="repeat the command, which computes all that belongs to the present files",
        )


def _hashes(paths: Sequence[str]) -> list[str]:
    files = [file for path in map(Path, paths) for file in (matches(path) if is_pattern(path) else [path])]
    return [_hash(file) for file in files]


def _hash(file: Path) -> str:
    if not file.is_file():
        raise not_found(file)
    found = file.stat()
    return _sha256(file, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1000)
def _sha256(file: Path, changed: int, size: int) -> str:
    del changed, size
    return file_sha256(file)
