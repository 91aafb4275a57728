import json
import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_the_default_run_reconstructs_lorenz63_from_noisy_data(tmp_path):
    # A process of its own, since the suite switches the optimisations of the compiler off.
    environment = {name: value for name, value in os.environ.items() if name != "JAX_DISABLE_MOST_OPTIMIZATIONS"}
    program = [sys.executable, "-c", "from attrax.cli.app import main; main()"]
    run = subprocess.run(
        [*program, "fit", "lorenz63", "--json", "--quiet"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    values = {row["name"]: row["model"]["value"] for row in told["rows"]}
    assert told["verdict"] == "RECONSTRUCTED"
    assert values["D_stsp"] <= 0.6
    assert values["D_H"] <= 0.12
