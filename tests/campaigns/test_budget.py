import signal
import time

import pytest

from attrax.campaigns import Budget
from attrax.campaigns.budget import processor_limit
from attrax.core.errors import ConfigError, RunError


def test_what_a_budget_does_not_have_is_told():
    with pytest.raises(ConfigError, match=r"C557[\s\S]*rows"):
        _ = Budget("smoke", {"rows": 3})["steps"]


def work(seconds):
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        pass


def test_work_that_takes_too_long_is_stopped():
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(RunError, match=r"R316[\s\S]*0\.05 s of processor time"), processor_limit(0.05, "work"):
        work(60)
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_waiting_costs_nothing():
    with processor_limit(0.05, "sleep"):
        time.sleep(0.2)
