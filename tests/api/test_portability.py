"""What macOS and Windows do not have is not needed, and what only some need is asked for in one clear line."""

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import attrax
import attrax.campaigns.budget as budget
import attrax.campaigns.engines as engines
import attrax.campaigns.schedulers as schedulers
import attrax.kernels.processors as kernel_processors
import attrax.runs.interrupts as interrupts
from attrax.campaigns.budget import processor_limit, time_limit
from attrax.campaigns.cluster import Cluster
from attrax.campaigns.engines import open_engine
from attrax.campaigns.schedulers import ctrl_c_held_back
from attrax.core.errors import RunError
from attrax.kernels.processors import processors
from attrax.runs.interrupts import stop_requests

POSIX_ONLY = {
    "os": "fork forkpty getuid geteuid getgid getpgid setsid killpg nice getloadavg sysconf statvfs mkfifo uname wait3 "
    "wait4 sched_getaffinity sched_setaffinity sync fchmod fchown chown pathconf process_cpu_count O_DIRECTORY",
    "signal": "SIGALRM SIGPROF SIGHUP SIGUSR1 SIGUSR2 SIGKILL setitimer getitimer ITIMER_REAL ITIMER_PROF "
    "pthread_sigmask SIG_BLOCK SIG_SETMASK alarm pause sigwait pthread_kill",
}
POSIX_ONLY = {module: names.split() for module, names in POSIX_ONLY.items()}
POSIX_MODULES = {"fcntl", "grp", "posix", "pwd", "pty", "resource", "termios", "tty"}


@pytest.fixture
def elsewhere(monkeypatch):
    """A machine without the names that only POSIX systems have, as attrax sees it."""
    for name, module in (("os", os), ("signal", signal)):
        kept = {key: value for key, value in vars(module).items() if key not in POSIX_ONLY[name]}
        for user in (engines, schedulers, budget, interrupts, kernel_processors):
            if hasattr(user, name):
                monkeypatch.setattr(user, name, SimpleNamespace(**kept))


def work(clock, seconds):
    started = clock()
    while clock() - started < seconds:
        pass


def test_limits_and_engines_work_without_posix(elsewhere):
    assert processors() == os.cpu_count()
    with open_engine(Cluster(workers=1), 3) as engine:
        assert type(engine).__name__ == "InProcess"
    with ctrl_c_held_back(), stop_requests() as asked:
        assert not asked.made


def test_time_is_limited_without_posix(elsewhere):
    started = time.monotonic()
    with pytest.raises(RunError, match="R318"), time_limit(0.05 / 60, "a full run", "go on"):
        work(time.monotonic, 20)
    assert time.monotonic() - started < 10
    with pytest.raises(RunError, match="R316"), processor_limit(0.01, "work"):
        work(time.process_time, 0.05)


def test_no_name_that_only_posix_has_is_used_directly():
    found = []
    for path in Path(attrax.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found += [f"{path}: {ast.unparse(node)}"] * (node.attr in POSIX_ONLY.get(node.value.id, ()))
            if isinstance(node, ast.Import):
                found += [f"{path}: {name.name}" for name in node.names if name.name in POSIX_MODULES]
    # Where they are behind a question whether they are there.
    allowed = {"signal.SIG_BLOCK", "signal.SIG_SETMASK", "signal.setitimer"}
    assert {line.partition(": ")[2] for line in found} <= allowed, found


def test_without_scikit_learn_one_line_says_what_to_install():
    used = {"sklearn": "attrax.Reconstructor", "rivals": "attrax.baselines.rivals.linear.fit_linear(None, seed=0)"}
    program = "import sys, importlib.util as u; f = u.find_spec; "
    program += "u.find_spec = lambda name, *a: None if name == 'sklearn' else f(name, *a); "
    program += "sys.modules['sklearn'] = None; import attrax, attrax.baselines.rivals.linear"
    for use in used.values():
        program += f"\ntry: {use}\nexcept attrax.ConfigError as e: print(e.code, e.fix)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == [f'C640 pip install "attrax[{extra}]"' for extra in used], ran.stderr[-2000:]
