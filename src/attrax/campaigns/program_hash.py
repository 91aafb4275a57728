"""Program hashes: whether a program does the same as one that made earlier results."""

import ast
import hashlib
from functools import cache
from pathlib import Path

WITHOUT_NUMBERS = ("cli", "plots", "report")
"""Packages of attrax that show numbers and make none."""


def program_hash(text: str) -> str:
    """A hash of what a program does: that of its text without comments, docstrings and layout.

    Raises: SyntaxError or ValueError if the text is no program.

    Example:
        >>> program_hash("x = 1  # one") == program_hash("x=1") != program_hash("x = 2")
        True
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            node.body = [part for part in node.body if not _is_bare_string(part)] or [ast.Pass()]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()


def _is_bare_string(statement: ast.stmt) -> bool:
    """A docstring, or the text below a constant that says what it is."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
        return False
    return isinstance(statement.value.value, str)


@cache
def package_hash() -> str:
    """A hash of the part of attrax that makes numbers; results of another one are outdated.

    Cost: About a second, once in a process.
    """
    root = Path(__file__).parents[1]
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] not in WITHOUT_NUMBERS:
            found.update(f"{place.as_posix()} {program_hash(path.read_text(encoding='utf-8'))}\n".encode())
    return found.hexdigest()[:16]
