"""Gated cells as maps of their state."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.models import GRU, LSTM, LongExpressiveMemory

EVERY = pytest.mark.parametrize("kind", [GRU, LSTM, LongExpressiveMemory])


@pytest.fixture
def z():
    return jnp.array([0.3, -0.8, 0.5, 0.1, -0.4, 0.9])


@pytest.fixture
def s():
    return jnp.array([1.0, -2.0])


def test_a_gru_is_the_cell_of_equinox(z, s, key):
    f = GRU.create(6, input_dim=2, key=key)
    cell = eqx.tree_at(
        lambda c: (c.weight_hh, c.weight_ih, c.bias, c.bias_n),
        eqx.nn.GRUCell(2, 6, key=key),
        (f.W, f.C, f.b, f.b_n),
    )
    np.testing.assert_allclose(f.step(z, s), cell(s, z), rtol=1e-5)


def test_an_lstm_is_the_cell_of_equinox(z, s, key):
    f = LSTM.create(6, input_dim=2, key=key)
    cell = eqx.tree_at(lambda c: (c.weight_hh, c.weight_ih, c.bias), eqx.nn.LSTMCell(2, 3, key=key), (f.W, f.C, f.b))
    np.testing.assert_allclose(f.step(z, s), jnp.concatenate(cell(s, (z[:3], z[3:]))), rtol=1e-5)


def test_long_expressive_memory_is_the_equations_of_the_paper(z, s, key):
    f = dataclasses.replace(LongExpressiveMemory.create(6, input_dim=2, key=key), pace=0.7)
    y, m = np.asarray(z[:3]), np.asarray(z[3:])
    W_1, W_2, W_m = (np.asarray(f.W)[3 * i : 3 * i + 3] for i in range(3))
    b_1, b_2, b_m, b_y = (np.asarray(f.b + f.C @ s)[3 * i : 3 * i + 3] for i in range(4))
    rate = 0.7 / (1 + np.exp(-(W_1 @ y + b_1)))
    rate_bar = 0.7 / (1 + np.exp(-(W_2 @ y + b_2)))
    m_next = (1 - rate) * m + rate * np.tanh(W_m @ y + b_m)
    y_next = (1 - rate_bar) * y + rate_bar * np.tanh(np.asarray(f.W_y) @ m_next + b_y)
    np.testing.assert_allclose(f.step(z, s), np.concatenate([y_next, m_next]), rtol=1e-5)


@EVERY
def test_sizes_and_keys(kind, key):
    a, b, c = (kind.create(6, input_dim=2, dt=0.5, key=k) for k in (key, key, jax.random.key(1)))
    assert (a.latent_dim, a.input_dim, a.dt) == (6, 2, 0.5)
    assert eqx.tree_equal(a, b)
    assert not jnp.array_equal(a.W, c.W)


@EVERY
def test_states_that_are_read_stay_within_one(kind, key):
    f = jax.tree.map(lambda leaf: 20 * leaf, kind.create(6, key=key))
    starts = jax.random.uniform(key, (200, 6), minval=-1, maxval=1)
    read = slice(0, 3) if kind is LSTM else slice(0, 6)
    assert jnp.abs(jax.vmap(f.step)(starts)[:, read]).max() <= 1


@EVERY
def test_a_cell_has_no_linear_memory_and_its_weights_leave_out_the_inputs(kind, key):
    f = kind.create(6, input_dim=2, key=key)
    assert f.memory.shape == (0,)
    counted = sum(p.size for p in f.weights)
    assert counted == sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(f, eqx.is_array))) - f.C.size


def relevance_by_hand(kind, f, z, s, wanted, eps=1e-12):
    """Layer-wise relevance by the epsilon rule, node after node: what the states and the inputs get of `wanted`."""

    def back(terms, relevance):
        """Divide the relevance of a sum among its terms."""
        total = sum(term.sum(axis=1) for term in terms)
        share = relevance / (total + eps * np.sign(total))
        return [(term * share[:, None]).sum(axis=0) for term in terms]

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    W, C, b = (np.asarray(p, float) for p in (f.W, f.C, f.b))
    z, s, wanted = (np.asarray(v, float) for v in (z, s, wanted))
    if kind is GRU:
        M = len(z)
        r, u = np.split(sigmoid(W[: 2 * M] @ z + b[: 2 * M] + C[: 2 * M] @ s), 2)
        through = [r[:, None] * W[2 * M :] * z, C[2 * M :] * s, (b[2 * M :] + r * np.asarray(f.b_n, float))[:, None]]
        n = np.tanh(sum(term.sum(axis=1) for term in through))
        kept, fresh = back([np.diag(u * z), np.diag((1 - u) * n)], wanted)
        state, inputs, _ = back(through, fresh)
        return state + kept, inputs
    H = len(z) // 2
    y, c = z[:H], z[H:]
    i, k, g, _ = np.split(W @ y + b + C @ s, 4)
    rows = slice(2 * H, 3 * H)
    through = [W[rows] * y, C[rows] * s, b[rows][:, None]]
    memory = [np.diag(sigmoid(k) * c), np.diag(sigmoid(i) * np.tanh(g))]
    kept, fresh = back(memory, wanted[H:] + wanted[:H])  # what y shows comes from c alone
    state, inputs, _ = back(through, fresh)
    return np.concatenate([state, kept]), inputs


@pytest.mark.parametrize("kind", [GRU, LSTM])
def test_the_secant_form_is_layer_wise_relevance(kind, z, s, key):
    with jax.enable_x64(True):
        f = jax.tree.map(lambda leaf: jnp.asarray(3 * leaf, jnp.float64), kind.create(6, input_dim=2, key=key))
        z, s = jnp.asarray(z, jnp.float64), jnp.asarray(s, jnp.float64)
        M, N = f.secant(z, s)
        after, wanted = np.asarray(f.step(z, s)), np.linspace(-1, 2, 6)
        state, inputs = relevance_by_hand(kind, f, z, s, wanted)
        np.testing.assert_allclose(wanted / after @ M * z, state, atol=1e-9)
        np.testing.assert_allclose(wanted / after @ N * s, inputs, atol=1e-9)


@EVERY
def test_without_offsets_relevance_is_conserved(kind, z, s, key):
    with jax.enable_x64(True):
        f = jax.tree.map(lambda leaf: jnp.asarray(2 * leaf, jnp.float64), kind.create(6, input_dim=2, key=key))
        offsets = [name for name in ("b", "b_n") if hasattr(f, name)]
        f = dataclasses.replace(f, **{name: jnp.zeros_like(getattr(f, name)) for name in offsets})
        z, s = jnp.asarray(z, jnp.float64), jnp.asarray(s, jnp.float64)
        M, N = f.secant(z, s)
        np.testing.assert_allclose(M @ z + N @ s, f.step(z, s), atol=1e-14)
