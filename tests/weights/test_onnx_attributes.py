"""The settings of ONNX nodes, and what they are where a node does not say them."""

import pytest

from minivgg.weights import onnx_attributes

onnx = pytest.importorskip("onnx")


def attributes(**settings):
    node = onnx.helper.make_node("Conv", ["x"], ["y"], **settings)
    return {each.name: each for each in node.attribute}


def test_a_number_and_numbers_have_defaults():
    found = attributes(group=4, strides=[2, 3])
    assert onnx_attributes.int_(found, "group", 1) == 4
    assert onnx_attributes.int_(found, "axis", 7) == 7
    assert onnx_attributes.ints(found, "strides", 1) == [2, 3]
    assert onnx_attributes.ints(found, "dilations", 7) == [7, 7]


@pytest.mark.parametrize(
    ("settings", "kernel", "keeps"),
    [
        ({"pads": [1, 1, 1, 1]}, [3, 3], True),
        ({"pads": [2, 1, 2, 1]}, [5, 3], True),
        ({"pads": [0, 0, 0, 0]}, [1, 1], True),
        ({"auto_pad": "SAME_UPPER"}, [3, 3], True),
        ({"auto_pad": "SAME_LOWER"}, [3, 3], True),
        ({}, [3, 3], False),
        ({"pads": [0, 0, 0, 0]}, [3, 3], False),
        ({"auto_pad": "VALID"}, [3, 3], False),
        ({"auto_pad": "VALID", "pads": [3, 3, 3, 3]}, [3, 3], False),  # which ignores them
        ({"auto_pad": "NOTSET", "pads": [3, 3, 3, 3]}, [3, 3], None),
        ({"pads": [1, 2, 1, 2]}, [5, 3], None),
        ({"pads": [1, 1, 0, 0]}, [3, 3], None),
        ({"pads": [1, 1, 1, 1]}, [5, 5], None),
        ({"pads": [1, 1, 1, 1]}, [4, 4], True),  # whose even size is refused elsewhere
    ],
)
def test_whether_a_convolution_keeps_the_size_of_the_map(settings, kernel, keeps):
    assert onnx_attributes.keeps_size(attributes(**settings), kernel) is keeps


POOL = {"kernel_shape": [2, 2], "strides": [2, 2]}


@pytest.mark.parametrize(
    ("settings", "halves"),
    [
        (POOL, True),
        (POOL | {"pads": [0, 0, 0, 0], "dilations": [1, 1], "ceil_mode": 1}, True),
        ({"kernel_shape": [2, 2]}, False),  # at stride 1
        ({"strides": [2, 2]}, False),
        (POOL | {"kernel_shape": [2, 3]}, False),
        (POOL | {"kernel_shape": [3, 2]}, False),
        (POOL | {"strides": [2, 1]}, False),
        (POOL | {"strides": [1, 2]}, False),
        (POOL | {"dilations": [1, 2]}, False),
        (POOL | {"pads": [0, 0, 0, 1]}, False),
    ],
)
def test_whether_a_max_pool_halves_the_sides(settings, halves):
    assert onnx_attributes.halves_size(attributes(**settings)) is halves


@pytest.mark.parametrize(
    ("settings", "up"),
    [
        ({}, False),
        ({"ceil_mode": 0}, False),
        ({"ceil_mode": 1}, True),
        ({"auto_pad": "SAME_UPPER"}, True),
        ({"auto_pad": "SAME_LOWER", "ceil_mode": 0}, True),
        ({"auto_pad": "VALID"}, False),
    ],
)
def test_whether_a_max_pool_rounds_up(settings, up):
    assert onnx_attributes.rounds_up(attributes(**settings)) is up


LRN = {"size": 5, "alpha": 5e-4, "beta": 0.75, "bias": 2.0}


@pytest.mark.parametrize(
    ("settings", "papers"),
    [
        (LRN, True),
        ({"size": 5, "alpha": 5e-4, "bias": 2.0}, True),  # ONNX's own beta
        (LRN | {"alpha": 5e-4 * (1 + 5e-5)}, True),  # float32
        ({"alpha": 5e-4, "beta": 0.75, "bias": 2.0}, False),
        ({"size": 5, "beta": 0.75, "bias": 2.0}, False),
        ({"size": 5, "alpha": 5e-4, "beta": 0.75}, False),
        (LRN | {"size": 3}, False),
        (LRN | {"alpha": 6e-4}, False),
        (LRN | {"alpha": 5e-4 * (1 + 1.6e-4)}, False),
        (LRN | {"beta": 0.5}, False),
        (LRN | {"bias": 1.0}, False),
    ],
)
def test_whether_a_local_response_normalisation_is_the_papers(settings, papers):
    assert onnx_attributes.is_the_papers_norm(attributes(**settings)) is papers
