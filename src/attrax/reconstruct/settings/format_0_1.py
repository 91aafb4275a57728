"""Conversion of settings and model files of attrax 0.1 to the current format.

In 0.1 settings had no sections (`model.dynamics = "clipped"`, `model.hidden_dim`, `train.alpha`), and model files
contained names of classes.
"""

from typing import Any

FORMAT = 2
"""The current format of settings; files without a format are read as files of attrax 0.1."""

_OF_DYNAMICS = {
    "clipped": ("hidden_dim", "bounded"),
    "shallow": ("hidden_dim", "bounded"),
    "vanilla": ("bounded",),
    "mean-centred": ("bounded",),
    "dendritic": ("bases", "bounded"),
    "clipped-dendritic": ("bases", "bounded"),
    "almost-linear": ("nonlinear_dim", "bounded"),
    "continuous": ("kinks",),
}
_LEVELLED = ("ordinal", "categorical")
_OF_FORCING = {
    "auto": ("alpha", "estimator"),
    "generalized": ("alpha",),
    "adaptive": ("estimator", "decay", "every"),
    "sparse": ("tau",),
}
_OF_ANY_LOSS = ("warmup", "noise", "reconstruction")
_PENALTIES = {
    "weight": {"strength": "weight_penalty"},
    "condition": {"strength": "condition_penalty"},
    "manifold": {"strength": "manifold_penalty", "states": "manifold_dim"},
}
_IN_EVERY_RUN = {"restarts", "candidates", "chunk", "learning_rate"}
"""Settings that the file of a run holds, and hardly a file that a user wrote."""

_KINDS_OF_CLASSES = {
    "ClippedShallowPLRNN": "dynamics:clipped",
    "ShallowPLRNN": "dynamics:shallow",
    "VanillaPLRNN": "dynamics:vanilla",
    "MeanCentredPLRNN": "dynamics:mean-centred",
    "DendriticPLRNN": "dynamics:dendritic",
    "ClippedDendriticPLRNN": "dynamics:clipped-dendritic",
    "AlmostLinearRNN": "dynamics:almost-linear",
    "ContinuousPLRNN": "dynamics:continuous",
    "GRU": "dynamics:gru",
    "LSTM": "dynamics:lstm",
    "LongExpressiveMemory": "dynamics:lem",
    "IdentityObservation": "observation:identity",
    "AffineObservation": "observation:affine",
    "OffsetObservation": "observation:offset",
    "GaussianObservation": "observation:gaussian",
    "PoissonObservation": "observation:poisson",
    "ZeroInflatedPoissonObservation": "observation:zero-inflated-poisson",
    "OrdinalObservation": "observation:ordinal",
    "CategoricalObservation": "observation:categorical",
    "ProductObservation": "part:product-observation",
    "BoundedDiagonal": "part:bounded-diagonal",
    "FreeDiagonal": "part:free-diagonal",
    "LinearStart": "part:linear-start",
    "WindowEncoder": "part:window-encoder",
    "Model": "model",
    "HierarchicalModel": "hierarchical-model",
    "Scaling": "scaling",
}


def modern_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Convert settings of attrax 0.1 to the current format; settings with a format are returned unchanged.

    Example:
        >>> modern_settings({"model": {"dynamics": "shallow", "hidden_dim": 50}})
        {'model': {'dynamics': {'kind': 'shallow', 'hidden_dim': 50}}}
    """
    settings = _with_former_optimizer(settings)
    if "format" in settings:
        return settings
    changed = dict(settings)
    if isinstance(settings.get("model"), dict):
        changed["model"] = _model(dict(settings["model"]))
    if isinstance(settings.get("train"), dict):
        changed["train"] = _train(dict(settings["train"]), settings.get("model", {}))
    return changed


def _with_former_optimizer(settings: dict[str, Any]) -> dict[str, Any]:
    """A copy with the optimiser of runs that did not write it down; only complete settings come from a run."""
    train = settings.get("train")
    if not isinstance(train, dict) or not set(train) >= _IN_EVERY_RUN or "optimizer" in train:
        return dict(settings)
    return {**settings, "train": {**train, "optimizer": {"kind": "radam"}}}


def modern_model(description: Any) -> Any:
    """Convert the description of a model in a file of attrax 0.1; unknown classes keep their names."""
    if isinstance(description, list):
        return [modern_model(item) for item in description]
    if not isinstance(description, dict) or "fields" not in description:
        return description
    fields = {name: modern_model(value) for name, value in description["fields"].items()}
    return {"kind": _KINDS_OF_CLASSES.get(description["kind"], description["kind"]), "fields": fields}


def _model(model: dict[str, Any]) -> dict[str, Any]:
    names = {name for own in _OF_DYNAMICS.values() for name in own}
    kind = model.get("dynamics", "clipped")
    if isinstance(kind, str):
        flat = {name: model.pop(name) for name in tuple(model) if name in names}
        own = {name: value for name, value in flat.items() if name in _OF_DYNAMICS.get(kind, ())}
        named = {"kind": kind} if "dynamics" in model else {}
        if named or own:
            model["dynamics"] = named | own
    if isinstance(model.get("observation"), str):
        levels = {"levels": 0} if model["observation"] in _LEVELLED else {}
        model["observation"] = {"kind": model["observation"], **levels}
    return model


def _loss(flat: dict[str, Any], model: Any) -> dict[str, Any]:
    """The settings of the loss. The kind is added if all settings are given, as in the complete settings of a run."""
    if set(flat) < set(_OF_ANY_LOSS):
        return flat
    if model.get("kinds"):
        return {
            "kind": "encoded-forcing",
            "warmup": flat["warmup"],
            "reconstruction": flat["reconstruction"],
            "hidden": 0.2,
        }
    kind = "subject-forcing" if model.get("subject_dim") else "teacher-forcing"
    return {"kind": kind, "warmup": flat["warmup"], "noise": flat["noise"]}


def _train(train: dict[str, Any], model: Any) -> dict[str, Any]:
    names = {name for own in _OF_FORCING.values() for name in own}
    kind = train.get("forcing", "auto")
    if isinstance(kind, str):
        flat = {name: train.pop(name) for name in tuple(train) if name in names}
        own = {name: value for name, value in flat.items() if name in _OF_FORCING.get(kind, ())}
        # In 0.1, a given alpha had priority over the estimator.
        own = {"alpha": own["alpha"]} if kind == "auto" and "alpha" in own else own
        named = {"kind": kind} if "forcing" in train else {}
        if named or own:
            train["forcing"] = named | own
    loss = _loss({name: train.pop(name) for name in _OF_ANY_LOSS if name in train}, model)
    if loss:
        train["loss"] = loss
    penalties = {}
    for name, fields in _PENALTIES.items():
        given = {new: train.pop(old) for new, old in fields.items() if old in train}
        if given.get("strength"):
            penalties[name] = given
    if penalties:
        train["penalties"] = penalties
    distance = {
        new: train.pop(old)
        for new, old in (("kind", "invariant"), ("weight", "invariant_weight"), ("steps", "invariant_steps"))
        if old in train
    }
    if distance.get("kind"):
        train["free_run_distance"] = distance
    if isinstance(train.get("scan"), str):
        train["scan"] = {"kind": train["scan"]}
    return train
