"""Symbolic dynamics: what the order of the symbols along an orbit says, entropy and grammar.

A word is a stretch of consecutive symbols. How many words an orbit forms, and which it never forms, is a fingerprint of
the dynamics that does not depend on coordinates.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Words(NamedTuple):
    """The distinct words of one length in a sequence.

    Attributes:
        symbols: One word a row.
        counts: How often each occurs.
        at: The word that starts at each position of the sequence.
    """

    symbols: Int[np.ndarray, "word length"]
    counts: Int[np.ndarray, " word"]
    at: Int[np.ndarray, " position"]


class Entropies(NamedTuple):
    r"""Entropies of the words of lengths 1, 2, ..., in nats.

    Attributes:
        block: $H_m = -\sum_w p_w \log p_w$ over words of length m, from counts as they are.
        bias: The amount by which the counts are expected to make each too small, to first order.
        rate: $H_m - H_{m-1}$ with the bias taken off, nats a step; falls towards the entropy rate as m grows.
        rate_bias: How much of the last `rate` is that correction. Beyond a tenth of it the sequence is too short.
    """

    block: Float[np.ndarray, " length"]
    bias: Float[np.ndarray, " length"]
    rate: Float[np.ndarray, " length"]
    rate_bias: Float[np.ndarray, " length"]


def words(sequence: Int[np.ndarray, " n"], longest: int) -> tuple[Words, ...]:
    """The distinct words of every length up to `longest`.

    Cost: O(n log n) a length.

    Example:
        >>> words(np.array([0, 1, 0, 1, 1]), 2)[1].symbols.tolist()
        [[0, 1], [1, 0], [1, 1]]
    """
    first, at, counts = np.unique(sequence, return_inverse=True, return_counts=True)
    found = [Words(first[:, None], counts, at)]
    for length in range(2, min(longest, len(sequence)) + 1):
        # A longer word is a word and the symbol that follows it: two numbers, whatever the length.
        pair = found[-1].at[:-1] * len(first) + found[0].at[length - 1 :]
        codes, at, counts = np.unique(pair, return_inverse=True, return_counts=True)
        head, last = found[-1].symbols[codes // len(first)], first[codes % len(first)]
        found.append(Words(np.column_stack([head, last]), counts, at))
    return tuple(found)


def entropies(found: tuple[Words, ...]) -> Entropies:
    r"""Block entropies and the entropy rate they approach.

    Counts make entropies too small, to first order by $(K_m - 1) / 2n$ with $K_m$ the number of distinct words
    [@miller1955]; the rate is corrected for that. It is an upper bound of the entropy rate of the symbols, apart from
    its errors, and that is a lower bound of the entropy of the map unless every word names a shrinking set.

    Example:
        >>> coin = np.random.default_rng(0).integers(0, 2, 10_000)
        >>> bool(abs(entropies(words(coin, 5)).rate[-1] - np.log(2)) < 0.01)
        True

    References: [@miller1955].
    """
    block = np.array([_entropy(w.counts) for w in found])
    bias = np.array([(len(w.counts) - 1) / (2 * w.counts.sum()) for w in found])
    rate_bias = np.diff(bias, prepend=0.0)
    return Entropies(block, bias, np.diff(block, prepend=0.0) + rate_bias, rate_bias)


def _entropy(counts: Int[np.ndarray, " word"]) -> float:
    p = counts / counts.sum()
    return float(-np.sum(p * np.log(p)))


def forbidden_words(found: tuple[Words, ...], length: int, *, expected: float = 10.0) -> Int[np.ndarray, "word length"]:
    r"""Words that never occur, although they should have.

    A word $w_1 \dots w_m$ is expected $N(w_1 \dots w_{m-1})\, N(w_2 \dots w_m) / N(w_2 \dots w_{m-1})$ times, if
    symbols depend on no more than the $m - 2$ before them. Only minimal words are named: all their parts occur.

    Args:
        found: The words of the sequence, `words(sequence, length)` or longer.
        length: Length m of the words looked for, at least 2.
        expected: A word that was expected less often is not named: its absence is no news. At 10 a word that is
            allowed is named with a probability of $e^{-10}$.

    Cost: O(words of length m - 1 times the symbols that may follow).

    Example:
        >>> golden = np.array([0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1] * 20)
        >>> forbidden_words(words(golden, 2), 2).tolist()
        [[1, 1]]
    """
    if length > len(found):
        return np.empty((0, length), int)
    parts, present = found[length - 2], {tuple(w) for w in found[length - 1].symbols.tolist()}
    middle = {tuple(w): int(c) for w, c in zip(parts.symbols[:, :-1].tolist(), _totals(parts), strict=True)}
    likely = _followers(parts)
    absent = []
    for head, count in zip(parts.symbols.tolist(), parts.counts.tolist(), strict=True):
        overlap = tuple(head[1:])
        # A word at the very end of the sequence may have no follower.
        for last, often in likely.get(overlap, ()):
            if count * often < expected * middle[overlap]:
                break  # followers come in order of frequency
            if (*head, last) not in present:
                absent.append((*head, last))
    return np.array(sorted(absent), int).reshape(-1, length)


def _followers(parts: Words) -> dict[tuple[int, ...], list[tuple[int, int]]]:
    """For each beginning of a word all but its last symbol: the symbols that follow and how often, most often first."""
    followers: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    order = np.argsort(-parts.counts, kind="stable")
    for row, count in zip(parts.symbols[order].tolist(), parts.counts[order].tolist(), strict=True):
        followers.setdefault(tuple(row[:-1]), []).append((row[-1], count))
    return followers


def _totals(parts: Words) -> Int[np.ndarray, " word"]:
    """For each word, how often all words with the same beginning occur together."""
    _, group = np.unique(parts.symbols[:, :-1], axis=0, return_inverse=True)
    group = group.ravel()
    return np.bincount(group, weights=parts.counts).astype(int)[group]
