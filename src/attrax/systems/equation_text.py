"""Equations as text, taken from the source code of the function that computes them, so that both always agree."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence


def equation_text(equation: Callable, names: Sequence[str], left: Callable[[str], str]) -> tuple[str, ...]:
    """The equations of a system as lines of text: intermediate quantities first, then one line for each variable.

    Args:
        equation: A function of state variables and parameters.
        names: The state variables, in the order of the returned values.
        left: A function from the name of a variable to the left side of its equation, such as `dx/dt`.

    Returns: The lines; none if the source code is not available.

    Example:
        >>> from attrax.systems.maps import duffing_map
        >>> duffing_map.equations
        ('x[t+1] = y', 'y[t+1] = -b * x + a * y - y ** 3')
    """
    try:
        body = _function(equation).body
    except (OSError, SyntaxError, TypeError):
        return ()
    return tuple(line for statement in body for line in _lines(statement, names, left, equation))


def _function(equation: Callable) -> ast.FunctionDef:
    function = ast.parse(textwrap.dedent(inspect.getsource(equation))).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


def _lines(statement: ast.stmt, names: Sequence[str], left: Callable[[str], str], equation: Callable) -> list[str]:
    if isinstance(statement, ast.Assign):
        return [_plain(statement)]
    if not isinstance(statement, ast.Return) or statement.value is None:
        return []
    value = statement.value
    shared = _shared(value, equation)
    if shared is not None:
        return [line for inner in _function(shared).body for line in _lines(inner, names, left, shared)]
    if isinstance(value, ast.Tuple):
        return [f"{left(name)} = {_plain(right)}" for name, right in zip(names, value.elts, strict=False)]
    return [f"{', '.join(map(left, names))} = {_plain(value)}"]


def _shared(value: ast.expr, equation: Callable) -> Callable | None:
    """The function that an equation calls with its own arguments, if that is all it does; otherwise None.

    Several systems share one such function, with other parameters.
    """
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return None
    shared = getattr(equation, "__globals__", {}).get(value.func.id)
    given = [argument.id if isinstance(argument, ast.Name) else "" for argument in value.args]
    return shared if inspect.isfunction(shared) and given == list(inspect.signature(shared).parameters) else None


def _plain(node: ast.AST) -> str:
    return ast.unparse(node).replace("jnp.", "")
