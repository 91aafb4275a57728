"""A hundred updates by the compiled loops and by the general path: the same curve, in double precision."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.scaling import Scaling
from attrax.core.scans.sequential import Sequential
from attrax.data.series import Dataset, Series
from attrax.data.windows import cut_windows
from attrax.kernels import support
from attrax.models import AffineObservation, ClippedShallowPLRNN, LinearStart, Model
from attrax.optimise import ExponentialDecay, TrainState, radam
from attrax.optimise.chunk import run_chunk
from attrax.optimise.update import Update
from attrax.train import Adaptive, ConditionPenalty, Penalised, TeacherForcing, WindowBatches
from attrax.train.estimators.product_upper_bound import product_upper_bound

UPDATES, WINDOW = 100, 12


def curve(scan):
    """Losses and final parameters of two seeds."""
    keys = jax.random.split(jax.random.key(3), 2)

    def make(key):
        observation = AffineObservation.create(3, 3, key=key)
        f = ClippedShallowPLRNN.create(3, 10, key=key)
        start = LinearStart.create(observation, 3, key=key)
        return Model(f, observation, start, Scaling.identity(3), ("a", "b", "c"))

    phase = np.arange(300)[:, None] / 7 + np.array([0.0, 1.0, 2.5])
    data = cut_windows(Dataset((Series(np.sin(phase)),)), WINDOW, dtype=np.float64)
    loss = TeacherForcing(Adaptive(product_upper_bound, decay=0.9), scan)
    objective = Penalised(loss, (ConditionPenalty(1e-6),))
    update = Update(
        objective, WindowBatches(data, len(data.starts), WINDOW, 5), radam(), ExponentialDecay(1e-2, 1e-6, UPDATES)
    )
    state = TrainState.create(eqx.filter_vmap(make)(keys), objective, radam(), 2)
    chunk = run_chunk(update, state, jnp.asarray(UPDATES), UPDATES, keys)
    return chunk.record["loss"], jax.tree.leaves(eqx.filter(chunk.state.model, eqx.is_inexact_array))


@pytest.mark.slow
@pytest.mark.skipif(support.obstacle() is not None, reason="no compiled loops here")
def test_the_curves_are_equal():
    from attrax.train.scans.fused import Fused

    with jax.enable_x64(True):
        (ours, parameters), (general, expected) = (curve(scan) for scan in (Fused(), Sequential()))
    assert ours.shape == (2, UPDATES)
    ours = np.asarray(ours)
    assert (np.ptp(ours, axis=1) > 0.1).all()
    np.testing.assert_allclose(ours, general, rtol=1e-9)
    for a, b in zip(parameters, expected, strict=True):
        assert a.dtype == np.float64
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)
