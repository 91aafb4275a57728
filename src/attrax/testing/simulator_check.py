"""The check of simulators."""

import numpy as np
from jaxtyping import Float

from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator


def check_simulator(
    simulator: AbstractSimulator,
    x: Float[np.ndarray, "time obs"],
    s: Float[np.ndarray, "time input"] | None = None,
) -> None:
    """Check a simulator: shapes and types of simulations and forecasts, missing values, and reproducibility by the key.

    Args:
        simulator: The implementation; it must not diverge within ten steps after `x`.
        x: A recording of at least ten rows, in float64 and without missing values.
        s: Its inputs, if the simulator needs them.

    Raises:
        AssertionError: A property does not hold.

    Example:
        >>> from attrax.baselines import Persistence
        >>> check_simulator(Persistence(), np.random.default_rng(0).normal(size=(50, 2)))
    """
    n, horizon = 7, 3
    # Relative to the recording, too: where a forecast crosses zero, rounding errors are as large as its value.
    rounding = 1e-4 * float(x.std())
    future = None if s is None else s[:n]
    before = x.copy()
    run = simulator.simulate(x, n, future, key=0)
    assert run.x.shape == (n, x.shape[1]), "simulate gives another number of rows or channels than asked for"
    assert run.x.dtype == np.float64, "simulate does not give float64"
    assert run.result is Result.SUCCESSFUL, "simulate does not report success"
    assert np.isfinite(run.x).all(), "simulate calls a run successful that is not finite"
    again = simulator.simulate(x, n, future, key=0).x
    np.testing.assert_array_equal(run.x, again, "the same key gives another simulation")
    both = None if future is None else np.stack([future, future])
    first, second = simulator.simulate_many(np.stack([x[:-1], x[1:]]), n, both)
    for context, one in ((x[:-1], first), (x[1:], second)):
        alone = simulator.simulate(context, n, future)
        np.testing.assert_allclose(
            one.x, alone.x, rtol=1e-4, atol=rounding, err_msg="many simulations differ from single ones"
        )
        assert one.result is alone.result, "many simulations end differently from single ones"
    forecast = simulator.forecast(x, horizon, s)
    assert forecast.shape == (len(x) - horizon, x.shape[1]), "forecast has another shape"
    assert forecast.dtype == np.float64, "forecast does not give float64"
    assert np.isfinite(forecast).all(), "forecast is not finite"
    past = None if s is None else s[: len(x) - 1]
    np.testing.assert_allclose(
        simulator.forecast(x[:-1], horizon, past),
        forecast[:-1],
        rtol=1e-4,
        atol=rounding,
        err_msg="a forecast uses later rows",
    )
    assert len(simulator.forecast(x, len(x), s)) == 0, "forecast goes beyond the end of the recording"
    np.testing.assert_array_equal(x, before, "the recording was changed")
    gaps = x.copy()
    gaps[0, 0] = gaps[-1, -1] = np.nan
    assert np.isfinite(simulator.simulate(gaps, n, future, key=0).x).all(), "a missing value makes a simulation NaN"
    assert np.isfinite(simulator.forecast(gaps, horizon, s)).all(), "a missing value makes a forecast NaN"
