"""Spiking reservoirs: an independent version in loops, equilibria, and series that are easy to tell apart."""

import jax.numpy as jnp
import numpy as np
import pytest

from attrax.baselines import (
    AstrocytePlasticity,
    Liquid,
    LiquidClassifier,
    branching_factor,
    most_likely,
    softmax_weights,
)

RNG = np.random.default_rng(0)
LEAK, THRESHOLD, REST = 1 / 64, 20.0, 2


def naive(liquid, inputs, plasticity=None):
    """The liquid neuron by neuron and synapse by synapse; returns spikes, sizes and the depression."""
    sources, signs, size = (np.array(a, float) for a in (liquid.sources, liquid.signs, liquid.size))
    n, total = liquid.neurons, liquid.neurons + liquid.inputs
    v, rest, current, trace = np.zeros(n), np.zeros(n), np.zeros(total), np.zeros(total)
    rule = plasticity or AstrocytePlasticity()
    eta, A, out = rule.potentiation, rule.base, []
    for u in inputs:
        sent = np.zeros(total)
        sent[n:] = u
        for i in range(n):
            drive = sum(signs[i, k] * size[i, k] * current[int(sources[i, k])] for k in range(sources.shape[1]))
            v[i] = 0.0 if rest[i] > 0 else v[i] - LEAK * v[i] + drive
            rest[i] = max(rest[i] - 1, 0)
            if v[i] >= THRESHOLD:
                v[i], rest[i], sent[i] = 0.0, REST, 1.0
        if plasticity:
            for i in range(n):
                for k in range(sources.shape[1]):
                    j = int(sources[i, k])
                    size[i, k] = np.clip(size[i, k] + eta * trace[j] * sent[i] - A * trace[i] * sent[j], 0, 3)
            trace = np.exp(-1 / rule.trace_time) * (trace + 0.1 * sent)
            A += (rule.gain * (sent[:n].sum() - sent[n:].sum()) + rule.base - A) / rule.astrocyte_time
            eta *= rule.decay
        current = np.exp(-1.0) * current + sent
        out.append(sent[:n].copy())
    return np.array(out), size, A


@pytest.fixture(scope="module")
def liquid():
    return Liquid.create((3, 3, 2), inputs=6, seed=3)


@pytest.mark.parametrize("plasticity", [None, AstrocytePlasticity(gain=0.02)], ids=["static", "plastic"])
def test_a_liquid_agrees_with_loops_over_neurons_and_synapses(liquid, plasticity):
    liquid, inputs = liquid.scaled(2.0), (RNG.random((80, 6)) < 0.8).astype(np.float32)
    found = liquid.run(jnp.asarray(inputs), plasticity)
    spikes, size, depression = naive(liquid, inputs, plasticity)
    assert spikes.sum() > 20
    np.testing.assert_array_equal(found.spikes, spikes)
    real = np.asarray(liquid.signs) != 0
    np.testing.assert_allclose(np.asarray(found.end.size)[real], size[real], atol=1e-4)
    if plasticity is not None:
        assert float(found.end.depression) == pytest.approx(depression, rel=1e-4)
        assert size[real].min() < 1.95 < 2.005 < size[real].max()


def test_a_run_in_two_parts_is_one_run(liquid):
    inputs = jnp.asarray((RNG.random((60, 6)) < 0.6).astype(np.float32))
    plasticity = AstrocytePlasticity()
    whole = liquid.run(inputs, plasticity)
    first = liquid.run(inputs[:25], plasticity)
    np.testing.assert_array_equal(liquid.run(inputs[25:], plasticity, first.end).spikes, whole.spikes[25:])


def test_a_neuron_below_threshold_settles_where_leak_and_drive_are_equal():
    one = Liquid(jnp.array([[1]]), jnp.ones((1, 1)), jnp.full((1, 1), 0.15), 1)
    end = one.run(jnp.ones((1_000, 1))).end
    assert float(end.v[0]) == pytest.approx(64 * 0.15 / (1 - np.exp(-1.0)), rel=1e-3)


def test_the_astrocyte_settles_at_the_imbalance():
    rule, depression = AstrocytePlasticity(gain=0.01, astrocyte_time=10.0), jnp.asarray(0.15)
    for _ in range(30):
        depression = rule.next_depression(depression, jnp.asarray(30.0), jnp.asarray(10.0))
    assert float(depression) == pytest.approx(0.15 + 0.01 * 20 * (1 - 0.9**30), rel=1e-4)


def test_without_spikes_of_both_sides_weights_do_not_change(liquid):
    end = liquid.run(jnp.zeros((50, 6)), AstrocytePlasticity()).end
    np.testing.assert_array_equal(end.size, liquid.size)


def test_synapses_are_as_frequent_as_stated_and_a_sender_has_one_sign():
    made = Liquid.create((8, 8, 8), inputs=20, seed=0)
    matrix, signs = made.connections(), np.zeros((512, 532))
    np.put_along_axis(signs, np.asarray(made.sources), np.asarray(made.signs), axis=1)
    assert not np.diag(matrix).any()
    among = signs[:, :512]
    assert not ((among > 0).any(axis=0) & (among < 0).any(axis=0)).any()
    assert (among < 0).any(axis=0).sum() == pytest.approx(0.2 * 512, abs=2)
    place = np.stack(np.meshgrid(*[np.arange(8)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    squared = ((place[:, None] - place) ** 2).sum(axis=2)
    excitatory = ~(among < 0).any(axis=0)
    pairs = excitatory[:, None] & excitatory[None, :]
    for d2 in (1, 5, 9):
        expected = 0.2 * np.exp(-d2 / 9)
        assert matrix[pairs & (squared == d2)].mean() == pytest.approx(expected, rel=0.15)
    assert (signs[:, 512:] != 0).mean() == pytest.approx(0.15, abs=0.01)
    assert signs[:, 512:].sum() == pytest.approx(0, abs=4 * np.sqrt(0.15 * 512 * 20))


def test_warming_up_carries_weights_and_the_astrocyte_from_sample_to_sample(liquid):
    samples = jnp.asarray((RNG.random((3, 20, 6)) < 0.8).astype(np.float32))
    rule = AstrocytePlasticity()
    state = liquid.rest(rule)
    for sample in samples:
        start = liquid.rest(rule)._replace(size=state.size, depression=state.depression)
        state = liquid.run(sample, rule, start).end
    np.testing.assert_allclose(liquid.warmed_up(samples, rule).size, state.size, atol=1e-6)
    assert np.abs(np.asarray(state.size) - 3).max() > 0.01


def test_the_branching_factor_of_regular_activity_is_known():
    ring = np.roll(np.eye(5), 1, axis=0)
    assert branching_factor(np.ones((2, 30, 5)), ring) == 1.0
    doubled = ring + np.roll(np.eye(5), 2, axis=0)
    growing = np.repeat((np.arange(30) >= 10).astype(float)[None, :, None], 5, axis=2)
    assert branching_factor(growing, doubled) > 1.0
    assert np.isnan(branching_factor(np.zeros((1, 30, 5)), ring))


def test_series_with_other_inputs_are_told_apart():
    labels = np.arange(60) % 2
    active = np.where(labels[:, None, None], np.arange(8) < 4, np.arange(8) >= 4)
    inputs = (RNG.random((60, 60, 8)) < 0.5 * active).astype(np.float64)
    made = Liquid.create((4, 4, 3), inputs=8, seed=1)
    found = LiquidClassifier.fit(made, inputs[:40], labels[:40])
    assert (found.predict(inputs[40:]) == labels[40:]).mean() > 0.9


def test_the_softmax_is_calibrated_and_at_its_minimum():
    labels = RNG.integers(3, size=300)
    x = RNG.normal(size=(300, 2)) + np.stack([labels == 1, labels == 2], axis=1)
    W = softmax_weights(x, labels, shrinkage=1e-6)
    logits = np.concatenate([x, np.ones((300, 1))], axis=1) @ W
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(p.mean(axis=0), np.bincount(labels) / 300, atol=1e-3)
    assert (most_likely(x, W) == np.argmax(p, axis=1)).all()
    assert (most_likely(x, W) == labels).mean() > 0.5
