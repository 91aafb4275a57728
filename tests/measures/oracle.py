"""The published definitions of the measures, written down as naively as possible and sharing no code with attrax."""

import math
from collections import Counter
from itertools import combinations

import numpy as np


def binned_divergence(x, x_sim, *, bins=30, margin=0.1, pseudocount=1e-5):
    """KL divergence of occupations, one row and one cell at a time."""
    x, x_sim = x.astype(float), x_sim.astype(float)
    sd = x.std(axis=0, ddof=1)
    low, high = x.min(axis=0) - margin * sd, x.max(axis=0) + margin * sd

    def visits(rows):
        cells = np.floor((rows - low) / (high - low) * bins)
        inside = (cells >= 0).all(axis=1) & (cells < bins).all(axis=1)
        return Counter(map(tuple, cells[inside].tolist()))

    p, q = visits(x), visits(x_sim)
    n_cells = bins ** x.shape[1]
    p_total, q_total = sum(p.values()) + pseudocount * n_cells, sum(q.values()) + pseudocount * n_cells
    divergence, listed = 0.0, set(p) | set(q)
    for cell in listed:
        p_cell, q_cell = (p[cell] + pseudocount) / p_total, (q[cell] + pseudocount) / q_total
        divergence += p_cell * math.log(p_cell / q_cell)
    for_each_other = pseudocount / p_total * math.log((pseudocount / p_total) / (pseudocount / q_total))
    return divergence + (n_cells - len(listed)) * for_each_other


def mixture_divergence(x, x_sim, *, variance, samples, seed):
    """Monte-Carlo KL divergence of Gaussian mixtures, one sample at a time; draws rows first, then noise."""
    x, x_sim = x.astype(float), x_sim.astype(float)
    rng = np.random.default_rng(seed)
    rows = rng.integers(len(x), size=samples)
    noise = rng.standard_normal((samples, x.shape[1]))

    def log_density(y, centers):
        exponents = -((y - centers) ** 2).sum(axis=1) / (2 * variance)
        top = exponents.max()
        norm = 0.5 * x.shape[1] * math.log(2 * math.pi * variance)
        return top + math.log(np.exp(exponents - top).mean()) - norm

    ys = [x[row] + math.sqrt(variance) * shift for row, shift in zip(rows, noise, strict=True)]
    return sum(log_density(y, x) - log_density(y, x_sim) for y in ys) / samples


def spectrum_distance(x, x_sim, *, smoothing=20.0):
    """Hellinger distance of spectra, by an explicit convolution over mirrored ends."""
    length = min(len(x), len(x_sim))
    reach = int(4 * smoothing + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / smoothing) ** 2)
    kernel /= kernel.sum()

    def spectrum(column):
        column = column[:length].astype(float)
        power = np.abs(np.fft.fft((column - column.mean()) / column.std()))[: length // 2 + 1] ** 2
        smooth = np.convolve(np.pad(power, reach, mode="symmetric"), kernel, mode="valid")
        return smooth / smooth.sum()

    pairs = [(spectrum(a), spectrum(b)) for a, b in zip(x.T, x_sim.T, strict=True)]
    return float(np.mean([math.sqrt(max(0.0, 1 - np.sqrt(p * q).sum())) for p, q in pairs]))


def prediction_error(x, x_sim):
    """Mean of the squares of all differences of observed targets."""
    squares = [(b - a) ** 2 for a, b in zip(x.ravel().tolist(), x_sim.ravel().tolist(), strict=True)]
    observed = [square for square in squares if not math.isnan(square)]
    return sum(observed) / len(observed)


def persistence_layers(distances, codensity, *, offset, radii, reach, layers):
    """Pieces and loops along one line: the boundary matrix of all triangles, reduced column by column."""
    n = len(codensity)

    def birth(simplex):
        pairs = combinations(simplex, 2)
        return max([0.0, *(codensity[i] - offset for i in simplex), *(distances[i, j] / 2 for i, j in pairs)])

    simplices = [s for size in (1, 2, 3) for s in combinations(range(n), size)]
    simplices.sort(key=lambda s: (birth(s), len(s), s))
    place = {simplex: i for i, simplex in enumerate(simplices)}
    columns, bars, closed = {}, {0: [], 1: []}, set()
    for i, simplex in enumerate(simplices):
        column = {place[face] for face in combinations(simplex, len(simplex) - 1) if face}
        while column and max(column) in columns:
            column ^= columns[max(column)]
        if column:
            pivot = max(column)
            columns[pivot] = column
            closed |= {pivot, i}
            bars[len(simplices[pivot]) - 1].append((birth(simplices[pivot]), birth(simplex)))
    for i, simplex in enumerate(simplices):
        if i not in closed and len(simplex) < 3:
            bars[len(simplex) - 1].append((birth(simplex), math.inf))

    def share(bar, radius):
        return max(0.0, min(bar[1], radius + reach) - max(bar[0], radius - reach)) / (2 * reach)

    table = [[sorted((share(bar, r) for bar in bars[q]), reverse=True) for r in radii] for q in (0, 1)]
    return np.array([[[(found + [0.0] * layers)[k] for found in table[q]] for k in range(layers)] for q in (0, 1)])
