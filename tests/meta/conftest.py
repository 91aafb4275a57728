import jax.numpy as jnp
import pytest

from attrax.optimise import AbstractObjective


class Quadratic(AbstractObjective):
    """Half of (theta - c)' A (theta - c), with A and c in the batch."""

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        A, c = batch
        return (model - c) @ A @ (model - c) / 2, (state, {})


class Linear(AbstractObjective):
    """g' theta, with g in the batch: its Hessian is 0."""

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        return model @ batch, (state, {})


class Line(AbstractObjective):
    """Mean squared error of y = theta[0] x + theta[1]."""

    def init(self):
        return {"asked": jnp.zeros(())}

    def __call__(self, model, batch, state, key):
        x, y = batch
        return jnp.mean((model[0] * x + model[1] - y) ** 2), ({"asked": state["asked"] + 1}, {})


@pytest.fixture(scope="session")
def quadratic():
    return Quadratic()


@pytest.fixture(scope="session")
def linear():
    return Linear()


@pytest.fixture(scope="session")
def line():
    return Line()
