import signal
import threading

import pytest

from attrax.runs.interrupts import stop_requests


@pytest.fixture
def silent():
    """SIGTERM and SIGUSR1 with handlers of ours, put back afterwards."""
    numbers = (signal.SIGTERM, signal.SIGUSR1)
    seen = []
    before = {number: signal.signal(number, lambda number, _: seen.append(number)) for number in numbers}
    yield seen
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_the_first_signal_is_a_request(silent, number):
    with stop_requests() as stop:
        assert not stop.made
        signal.raise_signal(number)
        assert stop.made
    assert silent == []


def test_the_second_interrupt_stops_at_once():
    with stop_requests() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.made
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_handlers_are_put_back(silent):
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
    before = [signal.getsignal(number) for number in numbers]
    with stop_requests():
        assert [signal.getsignal(number) for number in numbers] != before
        signal.raise_signal(signal.SIGINT)
    assert [signal.getsignal(number) for number in numbers] == before
    signal.raise_signal(signal.SIGTERM)
    assert silent == [signal.SIGTERM]


def test_outside_the_main_thread_nothing_is_requested():
    made = []

    def work():
        with stop_requests() as stop:
            made.append(stop.made)

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert made == [False]
    assert signal.getsignal(signal.SIGINT) == before
