"""Files of weights made by hand to do harm: each is refused at once, and takes little memory."""

import importlib.util
import os
import time

import pytest

from minivgg import weights
from reliability import hostile_weights, survival

MOST_SECONDS = 5  # of the processor; on a quiet machine each takes less than a third of one
MOST_BYTES = 200 << 20


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes and devices")
@pytest.mark.parametrize("name", hostile_weights.HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence(name, tmp_path):
    needed = hostile_weights.NEEDS.get(name.partition(":")[0])
    if needed and not importlib.util.find_spec(needed):
        pytest.skip(f"needs {needed}")
    path = hostile_weights.HOSTILE[name](tmp_path)
    took = []

    def read(_):
        started = time.process_time()
        try:
            weights.load(path)
        except OSError as error:
            sentence = str(error)
            assert str(path) in sentence
            assert "\n" not in sentence
            assert len(sentence) < 1500, f"{len(sentence)} characters"
            raise
        finally:
            took.append(time.process_time() - started)

    found = survival.survives(read, [b""], (OSError,), 60, MOST_BYTES)
    assert found.failures == [], str(found)
    assert found.refused["OSError"] == 1, "it was accepted"
    assert took[0] < MOST_SECONDS
