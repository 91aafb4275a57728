import os
import subprocess
import sys

import pytest

from attrax import RunError
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.folder import Run
from attrax.runs.folder_lock import HOLDER, locked
from attrax.runs.job import continue_job

HOLD = """
import pathlib, sys, time
from attrax.runs.folder_lock import HOLDER, locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_told_who_holds_the_folder_and_since_when(tmp_path):
    told = pytest.raises(RunError, match=rf"R319[\s\S]*process {os.getpid()} on .*, since 20")
    with locked(tmp_path), told, locked(tmp_path):
        pass
    with locked(tmp_path):
        pass
    assert not (tmp_path / HOLDER).exists()


def test_the_lock_of_a_killed_process_holds_nobody(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(RunError, match=f"process {holder.pid}"), locked(tmp_path):
        pass
    holder.kill()
    holder.communicate()
    with locked(tmp_path):
        pass


def test_a_run_that_is_being_written_is_not_continued(tmp_path):
    run = Run.create(tmp_path / "run", configure().complete(2), data={})
    with locked(run.path), pytest.raises(RunError, match="R319"):
        continue_job(run.path)
