"""Arguments of layers: whole numbers of at least 1, and how they are printed."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.layers.arguments import pair_repr, positive_integers, window_repr


def test_whole_numbers_are_returned_in_their_order():
    found = positive_integers("Layer", b=np.int16(3), a=1, c=2)
    assert found == [3, 1, 2]
    assert {type(number) for number in found} == {int}
    assert positive_integers("Layer") == []


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (0, ValueError, "Layer: b must be at least 1, got 0"),
        (-3, ValueError, "Layer: b must be at least 1, got -3"),
        (2.0, TypeError, r"Layer: b must be an integer, got 2\.0"),
        ("2", TypeError, "Layer: b must be an integer, got '2'"),
        (True, TypeError, "Layer: b must be an integer, got True"),
        (None, TypeError, "Layer: b must be an integer, got None"),
    ],
)
def test_the_number_that_is_none_is_named(value, error, words):
    with pytest.raises(error, match=f"^{words}$"):
        positive_integers("Layer", a=1, b=value, c=0)


def test_a_pair_of_equal_numbers_is_one():
    assert (pair_repr((3, 3)), pair_repr((3, 5)), pair_repr((5, 3))) == ("3", "(3, 5)", "(5, 3)")


@pytest.mark.parametrize(
    ("stride", "padding", "text"),
    [
        ((1, 1), (0, 0), ""), ((2, 2), (0, 0), ", stride=2"), ((1, 2), (0, 0), ", stride=(1, 2)"),
        ((1, 1), (1, 1), ", padding=1"), ((1, 1), (0, 1), ", padding=(0, 1)"),
        ((2, 2), (1, 0), ", stride=2, padding=(1, 0)"), ((1, 1), "same", ", padding='same'"),
        ((2, 1), "same", ", stride=(2, 1), padding='same'"),
    ],
)  # fmt: skip
def test_only_what_is_not_the_default_is_printed(stride, padding, text):
    layer = SimpleNamespace(stride=stride, padding=padding)
    assert window_repr(layer, default_stride=(1, 1)) == text
