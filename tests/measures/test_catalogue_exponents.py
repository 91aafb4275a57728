"""Exponents estimated from recordings of the catalogue, beside the known ones.

The constants of the estimator were chosen on the systems whose SHA-256 of the name is odd. This checks the others:
`pytest -m slow -s tests/measures/test_catalogue_exponents.py`; about seven seconds a system, most of it compilation.
"""

import hashlib
import sys

import jax
import numpy as np
import pytest

from attrax.diagnosis.cycle_count import rows_per_cycle
from attrax.measures.largest_exponent import largest_lyapunov_exponent
from attrax.systems import catalogue
from attrax.systems.known_invariants import measured
from attrax.systems.recording import record

ROWS, SYSTEMS = 10_000, 24


def rank(name):
    return hashlib.sha256(name.encode()).hexdigest()


def chaotic(name):
    known = measured().get(name, {})
    return len(known.get("exponents", ())) > 0 and known["exponents"][0] > 5 * known["std_error"][0] > 0


@pytest.mark.slow
def test_exponents_of_systems_that_chose_no_constant():
    names = sorted((name for name in catalogue.names() if int(rank(name), 16) % 2 == 0 and chaotic(name)), key=rank)
    errors, inside = [], []
    for name in names[:SYSTEMS]:
        system, known = catalogue.find(name), measured()[name]
        per_period = 30.0 if system.period else None
        data = record(system, ROWS, points_per_period=per_period, key=jax.random.key(0))
        found = largest_lyapunov_exponent(data[0].x, int(min(rows_per_cycle(data), ROWS // 10)))
        true, error = (known[key][0] * data[0].dt for key in ("exponents", "std_error"))
        sys.stdout.write(f"{name:28} {true:.4g} {found}\n")
        if found.measured:
            errors.append(abs(found.value / true - 1))
            inside.append(found.low - 2 * error < true < found.high + 2 * error)
    sys.stdout.write(f"{len(errors)} measured, median error {np.median(errors):.3f}, inside {np.mean(inside):.2f}\n")
    assert len(errors) > SYSTEMS // 2
    assert np.median(errors) < 0.12
    assert np.mean(inside) > 0.7
