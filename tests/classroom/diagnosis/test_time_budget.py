"""The time of a diagnosis: until when there is some, and for whom."""

import pytest

from minivgg.classroom.diagnosis import time_budget as module
from minivgg.classroom.diagnosis.time_budget import SECONDS, OutOfTime, check_time, time_budget


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    now = [100.0]
    monkeypatch.setattr(module.time, "thread_time", lambda: now[0])
    return now


def is_over():
    try:
        check_time()
    except OutOfTime:
        return True
    return False


def test_there_is_time_up_to_the_end_and_without_a_limit_always(clock):
    with time_budget(3.0):
        assert not is_over()
        clock[0] = 103.0
        assert not is_over()
        clock[0] = 103.1
        assert is_over()
    assert not is_over()


def test_a_diagnosis_has_so_many_seconds_unless_it_is_told_otherwise(clock):
    with time_budget():
        clock[0] = 100.0 + SECONDS
        assert not is_over()
        clock[0] += 0.1
        assert is_over()


def test_the_outer_limit_counts_again_after_an_inner_one_even_if_that_was_exceeded(clock):
    with time_budget(10.0):
        with pytest.raises(OutOfTime), time_budget(1.0):
            raise OutOfTime
        clock[0] = 102.0
        assert not is_over()
        clock[0] = 111.0
        assert is_over()
