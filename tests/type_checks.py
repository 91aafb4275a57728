"""Checks of types and shapes while tests run: as strict as those of jaxtyping, in half the time.

jaxtyping binds the arguments of every call to names, checks them before the call, and checks them again together with
the result. Here one function of beartype checks the arguments before the call and the result after it. In between, the
sizes of axes are remembered as jaxtyping does it.
"""

import dataclasses
import functools
import inspect
import types
import typing

import beartype
from jaxtyping._storage import pop_shape_memo, push_shape_memo, shape_str


class WrongTypeError(TypeError):
    """An argument or a result is not what its annotation says."""


_beartype = beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True, violation_type=WrongTypeError))


def checked(*, typechecker):
    """A decorator that adds checks, in place of `jaxtyped`."""
    return functools.partial(_with_checks, typechecker)


def _with_checks(typechecker, of):
    """A function, or the functions that a descriptor or a data class is made of, with checks."""
    if inspect.isclass(of):
        if dataclasses.is_dataclass(of) and not hasattr(of.__init__, "has_checks"):
            of.__init__ = _checked(typechecker, of.__init__)
        return of
    if isinstance(of, classmethod | staticmethod):
        return type(of)(_checked(typechecker, of.__func__))
    if isinstance(of, property):
        return property(*(f and _checked(typechecker, f) for f in (of.fget, of.fset, of.fdel)))
    return _checked(typechecker, of)


def _checked(typechecker, function):
    check = typechecker(function)

    @functools.wraps(function)
    def call(*args, **kwargs):
        __tracebackhide__ = True
        sizes = push_shape_memo({})
        try:
            return check(*args, **kwargs)
        except WrongTypeError as error:
            if not hasattr(error, "__notes__"):
                error.add_note(shape_str(sizes))
            raise
        finally:
            pop_shape_memo()

    call.has_checks = True
    return call


def with_types(function):
    """The function that beartype makes; a type that only type checkers know is not checked."""
    # jaxtyping makes equal hints anew, which only look the same.
    key = function.__code__, repr(function.__annotations__)
    if inspect.isgeneratorfunction(function):
        function = _that_returns_a_generator(function)
    if key in _made:
        return _same_check(*_made[key], function)
    check = _made_by_beartype(function)
    _made[key] = check, function
    return check


_made: dict[tuple[types.CodeType, str], tuple[types.FunctionType, types.FunctionType]] = {}
"""What beartype made of the first function of a code; a function within a function is made at every call."""


def _that_returns_a_generator(function):
    """beartype checks what a generator yields, after the call, when the sizes of axes are forgotten."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)

    return call


def _made_by_beartype(function):
    kept = function.__annotations__
    function.__annotations__ = {name: _known(hint, function.__globals__) for name, hint in kept.items()}
    try:
        return _beartype(function)
    finally:
        function.__annotations__ = kept


def _same_check(check, first, function):
    """A copy of the check of `first` that calls `function`, which beartype keeps among the default values."""
    if check is first:
        return function
    copy = types.FunctionType(check.__code__, check.__globals__, check.__name__, check.__defaults__, check.__closure__)
    copy.__kwdefaults__ = {name: function if value is first else value for name, value in check.__kwdefaults__.items()}
    return copy


def _known(hint, names):
    if isinstance(hint, type) and not typing.get_args(hint):
        return hint

    def function(value: hint): ...

    try:
        return typing.get_type_hints(function, names, include_extras=True)["value"]
    except Exception:
        return typing.Any
