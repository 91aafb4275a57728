"""Chooses the open settings of a run by probes, shows progress, and writes the choice into the run folder."""

import time

from attrax.core.errors import Interrupted
from attrax.data.series import Dataset
from attrax.reconstruct.learning.model_store import NoStore
from attrax.reconstruct.learning.parts import NO_PARTS, Parts
from attrax.reconstruct.learning.setting_probes import UPDATES, Tuning, TuningStopped
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.console import Console
from attrax.runs.folder import Run
from attrax.runs.interrupts import stop_requests
from attrax.runs.model_file import ModelFolder
from attrax.runs.training import resume_line

SECONDS_BETWEEN_REMARKS = 10.0


def settle(config: Config, train: Dataset, console: Console, run: Run | None = None, parts: Parts = NO_PARTS) -> Config:
    """The configuration with a value for every setting; open ones are chosen by short trainings.

    Args:
        config: The complete configuration.
        train: The training recordings.
        console: Where progress is shown.
        run: The run folder, which keeps the results of probes and the configuration.
        parts: Objects that replace what the settings name.

    Raises: Interrupted after Ctrl-C or a stop signal; a resumed run does not repeat finished probes.
    """
    if not config.tune.settings:
        return config

    def tell(label: str, text: str) -> None:
        console.say(label, text)
        if run is not None:
            run.log(f"{label}: {text}")

    if set(config.tune.settings) - {UPDATES}:
        names = ", ".join(name.rpartition(".")[2] for name in config.tune.settings if name != UPDATES)
        console.say("probes", f"short trainings choose {names}; budget {config.tune.budget:g} s on two cores")
    store = NoStore() if run is None else ModelFolder(run.checkpoints)
    with stop_requests() as stop:
        shown = time.monotonic()

        def watch(remark: str) -> bool:
            nonlocal shown
            if time.monotonic() - shown > SECONDS_BETWEEN_REMARKS:
                console.say("", remark)
                shown = time.monotonic()
            return stop.made

        try:
            chosen = Tuning(train, parts, tell, watch, store).choose(config)
        except TuningStopped:
            if run is not None:
                run.set_status("interrupted", step=0)
            raise Interrupted("stopped while settings were chosen" + resume_line(run)) from None
    if run is not None:
        run.settle(chosen)
    return chosen
