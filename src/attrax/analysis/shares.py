"""Shares: how far a proportion of a sample is from the true one."""

import math

_Z = 1.959963984540054  # 95 % of a normal distribution lie within


def wilson_interval(count: int, total: int) -> tuple[float, float]:
    r"""Wilson's 95 % confidence interval of a share, $\hat p = $ `count / total`.

    $\frac{1}{1 + z^2 / n} \left( \hat p + \frac{z^2}{2 n}
    \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n} + \frac{z^2}{4 n^2}} \right)$

    with $z = 1.96$; unlike the usual one it holds for shares of 0 and 1.

    Example:
        >>> [round(x, 3) for x in wilson_interval(0, 10)]
        [0.0, 0.278]

    References: [@wilson1927].
    """
    share, weight = count / total, _Z**2 / total
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * math.sqrt(share * (1 - share) / total + weight / (4 * total)) / (1 + weight)
    return max(middle - half, 0.0), min(middle + half, 1.0)
