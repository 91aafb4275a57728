"""The checks of types that tests run with refuse what jaxtyping refuses."""

import dataclasses
from collections.abc import Iterator

import beartype
import jaxtyping._decorator
import numpy as np
import pytest
from jaxtyping import Float

from attrax.analysis import kaplan_yorke_dimension
from tests.type_checks import WrongTypeError, checked, with_types

Vector, Square = Float[np.ndarray, "n"], Float[np.ndarray, "n n"]

OURS = checked(typechecker=with_types)
THEIRS = jaxtyping._decorator.jaxtyped(
    typechecker=beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))  # an int is a float
)


def total(x: Vector, y: Vector, *, scale: float = 1.0) -> float:
    return float((x + y).sum() * scale)


def cut(x: Vector, n: int) -> Vector:
    return x[:n]


def unknown(x: "NowhereDefined", n: int) -> "tuple[NowhereDefined, int]":  # noqa: F821
    return x, n


def pieces(x: Vector, n: int) -> Iterator[Vector]:
    for i in range(n):
        yield x[:i]


def unknown_pieces(x: "NowhereDefined", n: int) -> Iterator[int]:  # noqa: F821
    yield from range(n)


def within(n: int):
    def result(x: Vector) -> Square:
        return np.zeros((n, n))

    return result


@dataclasses.dataclass
class Pair:
    x: Vector
    y: Vector

    @property
    def both(self) -> Square:
        return np.stack([self.x, self.y])

    @classmethod
    def of(cls, x: Vector) -> "Pair":
        return cls(x, x)

    @staticmethod
    def length(x: Vector) -> int:
        return len(x)


THREE, FOUR = np.zeros(3), np.zeros(4)

CALLS = {
    "as annotated": (True, lambda check: check(total)(THREE, THREE, scale=2)),
    "axes of one name differ": (False, lambda check: check(total)(THREE, FOUR)),
    "not an array": (False, lambda check: check(total)([0.0], THREE)),
    "another type of numbers": (False, lambda check: check(total)(np.zeros(3, int), THREE)),
    "a keyword": (False, lambda check: check(total)(THREE, THREE, scale="2")),
    "the result as annotated": (True, lambda check: check(cut)(THREE, 3)),
    "the result differs from an argument": (False, lambda check: check(cut)(THREE, 2)),
    "a type that is nowhere defined": (True, lambda check: check(unknown)("a", 1)),
    "beside a type that is nowhere defined": (False, lambda check: check(unknown)("a", "b")),
    "a generator, which may yield anything": (True, lambda check: list(check(pieces)(THREE, 2))),
    "an argument of a generator": (False, lambda check: check(pieces)(THREE, "2")),
    "axes of a generator": (False, lambda check: check(pieces)(np.zeros((2, 2)), 2)),
    "a generator of a type that is nowhere defined": (True, lambda check: list(check(unknown_pieces)("a", 2))),
    "a function within a function": (True, lambda check: [check(within(n))(np.zeros(n)) for n in (3, 4)]),
    "the second of its code": (False, lambda check: [check(within(n))(THREE) for n in (3, 4)]),
    "fields": (True, lambda check: check(dataclasses.make_dataclass("P", Pair.__annotations__.items()))(THREE, THREE)),
    "axes of fields": (
        False,
        lambda check: check(dataclasses.make_dataclass("P", Pair.__annotations__.items()))(THREE, FOUR),
    ),
    "a property": (False, lambda check: check(Pair.both).__get__(Pair(THREE, THREE))),
    "a class method": (True, lambda check: check(vars(Pair)["of"]).__get__(None, Pair)(THREE)),
    "an argument of a class method": (False, lambda check: check(vars(Pair)["of"]).__get__(None, Pair)(3.0)),
    "a static method": (False, lambda check: check(vars(Pair)["length"]).__get__(None, Pair)(3.0)),
}


def refuses(call, check):
    try:
        call(check)
    except TypeError:
        return True
    return False


@pytest.mark.parametrize(("allowed", "call"), CALLS.values(), ids=CALLS)
def test_the_same_calls_are_refused_as_by_jaxtyping(allowed, call):
    assert refuses(call, OURS) is refuses(call, THEIRS) is not allowed


def test_the_message_tells_the_sizes_of_axes():
    with pytest.raises(WrongTypeError, match="parameter y") as told:
        OURS(total)(THREE, FOUR)
    assert "n=3" in told.value.__notes__[0]


def test_functions_of_attrax_are_checked():
    with pytest.raises(WrongTypeError, match="exponents"):
        kaplan_yorke_dimension([0.9, 0.0, -14.6])
