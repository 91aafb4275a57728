"""Local regularization: how many evaluations a trained vector field needs, and what that costs in accuracy."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from sklearn.datasets import load_digits

from attrax.campaigns import Budget, Measurement, Metric
from attrax.models import NeuralFlow
from attrax.optimise import AbstractObjective, ExponentialDecay, Minibatches, Plan, fit
from attrax.plots import Axis, Figure, Line, Panel, Role

PIXELS, CLASSES, TRAINING = 64, 10, 1_300
PIECES = 6
"""The error of a step over a sixth of the duration is penalised: about the steps that the solver takes."""
OPTIMIZER = optax.scale_by_adam()
STRENGTHS = {"none": 0.0, "weak": 0.1, "strong": 1.0, "stronger": 10.0}


class Classifier(eqx.Module):
    """A flow that carries an image from time 0 to 1, and a linear layer that reads the digit from where it ends."""

    flow: NeuralFlow
    readout: eqx.nn.Linear

    def logits(self, image):
        """The logits of the ten digits."""
        return self.readout(self.flow.advance(image, 1.0))


class Classification(AbstractObjective):
    """Cross entropy of the digits, plus the error of one step of the solver from a random time."""

    strength: float = eqx.field(static=True)

    def init(self):
        """Nothing adapts."""

    def __call__(self, model, batch, state, key):
        """The value for a batch of images and digits; no derivative is taken through the state at the random time."""
        images, digits = batch
        times = jnp.array([1.0, jax.random.uniform(key, ())])
        end, middle = jax.vmap(lambda t: jax.vmap(lambda image: model.flow.advance(image, t))(images))(times)
        logits = jax.vmap(model.readout)(end)
        entropy = optax.softmax_cross_entropy_with_integer_labels(logits, digits).mean()
        errors = jax.vmap(model.flow.local_error)(jax.lax.stop_gradient(middle))
        return entropy + self.strength * errors.mean(), (state, {})


def digits(budget: Budget, key: int) -> Measurement:
    """Accuracy on unseen digits and evaluations of the vector field for each of them, for each strength."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(key).permutation(len(images))
    images, labels = (images[order] / 16).astype(np.float32), labels[order]
    strengths = dict(list(STRENGTHS.items())[: budget["strengths"]])
    found = {name: _trained_and_tested(images, labels, strength, budget, key) for name, strength in strengths.items()}
    protocol = f"{len(images) - TRAINING} unseen digits of 8 x 8 pixels"
    accuracy, evaluations = found["none"]
    values = {f"accuracy_{name}": (one[0], "higher") for name, one in found.items()}
    values |= {f"evaluations_{name}": (one[1], "lower") for name, one in found.items()}
    values |= {f"ratio_{name}": (one[1] / evaluations, "lower") for name, one in found.items()}
    values |= {f"lost_{name}": (accuracy - one[0], "lower") for name, one in found.items()}
    metrics = {name: Metric(float(value), None, protocol, way) for name, (value, way) in values.items()}
    return Measurement(metrics, figures=(_figure(strengths, found),))


def _trained_and_tested(images, labels, strength: float, budget: Budget, key: int) -> tuple[float, float]:
    """Share of unseen digits that are recognised, and mean number of evaluations for one of them."""
    k_flow, k_readout, k_fit = jax.random.split(jax.random.key(key), 3)
    flow = NeuralFlow.create(PIXELS, budget["units"], dt=1 / PIECES, key=k_flow)
    flow = replace(flow, max_steps=budget["most_steps"])
    model = Classifier(flow, eqx.nn.Linear(PIXELS, CLASSES, key=k_readout))
    batches = Minibatches((images[:TRAINING], labels[:TRAINING]), size=128)
    rate = ExponentialDecay(3e-3, 3e-4, budget["updates"])
    plan = Plan(budget["updates"], rate, OPTIMIZER, chunk=50)
    model = fit(model, Classification(strength), batches, plan, key=k_fit).model
    unseen = jnp.asarray(images[TRAINING:])
    logits, counts = _tested(model, unseen)
    right = np.asarray(logits).argmax(axis=1) == labels[TRAINING:]
    return float(right.mean()), float(np.mean(counts))


@eqx.filter_jit
def _tested(model: Classifier, images):
    """Logits and number of evaluations of each image, compiled once for all strengths and seeds."""
    return jax.vmap(lambda image: (model.logits(image), model.flow.evaluations(image, 1.0)))(images)


def _figure(strengths: dict[str, float], found: dict[str, tuple[float, float]]) -> Figure:
    positive = np.array(list(strengths.values())) > 0
    evaluations, accuracy = (np.array([one[i] for one in found.values()]) for i in (1, 0))
    factors = np.array(list(strengths.values()))[positive]
    panels = tuple(
        Panel(
            traces=(
                Line(x=factors, y=values[positive], name="with the penalty", role=Role.MODEL),
                Line(x=factors, y=np.full(len(factors), values[0]), name="without", role=Role.MUTED),
            ),
            x=Axis(label="factor of the penalty", scale="log"),
            y=Axis(label=label, bounds=(0.0, 1.05 * top)),
        )
        for label, values, top in (("evaluations", evaluations, evaluations.max()), ("accuracy", accuracy, 1.0))
    )
    caption = "What one unseen digit costs, and how many are recognised, over the strength of the penalty."
    return Figure(name="penalty", title="Local regularization", caption=caption, panels=panels, columns=2)
