"""Adaptation of a meta-trained model to a recording or a system that it has not seen."""

from collections.abc import Sequence

import optax
from jaxtyping import PRNGKeyArray, PyTree

from attrax.meta.meta_objective import AbstractMetaObjective
from attrax.optimise import AbstractBatches, Callback, ExponentialDecay, Fit, Plan, fit

PLAIN = optax.identity()
"""Gradient descent without momentum or scaling, as in the steps of meta-training; one object, for compiled code."""


def adapt(
    model: PyTree,
    meta: AbstractMetaObjective,
    batches: AbstractBatches,
    *,
    steps: int | None = None,
    key: PRNGKeyArray,
    callbacks: Sequence[Callback] = (),
) -> Fit:
    """Adapt a meta-trained model to a new recording or system, by the steps it was meta-trained for.

    Args:
        model: The model, as `optimise.fit` has meta-trained it.
        meta: The objective of the meta-training; its inner objective and its rate are used.
        batches: The batches of the new recording or system, for example a `FixedBatch` of 50 rows.
        steps: Number of steps; None for as many as in meta-training. More of them help if there are enough rows.
        key: Random key.
        callbacks: Functions called at the end, and after each number of steps in their attribute `steps` (`Probe`).

    Returns: The adapted model with its history. Its result is `NONFINITE_LOSS` if the loss did not stay finite, also
        with smaller steps.

    Cost: `steps` gradients, and the time to compile them.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from attrax.meta import MAML
        >>> from attrax.optimise import AbstractObjective, FixedBatch
        >>> class Distance(AbstractObjective):
        ...     def init(self):
        ...         return None
        ...     def __call__(self, model, batch, state, key):
        ...         return (model - batch) ** 2, (state, {})
        >>> meta, new = MAML(Distance(), steps=2, rate=0.25), FixedBatch(jnp.asarray(1.0))
        >>> float(adapt(jnp.asarray(0.0), meta, new, key=jax.random.key(0)).model)
        0.75
    """
    count = meta.steps if steps is None else steps
    plan = Plan(count, ExponentialDecay(meta.rate, meta.rate, count), PLAIN, chunk=max(count, 1))
    return fit(model, meta.objective, batches, plan, key=key, callbacks=callbacks)
