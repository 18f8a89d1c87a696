"""Nets as documents: what the page computes is what the net computes in eval mode."""

import numpy as np
import pytest
from support.explorer_cases import numbers_of, odd_net, run_forward

from minivgg import data, models
from minivgg.explorer.document import UNIT, net_document, plain_layers, require_size
from minivgg.explorer.sources import DIGITS_FOLDER
from minivgg.layers import BatchNorm2d, Conv2d, MaxPool2d, ReLU, Sequential
from minivgg.models.net import Net
from minivgg.training.run import Run


def small_net(*layers):
    """A net of some layers for pictures of 3×8×8."""
    return Net({"features": Sequential(*layers)}, (3, 8, 8)).eval()


def test_the_document_computes_what_the_net_computes_but_for_the_rounding(rng):
    net = odd_net(rng)
    images = rng.normal(size=(2, 3, 40, 29)).astype(np.float32)
    expected = net(images)
    found = run_forward(net_document(net, "odd", "odd"), images)
    np.testing.assert_allclose(found, expected, atol=2e-3 * np.abs(expected).max())


def test_a_batch_norm_is_folded_in_double_precision(rng):
    conv, norm = Conv2d(3, 4, 3), BatchNorm2d(4)
    for array in (norm.weight.array, norm.bias.array, norm.running_mean, norm.running_var):
        array[...] = rng.uniform(0.5, 2, 4)
    (layer,) = plain_layers(small_net(conv, norm))
    weight, variance = conv.weight.array.astype(float), norm.running_var.astype(float)
    factor = norm.weight.array / np.sqrt(variance + norm.eps)
    np.testing.assert_array_equal(
        layer.weight, (weight * factor[:, None, None, None]).astype(np.float16)
    )
    bias = (conv.bias.array - norm.running_mean.astype(float)) * factor + norm.bias.array
    np.testing.assert_array_equal(layer.bias, bias.astype(np.float16))


def test_rounding_changes_no_answer_of_the_digits_net():
    run = Run.open(DIGITS_FOLDER)
    test = data.load("digits", "test")
    images = run.normalize(test.images)
    document = net_document(run.net(), "digits", "digits", run.config["classes"])
    answers = run_forward(document, images).argmax(1)
    np.testing.assert_array_equal(answers, run.net()(images).argmax(1))
    assert (answers == test.labels).sum() == 355  # as its model card says


def test_the_digits_net_has_the_promised_size():
    assert (DIGITS_FOLDER / "weights.safetensors").stat().st_size < 50_000
    card = (DIGITS_FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "355 of the 359 test images" in card
    assert "minivgg train --data digits --net 16,16,M,32,32,M" in card


def test_layers_dropout_and_flatten_have_names_and_no_row():
    names = [layer["name"] for layer in net_document(Run.open("cifar10").net(), "", "")["layers"]]
    assert names[:4] == ["conv1_1", "relu1_1", "conv1_2", "relu1_2"]
    assert names[-5:] == ["relu4_2", "pool4", "fc5", "relu5", "fc6"]


def test_the_preprocessing_is_that_of_the_net():
    document = net_document(models.packaged_net("vgg16-pool3"), "", "")
    mean, std = (np.array(document["preprocess"][name]) for name in ("mean", "std"))
    np.testing.assert_allclose(mean * UNIT, (123.68, 116.779, 103.939))
    np.testing.assert_allclose(std * UNIT, 1)


def test_the_first_layers_are_taken_with_what_follows_them():
    net = models.packaged_net("vgg16-pool3")
    whole = net_document(net, "", "")["layers"]
    part = net_document(net, "", "", layers=2)["layers"]
    assert [layer["name"] for layer in part] == [
        "conv1_1",
        "relu1_1",
        "conv1_2",
        "relu1_2",
        "pool1",
    ]
    assert part == whole[:5]
    assert net_document(net, "", "", layers=7)["layers"] == whole


def test_a_part_of_a_net_names_no_classes():
    run = Run.open("cifar10")
    names = run.config["classes"]
    assert net_document(run.net(), "", "", names)["classes"] == names
    assert net_document(run.net(), "", "", names, layers=9)["classes"] is None
    assert net_document(run.net(), "", "", names, layers=10)["classes"] == names


@pytest.mark.parametrize("count", [0, -1, 3])
def test_more_layers_than_there_are_are_refused(count):
    net = small_net(Conv2d(3, 4, 3), ReLU(), Conv2d(4, 4, 3))
    with pytest.raises(ValueError, match=f"--layers must be from 1 to 2 for this net, got {count}"):
        net_document(net, "", "", layers=count)


def test_a_net_that_is_too_large_is_refused_before_its_weights_are_converted():
    net = models.vgg("D", 1000, initializer="zeros")
    with pytest.raises(ValueError, match=r"would have 369\.0 MB, .*--layers N"):
        net_document(net, "", "")
    assert net_document(net, "", "", layers=1)["layers"][0]["name"] == "conv1_1"


def test_a_page_of_exactly_the_largest_size_is_allowed():
    require_size(8_000_000, "it")
    with pytest.raises(ValueError, match=r"^it would have 8\.0 MB, and at most 8 MB are allowed: "):
        require_size(8_000_001, "it")


def test_a_net_without_preprocessing_takes_pixels_from_0_to_1():
    document = net_document(small_net(Conv2d(3, 4, 3)), "a", "A")
    assert document["preprocess"] == {"mean": [0.0] * 3, "std": [1.0] * 3, "unit": 255}
    assert document["classes"] is None
    assert document["input"] == {"channels": 3, "height": 8, "width": 8}


def test_the_largest_number_of_float16_fits():
    conv = Conv2d(3, 4, 3)
    conv.weight.array[0, 0, 0, 0] = -65504
    (layer,) = plain_layers(small_net(conv))
    assert layer.weight[0, 0, 0, 0] == -65504
    assert layer.weight.dtype.str == "<f2"


def test_a_convolution_without_bias_gets_one_of_zeros():
    (layer,) = plain_layers(small_net(Conv2d(3, 4, 3, bias=False)))
    assert layer.bias.tolist() == [0, 0, 0, 0]
    assert "bias" not in layer.about


@pytest.mark.parametrize("value", [7e4, -7e4, np.nan, np.inf])
def test_weights_that_do_not_fit_into_float16_are_refused(value):
    conv = Conv2d(3, 4, 3)
    conv.weight.array[0, 0, 0, 0] = value
    with pytest.raises(ValueError, match="the weights of conv1_1 are not numbers that fit"):
        net_document(small_net(conv), "", "")


def test_small_weights_keep_their_sign_and_size():
    conv = Conv2d(3, 4, 3)
    conv.weight.array[...] = 1e-6
    document = net_document(small_net(conv), "", "")
    np.testing.assert_allclose(numbers_of(document["layers"][0]["weight"]), 1e-6, rtol=0.05)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Conv2d(3, 4, (3, 5)), "square windows"),
        (Conv2d(3, 4, 3, dilation=2), "square windows without dilation"),
        (MaxPool2d(2, ceil_mode=True), "square windows"),
        (BatchNorm2d(3), "batch norm after a convolution only"),
    ],
)
def test_layers_that_the_page_does_not_know_are_refused(layer, message):
    with pytest.raises(ValueError, match=message):
        net_document(small_net(layer), "", "")


def test_a_batch_norm_that_is_not_next_to_its_convolution_is_refused():
    with pytest.raises(ValueError, match="after a convolution only, not bn1_1"):
        plain_layers(small_net(Conv2d(3, 4, 3), ReLU(), BatchNorm2d(4)))


def test_a_net_of_another_kind_is_refused():
    net = models.cifar_net(20)
    with pytest.raises(ValueError, match="the explorer does not know the layer"):
        net_document(net, "", "")
