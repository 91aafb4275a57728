"""Other words: what users of other programs call options, and which option of attrax is meant."""

import difflib
from collections.abc import Iterable, Mapping

RATES = ("rate", "fs", "sampling_rate", "sample_rate", "sfreq", "frequency", "hz")
"""Words for the number of rows in a second, of which a time step is made."""

OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "dt": (*(word.replace("_", "-") for word in RATES), "time-step", "timestep", "interval"),
    "updates": ("epochs", "iterations", "iters", "max-iter", "steps", "gradient-steps"),
    "budget": ("time-limit", "timeout", "max-time", "minutes", "time"),
    "hidden": ("units", "neurons", "width", "hidden-size", "hidden-dim", "size"),
    "latent": ("dim", "dims", "dimension", "dimensions", "latent-dim", "states", "embedding-dim"),
    "lags": ("lag", "delay", "delays"),
    "dynamics": ("model", "architecture", "network", "method", "type"),
    "learning-rate": ("learning", "rate", "step-size"),
    "window": ("sequence-length", "seq-len", "length"),
    "restarts": ("repeats", "trials", "ensemble", "models"),
    "seed": ("seeds", "random-seed", "random-state", "rng"),
    "channels": ("columns", "cols", "column", "channel", "variables", "features", "usecols"),
    "drop": ("exclude", "ignore", "skip", "without"),
    "inputs": ("input", "drive", "stimulus", "exogenous", "controls", "control"),
    "time": ("time-column", "date-column", "index", "timestamp"),
    "sep": ("separator", "delimiter", "delim"),
    "na": ("nan", "missing-value", "fill-value", "na-values"),
    "missing": ("gaps", "impute", "interpolate", "fill"),
    "every": ("downsample", "subsample", "decimate", "stride", "thin"),
    "detrend": ("trend",),
    "highpass": ("filter", "high-pass", "baseline"),
    "pca": ("components", "n-components"),
    "test": ("validation", "holdout", "test-set", "validate"),
    "group": ("subjects", "subject", "by", "groupby"),
    "hierarchical": ("subjects", "shared"),
    "steps": ("points", "rows", "length", "n", "num", "horizon", "count", "samples"),
    "points": ("steps", "rows", "length", "n", "num", "count", "samples"),
    "interval": ("level", "confidence", "quantile"),
    "out": ("output", "save", "folder", "dir", "outdir", "output-dir", "file", "filename", "name"),
    "quiet": ("silent", "no-progress"),
    "force": ("yes", "ignore-checks", "anyway"),
    "workers": ("jobs", "cores", "n-jobs", "processes", "threads", "cpus"),
    "dry-run": ("check", "plan"),
}
"""For each option, without its dashes, the words that others use for it. A word may stand at several options."""


def names_meant(word: str, known: Iterable[str]) -> list[str]:
    """The names that a word stands for, those of other programs or misspelt ones; the most probable first.

    Example:
        >>> names_meant("epochs", ["updates", "window"]), names_meant("windw", ["updates", "window"])
        (['updates'], ['window'])
    """
    names, text = list(known), word.replace("_", "-").lower()
    own = [name for name in names if name.replace("_", "-") == text]
    other = [name for name in names if text in OTHER_WORDS.get(name.replace("_", "-"), ())]
    return own or other or difflib.get_close_matches(text, names, n=2, cutoff=0.7)


def option_meant(word: str, known: Mapping[str, str]) -> str:
    """The sentence for an option that a command does not have.

    Args:
        word: The option that was typed, such as `--fs`.
        known: The help text of each option of the command, by its flag.

    Example:
        >>> option_meant("--fs", {"--dt": "Time between two rows.", "--na": "Words."})
        'No such option: --fs. Here it is --dt: Time between two rows.'
        >>> option_meant("--latnt", {"--latent": "Number of states."})
        'No such option: --latnt. Did you mean --latent?'
    """
    names = {flag.lstrip("-"): flag for flag in known if flag.startswith("--")}
    meant = [names[name] for name in names_meant(word.lstrip("-"), names)]
    if not meant:
        return f"No such option: {word}. --help shows all options"
    spelt = any(word.lstrip("-") in words for words in OTHER_WORDS.values())
    if not spelt:
        return f"No such option: {word}. Did you mean {' or '.join(meant)}?"
    told = "; or ".join(f"{flag}: {known[flag].rstrip('.')}" for flag in meant)
    return f"No such option: {word}. Here it is {told}."
