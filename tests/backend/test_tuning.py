"""Tuning: other values hold inside the block, for operations of that thread and of its helpers."""

import dataclasses
import threading

import numpy as np
import pytest

from minivgg.backend import thread_pool, tuning


def test_other_values_hold_inside_the_block_only():
    before = tuning.get_tuning()
    with tuning.tuned(block_bytes=7) as changed:
        assert tuning.get_tuning() is changed
        assert changed == dataclasses.replace(before, block_bytes=7)
        with tuning.tuned(max_few_channels=0):
            assert tuning.get_tuning().block_bytes == 7
        assert tuning.get_tuning() is changed
    assert tuning.get_tuning() is before


def test_an_error_inside_the_block_ends_it_as_well():
    with pytest.raises(ZeroDivisionError), tuning.tuned(block_bytes=7):
        _ = 1 / 0
    assert tuning.get_tuning() == tuning.DEFAULT


def test_another_thread_is_not_affected_and_a_helper_of_this_one_is():
    found = {}
    with tuning.tuned(block_bytes=7):
        other = threading.Thread(target=lambda: found.setdefault("other", tuning.get_tuning()))
        other.start()
        other.join()
        before = thread_pool.get_num_threads()
        thread_pool.set_num_threads(2)
        try:
            both = threading.Barrier(2, timeout=20)

            def block(i):
                both.wait()
                found[i] = tuning.get_tuning().block_bytes

            thread_pool.for_each(block, range(2))
        finally:
            thread_pool.set_num_threads(before)
    assert found == {"other": tuning.DEFAULT, 0: 7, 1: 7}


def test_a_field_that_does_not_exist_is_refused():
    with pytest.raises(TypeError, match="block_byte"), tuning.tuned(block_byte=7):
        pytest.fail("the block must not begin")


def test_the_default_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        tuning.DEFAULT.block_bytes = np.int64(7)
