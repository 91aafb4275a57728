"""Hierarchical training: loss and gradient against plain loops, fair sampling, and what inference leaves alone."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import DataError, infer_subjects
from attrax.data import Dataset, Series, cut_windows
from attrax.models import HierarchicalModel
from attrax.optimise import ExponentialDecay, Plan
from attrax.train import Adaptive, Batch, Generalized, SubjectForcing, TeacherForcing

NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def make_group(make_model):
    def make():
        models = [make_model(key=jax.random.key(i)) for i in range(2)]
        vectors_key = jax.random.key(5)
        return HierarchicalModel.create(tuple(m.dynamics for m in models), models[0], NAMES, key=vectors_key)

    return make


@pytest.mark.slow
def test_value_and_gradient_are_those_of_the_unrolled_loop(make_group):
    with jax.enable_x64(True):
        group = make_group()
        rng = np.random.default_rng(0)
        mask = jnp.asarray(rng.random((4, 4, 2)) > 0.3)
        batch = Batch(jnp.asarray(rng.normal(size=(4, 4, 2))), mask, None, jnp.array([2, 0, 2, 1]))
        # So weak that no gap is too long for a state to be trusted.
        loss = SubjectForcing(Generalized(0.1))

        def reference(group):
            total, count = 0.0, 0
            for w in range(4):
                f, start = group.subject((2, 0, 2, 1)[w]).dynamics, group.start
                x = jnp.where(mask[w], batch.x[w], 0)
                z = jnp.concatenate([batch.x[w, 0], start.L @ batch.x[w, 0]])
                kept = np.ones(2)
                for t in range(3):
                    kept = 0.9 * jnp.where(mask[w, t - 1] if t else True, 1.0, kept)
                    pulled = jnp.where(mask[w, t], kept * z[:2] + (1 - kept) * x[t], z[:2])
                    z = f.step(jnp.concatenate([pulled, z[2:]]))
                    total += jnp.sum(jnp.where(mask[w, t + 1], z[:2] - x[t + 1], 0) ** 2)
                    count += mask[w, t + 1].sum()
            return total / count

        both = [lambda m: loss(m, batch, None, jax.random.key(0))[0], reference]
        (value, gradient), (expected, wanted) = (eqx.filter_jit(eqx.filter_value_and_grad(f))(group) for f in both)
    np.testing.assert_allclose(value, expected, rtol=1e-10)
    leaves = [tuple(map(np.asarray, pair)) for pair in zip(*map(jax.tree.leaves, (gradient, wanted)), strict=True)]
    assert sum((leaf != 0).any() for leaf, _ in leaves) > 10
    for leaf, other in leaves:
        np.testing.assert_allclose(leaf, other, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_the_subject_that_needs_it_most_sets_the_forcing(make_group):
    group = make_group()
    batch = Batch(jax.random.normal(jax.random.key(1), (3, 4, 2)), None, None, jnp.arange(3))
    forcing = Adaptive(lambda dynamics, z_hat: 1 + jnp.abs(z_hat).mean(), decay=0.5, initial=0.0)
    key = jax.random.key(0)
    state, _ = SubjectForcing(forcing)(group, batch, forcing.init(), key)[1]
    windows = [Batch(batch.x[i : i + 1], None, None) for i in range(3)]
    alone = [
        float(TeacherForcing(forcing)(group.subject(i), windows[i], forcing.init(), key)[1][0].alpha) for i in range(3)
    ]
    assert state.alpha == pytest.approx(max(alone), rel=1e-5)
    assert max(alone) > min(alone)


def test_a_subject_without_a_window_is_refused():
    dataset = Dataset((Series(np.zeros((9, 1)), subject="a"), Series(np.zeros((3, 1)), subject="b")))
    with pytest.raises(DataError, match="recording of b"):
        cut_windows(dataset, 5, subjects=("a", "b"))


@pytest.mark.slow
def test_inference_learns_vectors_and_leaves_the_group_alone(make_group):
    group = make_group()
    truth = jnp.array([[0.9, 0.3], [1.1, -0.2]])
    runs = [group.model_of(vector).simulate(np.ones((1, 2)), 80).x for vector in truth]
    new = Dataset(tuple(Series(x, channels=("a", "b"), subject=n) for x, n in zip(runs, ("p", "q"), strict=True)))
    plan = Plan(300, ExponentialDecay(0.05, 1e-3, 300), chunk=300)
    found = infer_subjects(group, new, SubjectForcing(Generalized(0.5)), plan, window=10, key=jax.random.key(0))
    assert found.subjects == ("p", "q")
    assert eqx.tree_equal((found.basis, found.start), (group.basis, group.start))
    loss = TeacherForcing(Generalized(0.5))
    for i, x in enumerate(runs):
        batch = Batch(jnp.asarray(x[None], jnp.float32), None, None)
        errors = [
            float(loss(m, batch, None, jax.random.key(0))[0])
            for m in (found.subject(i), group.model_of(group.vectors.mean(axis=0)))
        ]
        assert errors[0] < 0.2 * errors[1]
