"""SOAP against Adam, against exact eigenvectors, and on a problem whose coordinates are correlated."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from attrax.optimise import radam, soap

RNG = np.random.default_rng(0)


def correlated(n, condition):
    """A symmetric matrix with eigenvalues from 1 to `condition` in directions that are not the axes."""
    q = np.linalg.qr(RNG.normal(size=(n, n)))[0]
    return jnp.asarray(q @ np.diag(np.geomspace(1, condition, n)) @ q.T, jnp.float32)


def descend(optimizer, loss, w, updates, rate):
    @jax.jit
    def one(w, state):
        direction, state = optimizer.update(jax.grad(loss)(w), state)
        return jax.tree.map(lambda p, d: p - rate * d, w, direction), state

    state = optimizer.init(w)
    for _ in range(updates):
        w, state = one(w, state)
    return w, state


def test_for_vectors_it_is_adam():
    w, target = jnp.ones(4), jnp.arange(4.0)
    ours, _ = descend(soap(), lambda v: jnp.sum((v - target) ** 2), w, 30, 0.01)
    adam, _ = descend(optax.scale_by_adam(0.95, 0.95), lambda v: jnp.sum((v - target) ** 2), w, 30, 0.01)
    np.testing.assert_allclose(ours, adam, rtol=1e-5)


def test_correlated_weights_are_learned_in_fewer_updates():
    left, right, target = correlated(5, 100), correlated(30, 100), jnp.asarray(RNG.normal(size=(5, 30)), jnp.float32)

    def loss(w):
        return jnp.sum((left @ (w - target) @ right) * (w - target))

    w = jnp.zeros((5, 30))
    reached = [float(loss(descend(o, loss, w, 300, 0.02)[0]) / loss(w)) for o in (soap(every=5), radam())]
    assert reached[0] < 0.2 * reached[1]


def test_the_axes_are_the_eigenvectors_of_the_moments():
    gradient = jnp.asarray(RNG.normal(size=(3, 6)), jnp.float32)
    optimizer = soap(every=1)
    state = optimizer.init(gradient)
    update = jax.jit(optimizer.update)
    for _ in range(40):
        _, state = update(gradient, state)
    moments, vectors = state.moments[0].sides[0]
    inside = vectors.T @ moments @ vectors
    np.testing.assert_allclose(inside, np.diag(np.diag(inside)), atol=1e-4 * float(inside.max()))
    np.testing.assert_allclose(np.diag(inside), np.linalg.eigvalsh(moments)[::-1], rtol=1e-4)


def test_axes_turn_only_when_they_are_due():
    gradient = jnp.asarray(RNG.normal(size=(2, 3)), jnp.float32)
    optimizer = soap(every=4)
    state, turned = optimizer.init(gradient), []
    update = jax.jit(optimizer.update)
    for step in range(8):
        before = state.moments[0].sides[0][1]
        _, state = update(gradient, state, step=jnp.asarray(step))
        turned.append(not np.array_equal(before, state.moments[0].sides[0][1]))
    assert turned == [False, False, False, True] * 2


def test_a_side_that_is_too_long_is_left_alone(monkeypatch):
    monkeypatch.setattr("attrax.optimise.optimizers.soap.LONGEST", 5)
    state = soap(every=2).init(jnp.zeros((3, 6)))
    assert state.moments[0].sides[0] is not None
    assert state.moments[0].sides[1] is None


@pytest.mark.parametrize("clip", [0.0, 1.0])
def test_replicas_are_trained_as_they_would_be_alone(clip):
    gradients = jnp.asarray(RNG.normal(size=(2, 4, 3)), jnp.float32)
    optimizer = soap(clip, every=2)
    update = jax.jit(lambda gradient, state, step: optimizer.update(gradient, state, step=step))
    update_together = jax.jit(jax.vmap(update, in_axes=(0, 0, None)))
    together = jax.vmap(optimizer.init)(gradients)
    alone = [optimizer.init(g) for g in gradients]
    for step in map(jnp.asarray, range(5)):
        d, together = update_together(gradients, together, step)
        for i, g in enumerate(gradients):
            one, alone[i] = update(g, alone[i], step)
            np.testing.assert_allclose(d[i], one, rtol=2e-4, atol=1e-5)
