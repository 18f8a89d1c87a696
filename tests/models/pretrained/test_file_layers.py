"""The layers of a file in order, in words, and by the names of PyTorch's libraries."""

import numpy as np
import pytest

from minivgg.models.pretrained.file_layers import FileLayer, FileLayers, fits, in_order, shape_text


def dense(*sizes):
    return [FileLayer(f"{i}→{o}", "", {}, i, o) for i, o in sizes]


def test_a_head_in_words():
    for layers, text in (
        ([(25088, 512), (512, 10)], "2 layers, 25088→512→10"),
        ([(8, 4)], "1 layer, 8→4"),
        ([], "0 layers, "),
    ):
        assert FileLayers("timm", [], [], dense(*layers), []).head_text() == text


def test_layers_are_ordered_by_their_sizes_unless_they_fit_already():
    assert in_order(dense((2, 3), (4, 2))) == dense((4, 2), (2, 3))
    assert in_order(dense((2, 2), (2, 2))) == dense((2, 2), (2, 2))
    assert in_order(dense((2, 3), (4, 5))) == dense((2, 3), (4, 5))
    six = [(i, i - 1) for i in range(6, 0, -1)]
    assert in_order(dense(*reversed(six))) == dense(*six)
    seven = [(i, i - 1) for i in range(1, 8)]
    assert in_order(dense(*seven)) == dense(*seven)  # too many to try


def test_whether_layers_fit():
    assert fits([])
    assert fits(dense((2, 3)))
    assert fits(dense((2, 3), (3, 4), (4, 5)))
    assert not fits(dense((2, 3), (3, 4), (5, 5)))


@pytest.mark.parametrize(
    ("shape", "text"), [((64, 3, 3, 3), "64×3×3×3"), ((5,), "5"), ((), "a single number")]
)
def test_a_shape_in_words(shape, text):
    assert shape_text(np.zeros(shape)) == text
