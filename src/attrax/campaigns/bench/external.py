"""External rivals: methods that run in another Python environment, because of their libraries or their licence.

attrax writes `train.npy`, `contexts.npy` and `n.json` to a folder and starts the program of the rival with this folder.
The program writes `paths.npy`: the rows that follow each context.
"""

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from jaxtyping import Float
from platformdirs import user_config_path

from attrax.baselines.forecaster import Forecaster
from attrax.core.errors import ConfigError, RunError
from attrax.data.series import Dataset
from attrax.runs.json_file import damaged_file, read_object
from attrax.runs.tree_file import write_atomically

LONGEST = 3_600.0


@dataclass(frozen=True)
class ExternalRival:
    """A method that runs in another Python environment.

    Attributes:
        python: Path of the Python interpreter of the environment.
        script: The program: `python script FOLDER` reads `train.npy`, `contexts.npy`, `n.json` and writes `paths.npy`.
        licence: Its licence, for example `GPL-3.0`.
    """

    python: str
    script: str
    licence: str

    @property
    def identity(self) -> str:
        """The hash of the program."""
        return sha256(Path(self.script).read_bytes()).hexdigest()

    def fit(self, train: Dataset, *, seed: int = 0) -> Forecaster:
        """A forecaster that starts the program for every forecast, with the training recording and the contexts."""
        longest = train.longest.x

        def path(contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
            return self._ask(longest, contexts, n, seed)

        return Forecaster(path, reach=None)

    def _ask(
        self, train: Float[np.ndarray, "rows obs"], contexts: Float[np.ndarray, "start time obs"], n: int, seed: int
    ) -> Float[np.ndarray, "start n obs"]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            np.save(folder / "train.npy", train)
            np.save(folder / "contexts.npy", contexts)
            (folder / "n.json").write_text(json.dumps({"n": n, "seed": seed}), encoding="utf-8")
            try:
                done = subprocess.run(
                    [self.python, self.script, name], capture_output=True, text=True, timeout=LONGEST, check=False
                )
            except OSError as failure:
                raise _failed(self, failure.strerror or str(failure)) from None
            except subprocess.TimeoutExpired:
                raise _failed(self, f"no answer within {LONGEST:.0f} seconds") from None
            if done.returncode:
                raise _failed(self, (done.stderr.strip().splitlines() or ["no message"])[-1])
            try:
                paths = np.load(folder / "paths.npy", allow_pickle=False)
            except (OSError, ValueError) as failure:
                raise _failed(self, f"paths.npy: {failure}") from None
        wanted = (len(contexts), n, contexts.shape[2])
        if paths.shape != wanted:
            raise _failed(self, f"paths.npy has shape {paths.shape}, wanted {wanted}")
        return paths


def added_rivals() -> dict[str, ExternalRival]:
    """The external rivals that were added on this machine, by name.

    Raises: RunError R315 if their file is damaged.
    """
    path = _registry()
    if not path.is_file():
        return {}
    try:
        return {name: ExternalRival(**facts) for name, facts in read_object(path).items()}
    except TypeError as failure:
        raise damaged_file(str(path), str(failure), "put the file aside, and add the rivals again") from None


def add_rival(name: str, rival: ExternalRival) -> None:
    """Register an external rival on this machine, after a short test forecast.

    Raises:
        ConfigError: C642 if its program or its interpreter does not exist.
        RunError: R340 if the test forecast fails.
    """
    for what, place in (("--python", rival.python), ("--script", rival.script)):
        if not Path(place).is_file():
            raise ConfigError(
                "C642",
                "no such file",
                where=f"{what} {place}",
                why="a rival is a program and the interpreter of its environment",
                fix="python -m venv ENV, then --python ENV/bin/python --script RIVAL.py",
            )
    wave = np.sin(np.arange(60.0) / 5)[:, None]
    rival._ask(wave, wave[None], 3, 0)
    everyone = {**{known: asdict(one) for known, one in added_rivals().items()}, name: asdict(rival)}
    _registry().parent.mkdir(parents=True, exist_ok=True)
    write_atomically(_registry(), json.dumps(everyone, indent=2).encode())


def _registry() -> Path:
    return user_config_path("attrax") / "rivals.json"


def _failed(rival: ExternalRival, why: str) -> RunError:
    return RunError(
        "R340",
        "a rival out of process failed",
        where=f"{rival.python} {rival.script}",
        why=why,
        fix="run the program by hand with a folder that holds train.npy, contexts.npy and n.json",
    )
