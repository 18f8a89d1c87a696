"""The first Ctrl-C is asked about between two steps, the second one stops at once."""

import signal
import threading

import pytest

from minivgg.training.interrupt import deferred_stop_signals


@pytest.fixture
def ctrl_c():
    """Sends the signal, with Python's own handler before and after."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, earlier)


def test_the_first_only_asks_and_the_second_stops(ctrl_c):
    with deferred_stop_signals() as interrupt:
        assert not interrupt.requested
        ctrl_c()
        assert interrupt.requested
        with pytest.raises(KeyboardInterrupt):
            ctrl_c()


def test_afterwards_all_is_as_before(ctrl_c):
    with deferred_stop_signals() as interrupt:
        pass
    with pytest.raises(KeyboardInterrupt):
        ctrl_c()
    assert not interrupt.requested
    with pytest.raises(ZeroDivisionError), deferred_stop_signals():
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_another_thread_nothing_changes(ctrl_c):
    found = []

    def train():
        with deferred_stop_signals() as interrupt:
            found.append((signal.getsignal(signal.SIGINT), interrupt.requested))

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert found == [(signal.default_int_handler, False)]
