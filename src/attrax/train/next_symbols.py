"""The objective of symbolic models: the probability of the next row."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from attrax.models.symbolic.symbol_model import AbstractSymbolModel
from attrax.optimise.objective import AbstractObjective, Facts


class NextSymbols(AbstractObjective):
    r"""The mean negative log-probability of the symbols of the next row, $-\frac{1}{N} \sum_i \ln P(x_{t,i})$.

    A batch holds rows and the row after them. The fact `errors` is the share of symbols that are not the most likely
    ones. Symbols before them in the row are given (teacher forcing): if no symbol of a row is wrong with them given,
    the row is simulated without an error, too.
    """

    def init(self) -> None:
        """The objective has no state."""

    def __call__(
        self,
        model: AbstractSymbolModel,
        batch: tuple[Int[Array, "example reach obs"], Int[Array, "example obs"]],
        state: None,
        key: PRNGKeyArray,
    ) -> tuple[Float[Array, ""], tuple[None, Facts]]:
        """The mean over examples and channels."""
        del key
        before, after = batch
        logits = jax.vmap(model.logits)(before, after)
        right = jnp.take_along_axis(jax.nn.log_softmax(logits), after[..., None], axis=-1)
        return -right.mean(), (state, {"errors": jnp.mean(jnp.argmax(logits, axis=-1) != after)})
