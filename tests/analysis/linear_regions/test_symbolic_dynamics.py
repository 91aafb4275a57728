import numpy as np
import pytest

from attrax.analysis.linear_regions.symbolic_dynamics import entropies, forbidden_words, words


@pytest.fixture
def markov():
    """A chain of two symbols, in which 1 is followed by 0 with a probability of 0.9."""
    rng = np.random.default_rng(0)
    draws, sequence = rng.uniform(size=50_000), [0]
    for u in draws:
        sequence.append(int(u < (0.5 if sequence[-1] == 0 else 0.1)))
    return np.array(sequence)


def test_words_are_those_of_a_count_by_hand():
    sequence = np.random.default_rng(0).integers(0, 3, 200)
    for length, found in enumerate(words(sequence, 5), start=1):
        windows = np.lib.stride_tricks.sliding_window_view(sequence, length)
        symbols, counts = np.unique(windows, axis=0, return_counts=True)
        np.testing.assert_array_equal(found.symbols, symbols)
        np.testing.assert_array_equal(found.counts, counts)
        np.testing.assert_array_equal(found.symbols[found.at], windows)


def test_words_longer_than_the_sequence_do_not_exist():
    assert len(words(np.array([0, 1]), 5)) == 2


def test_the_rate_of_a_markov_chain_is_known_from_its_transitions(markov):
    def entropy(p):
        return -p * np.log(p) - (1 - p) * np.log(1 - p)

    share = 0.5 / (0.5 + 0.9)  # of the symbol 1
    found = entropies(words(markov, 6))
    np.testing.assert_allclose(found.block[0], entropy(share), rtol=0.01)
    np.testing.assert_allclose(found.rate[1:], (1 - share) * entropy(0.5) + share * entropy(0.1), rtol=0.01)


def test_the_correction_removes_most_of_the_bias_of_a_short_sequence():
    rng = np.random.default_rng(1)
    plain, corrected = [], []
    for _ in range(200):
        found = entropies(words(rng.integers(0, 4, 200), 2))
        plain.append(np.diff(found.block)[0])
        corrected.append(found.rate[1])
    assert np.log(4) - np.mean(plain) > 0.02
    assert abs(np.mean(corrected) - np.log(4)) < 0.2 * abs(np.mean(plain) - np.log(4))


def test_a_cycle_has_no_entropy():
    found = entropies(words(np.tile([0, 1, 2], 100), 4))
    np.testing.assert_allclose(found.rate[1:], 0, atol=1e-2)


@pytest.mark.parametrize(
    ("forbidden", "length"), [([[1, 1]], 2), ([[1, 1, 1]], 3), ([[0, 1, 0]], 3), ([[0, 0, 1, 1]], 4)]
)
def test_the_words_left_out_of_a_random_sequence_are_found(forbidden, length):
    rng, sequence = np.random.default_rng(0), [0, 0, 0, 0]
    while len(sequence) < 5000:
        symbol = int(rng.integers(0, 2))
        if [*sequence[-length + 1 :], symbol] not in forbidden:
            sequence.append(symbol)
        elif [*sequence[-length + 1 :], 1 - symbol] in forbidden:
            raise AssertionError("a dead end")
    found = words(np.array(sequence), 5)
    assert forbidden_words(found, length).tolist() == forbidden
    for other in range(2, length):
        assert forbidden_words(found, other).tolist() == []


def test_words_too_rare_to_be_missed_are_not_called_forbidden():
    sequence = np.random.default_rng(0).integers(0, 30, 300)
    assert len(forbidden_words(words(sequence, 2), 2)) == 0
    assert len(forbidden_words(words(sequence, 2), 2, expected=0.1)) > 500
    assert forbidden_words(words(sequence[:1], 2), 2).shape == (0, 2)
