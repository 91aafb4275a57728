"""Symbolic dynamics: entropies and forbidden words of a sequence of symbols.

A word is a number of consecutive symbols. How many different words an orbit forms, and which words it never forms, does
not depend on the coordinates of the state space.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Words(NamedTuple):
    """The distinct words of one length in a sequence.

    Attributes:
        symbols: The words, one a row.
        counts: How often each word occurs.
        at: Index of the word that starts at each position of the sequence.
    """

    symbols: Int[np.ndarray, "word length"]
    counts: Int[np.ndarray, " word"]
    at: Int[np.ndarray, " position"]


class Entropies(NamedTuple):
    r"""Entropies of the words of lengths 1, 2, ..., in nats.

    Attributes:
        block: Block entropies $H_m = -\sum_w p_w \log p_w$ over the words of length $m$, not corrected for bias.
        bias: Expected amount by which each block entropy is too small, to first order.
        rate: $H_m - H_{m-1}$ with the bias corrected, nats a step; it approaches the entropy rate from above as $m$
            grows.
        rate_bias: The part of `rate` that is this correction. If it is more than a tenth, the sequence is too short.
    """

    block: Float[np.ndarray, " length"]
    bias: Float[np.ndarray, " length"]
    rate: Float[np.ndarray, " length"]
    rate_bias: Float[np.ndarray, " length"]


def words(sequence: Int[np.ndarray, " n"], longest: int) -> tuple[Words, ...]:
    """Count the distinct words of every length up to `longest`.

    Args:
        sequence: The symbols.
        longest: Length of the longest words.

    Cost: O(n log n) for each length.

    Example:
        >>> words(np.array([0, 1, 0, 1, 1]), 2)[1].symbols.tolist()
        [[0, 1], [1, 0], [1, 1]]
    """
    first, at, counts = np.unique(sequence, return_inverse=True, return_counts=True)
    found = [Words(first[:, None], counts, at)]
    for length in range(2, min(longest, len(sequence)) + 1):
        codes, at, counts = np.unique(_pairs(found, length), return_inverse=True, return_counts=True)
        head, last = found[-1].symbols[codes // len(first)], first[codes % len(first)]
        found.append(Words(np.column_stack([head, last]), counts, at))
    return tuple(found)


def entropies(found: tuple[Words, ...]) -> Entropies:
    """Compute block entropies and, from their differences, estimates of the entropy rate.

    Entropies estimated from counts are too small, to first order by $(K_m - 1) / 2n$ with $K_m$ the number of distinct
    words of length $m$ and $n$ the number of words counted; the rate is corrected for this. Apart from its errors the
    rate is an upper bound of the entropy rate of the symbols. That is a lower bound of the entropy of the map, and
    equal to it if the symbols determine the state.

    Args:
        found: The words of lengths 1, 2, ...

    Example:
        >>> coin = np.random.default_rng(0).integers(0, 2, 10_000)
        >>> bool(abs(entropies(words(coin, 5)).rate[-1] - np.log(2)) < 0.01)
        True

    References:
        Miller, Note on the bias of information estimates, in Information Theory in Psychology: Problems and Methods,
        1955 [@miller1955].
    """
    block = np.array([_entropy(w.counts) for w in found])
    bias = np.array([(len(w.counts) - 1) / (2 * w.counts.sum()) for w in found])
    rate_bias = np.diff(bias, prepend=0.0)
    return Entropies(block, bias, np.diff(block, prepend=0.0) + rate_bias, rate_bias)


def _entropy(counts: Int[np.ndarray, " word"]) -> float:
    p = counts / counts.sum()
    return float(-np.sum(p * np.log(p)))


def forbidden_words(found: tuple[Words, ...], length: int, *, expected: float = 10.0) -> Int[np.ndarray, "word length"]:
    r"""Find words that do not occur although several are expected.

    A word $w_1 \dots w_m$ is expected $N(w_1 \dots w_{m-1})\, N(w_2 \dots w_m) / N(w_2 \dots w_{m-1})$ times if each
    symbol depends only on the $m - 2$ symbols before it; $N$ counts how often a word occurs. Only minimal words are
    returned: all their parts occur.

    Args:
        found: The words of the sequence, of lengths 1 to `length` or more.
        length: Length $m$ of the words to look for, at least 2.
        expected: Smallest expected number for which a missing word counts as forbidden. At 10, a word that is allowed
            is missing by chance with a probability of $e^{-10}$.

    Cost: O(words of length m - 1 times the number of symbols).

    Example:
        >>> golden = np.array([0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1] * 20)
        >>> forbidden_words(words(golden, 2), 2).tolist()
        [[1, 1]]
    """
    if length > len(found):
        return np.empty((0, length), int)
    parts, first = found[length - 2], found[0].symbols[:, 0]
    before, after = _ends(found, length - 1)
    middle, most = np.bincount(before, weights=parts.counts, minlength=after.max() + 1), parts.counts.max()
    # What can follow a word begins with its end; sorted by that, the most frequent first, it is a range of rows.
    key = before * (most + 1) + most - parts.counts
    order = np.argsort(key, kind="stable")
    enough = np.minimum(np.ceil(expected * middle[after] / parts.counts), most + 1).astype(int)
    start = np.searchsorted(key[order], after * (most + 1))
    likely = np.searchsorted(key[order], after * (most + 1) + most - enough, side="right") - start
    head = np.repeat(np.arange(len(likely)), likely)
    last = parts.symbols[order[np.arange(len(head)) + np.repeat(start - np.cumsum(likely) + likely, likely)], -1]
    missing = ~np.isin(head * len(first) + np.searchsorted(first, last), _pairs(found, length))
    absent = np.column_stack([parts.symbols[head[missing]], last[missing]])
    return absent[np.lexsort(absent.T[::-1])]


def _pairs(found: tuple[Words, ...] | list[Words], length: int) -> Int[np.ndarray, " position"]:
    """The word at each position as one number, made of the word before its last symbol and of that symbol."""
    return found[length - 2].at[:-1] * len(found[0].symbols) + found[0].at[length - 1 :]


def _ends(found: tuple[Words, ...], length: int) -> tuple[Int[np.ndarray, " word"], Int[np.ndarray, " word"]]:
    """For each word of `length` symbols: the numbers of the words without its last and without its first symbol."""
    if length == 1:
        nothing = np.zeros(len(found[0].counts), int)
        return nothing, nothing
    _, position = np.unique(found[length - 1].at, return_index=True)
    return found[length - 2].at[position], found[length - 2].at[position + 1]
