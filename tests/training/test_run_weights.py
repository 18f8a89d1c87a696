"""Which weights of a run are the newest, and which are taken if those are damaged."""

import numpy as np
import pytest
from support.checkpoint_states import saved

from minivgg.training import checkpoint, run_weights
from minivgg.utils.notices import Notice


def test_the_newest_weights_are_those_of_the_latest_epoch(tmp_path):
    """A finished training comes after its own checkpoint, and before one of a later epoch."""
    finished = tmp_path / run_weights.WEIGHTS
    three, four = saved(tmp_path, 3), saved(tmp_path, 4)
    for about, order in (
        ({"epoch": "3"}, [four, None, three]), ({"epoch": "4"}, [None, four, three]),
        ({}, [four, three, None]), ({"epoch": "x"}, [four, three, None]),
        ({"epoch": "-1"}, [four, three, None]), ({"epoch": "9" * 12}, [four, three, None]),
        ({"epoch": "9" * 11}, [None, four, three]),
    ):  # fmt: skip
        checkpoint.weights.save(finished, {"w": np.ones(2, np.float32)}, about)
        expected = [finished if path is None else path / "model.safetensors" for path in order]
        assert run_weights.files_of_weights(tmp_path) == expected
    finished.write_bytes(b"damaged")
    assert run_weights.files_of_weights(tmp_path)[-1] == finished


def test_damaged_weights_are_passed_over_with_a_notice(tmp_path):
    paths = [saved(tmp_path, epoch) / "model.safetensors" for epoch in (1, 2, 3)][::-1]
    assert run_weights.read_newest(paths)[0] == paths[0]
    for path in paths[:2]:
        path.write_bytes(b"damaged")
    with pytest.warns(Notice, match=rf"0003.*; the weights in {paths[2]} are used instead"):
        found, arrays = run_weights.read_newest(paths)
    assert (found, arrays["w"].tolist()) == (paths[2], [1, 1])
    paths[2].write_bytes(b"damaged")
    with pytest.raises(OSError, match="0003"):
        run_weights.read_newest(paths)
