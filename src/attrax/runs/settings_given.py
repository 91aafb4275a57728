"""Settings given: from the arguments of `attrax.fit` and `attrax.Reconstructor` to the nested settings of a run."""

from typing import Any

from attrax.reconstruct.settings.configuration import overlay


def settings_given(
    settings: dict[str, Any] | None,
    *,
    seed: int | None = None,
    dynamics: str | None = None,
    observation: str | None = None,
    forcing: str | None = None,
    subjects: int | None = None,
    latent_dim: int | None = None,
    hidden_dim: int | None = None,
    alpha: float | None = None,
    window: int | None = None,
    updates: int | None = None,
    restarts: int | None = None,
) -> dict[str, Any]:
    """The nested settings, with the arguments that were given in their places; an argument wins.

    Example:
        >>> settings_given({"train": {"window": 50}}, seed=1, forcing="sparse")
        {'train': {'window': 50, 'forcing': 'sparse'}, 'seed': 1}
    """
    model = _given(
        dynamics=dynamics,
        observation=observation,
        subject_dim=subjects,
        latent_dim=latent_dim,
        hidden_dim=hidden_dim,
    )
    train = _given(forcing=forcing, alpha=alpha, window=window, updates=updates, restarts=restarts)
    sections = {name: section for name, section in (("model", model), ("train", train)) if section}
    return overlay(settings or {}, sections, _given(seed=seed))


def _given(**arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
