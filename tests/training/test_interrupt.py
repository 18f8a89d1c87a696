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


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_what_is_ignored_stays_so_but_for_ctrl_c():
    """A shell lets programs in the background ignore Ctrl-C, and yet it may be sent to them."""
    numbers = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with deferred_stop_signals() as interrupt:
            signal.raise_signal(signal.SIGHUP)
            assert not interrupt.requested
            signal.raise_signal(signal.SIGTERM)
            assert (interrupt.requested, interrupt.number) == (True, signal.SIGTERM)
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        with deferred_stop_signals() as interrupt:
            signal.raise_signal(signal.SIGINT)
            assert (interrupt.requested, interrupt.number) == (True, signal.SIGINT)
        assert [signal.getsignal(number) for number in numbers] == [
            signal.SIG_IGN, signal.SIG_IGN, signal.SIG_DFL,
        ]  # fmt: skip
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_the_exception_names_the_signal_and_where_it_came():
    with deferred_stop_signals() as interrupt:
        interrupt.number = signal.SIGTERM
        stop = interrupt.exception("in epoch 3")
        assert (str(stop), stop.exit_status) == ("stopped by SIGTERM in epoch 3", 143)
        interrupt.number = signal.SIGINT
        stop = interrupt.exception("in epoch 3")
        assert (type(stop), str(stop)) == (KeyboardInterrupt, "interrupted in epoch 3")
