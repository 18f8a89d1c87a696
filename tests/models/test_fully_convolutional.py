"""As convolutions, fully connected layers give the net's logits at every window of an image."""

import numpy as np
import pytest

from minivgg import backend, layers, models


def without_padding(stride=2, dilation=1):
    """A net whose convolutions do not pad, for images of 12×10."""
    features = layers.Sequential(
        layers.Conv2d(3, 4, 3),
        layers.ReLU(),
        layers.MaxPool2d(stride),
        layers.Conv2d(4, 5, 2),
        layers.ReLU(),
        layers.Conv2d(5, 6, 2, dilation=dilation),
    )
    channels, height, width = features.output_shape((3, 12, 10))
    head = layers.Sequential(
        layers.Linear(channels * height * width, 8),
        layers.ReLU(),
        layers.Dropout(),
        layers.Linear(8, 7),
    )
    net = layers.Sequential({"features": features, "flatten": layers.Flatten(), "classifier": head})
    return net.to(dtype=np.float64).eval()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["A", "A-LRN", "C", "vgg13_bn"])
def test_on_the_size_it_was_made_for_it_is_the_net(rng, name):
    net = models.vgg(name, 7, (3, 64, 64), hidden=(16, 12)).to(dtype=np.float64).eval()
    x = rng.standard_normal((2, 3, 64, 64))
    found, expected = models.to_fully_convolutional(net)(x), net(x)
    assert found.shape == (2, 7, 1, 1)
    assert found[:, :, 0, 0] == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("dilation", [1, (3, 2)])
@pytest.mark.parametrize("size", [(12, 10), (13, 11), (20, 17), (16, 30)])
def test_without_padding_the_map_is_the_net_at_every_window(rng, size, dilation):
    """FC → convolution: position (i, j) has the plain net's logits for the window at (2i, 2j)."""
    net = without_padding(dilation=dilation)
    with net.writable():
        net["classifier"]["0"].bias.data[...] = rng.standard_normal(8)
    whole = models.to_fully_convolutional(net, (3, 12, 10))
    x = rng.standard_normal((2, 3, *size))
    found = whole(x)
    assert found.shape[2:] == ((size[0] - 12) // 2 + 1, (size[1] - 10) // 2 + 1)
    for i, j in np.ndindex(found.shape[2:]):
        window = x[:, :, 2 * i : 2 * i + 12, 2 * j : 2 * j + 10]
        assert found[:, :, i, j] == pytest.approx(net(window), rel=1e-9, abs=1e-12)


def test_with_padding_the_windows_differ_at_their_borders(rng):
    """A crop is padded with zeros where the whole image has pixels: its logits differ."""
    net = models.vgg([8, "M", 8, "M"], 5, (3, 16, 16), hidden=(8,)).to(dtype=np.float64).eval()
    x = rng.standard_normal((1, 3, 24, 24))
    found, crop = models.to_fully_convolutional(net)(x), x[:, :, 4:20, 4:20]
    assert found.shape == (1, 5, 3, 3)
    assert np.abs(found[:, :, 1, 1] - net(crop)).max() > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("q", "side"), [(224, 1), (256, 2), (288, 3), (352, 5), (384, 6), (416, 7), (512, 10)]
)
def test_the_map_of_vgg16_has_the_sides_of_the_paper(q, side):
    net = models.to_fully_convolutional(models.vgg16(classes=7, hidden=(4, 4), initializer="zeros"))
    assert net.output_shape((3, q, q)) == (7, side, side)


def test_weights_are_the_nets_own():
    net = models.vgg("A", 7, (3, 32, 32), hidden=(16,))
    whole = models.to_fully_convolutional(net)
    assert whole["features"] is net["features"]
    assert whole["classifier"]["0"].bias is net["classifier"]["0"].bias
    assert (
        whole["classifier"]["3"].weight.data[:, :, 0, 0] == net["classifier"]["3"].weight.data
    ).all()
    assert sum(p.data.size for p in whole.parameters().values()) == sum(
        p.data.size for p in net.parameters().values()
    )


def test_gradients_go_through_it(rng):
    """It is a net like any other, so it could be fine-tuned on whole images."""
    net = models.to_fully_convolutional(
        models.vgg([4, "M"], 3, (1, 4, 4), hidden=(5,), dropout=0.0).to(dtype=np.float64)
    )
    net.train()
    y = net(rng.standard_normal((2, 1, 8, 6)))
    net.zero_grad()
    assert net.backward(np.ones_like(y)).shape == (2, 1, 8, 6)
    assert all(np.abs(p.grad).max() > 0 for p in net.parameters().values())


def test_on_every_device(rng, device):
    net = models.vgg([4, "M"], 3, (1, 4, 4), hidden=(5,)).to("cpu")
    x = rng.standard_normal((2, 1, 8, 6)).astype(np.float32)
    expected = models.to_fully_convolutional(net).eval()(x)
    found = models.to_fully_convolutional(net.to(device)).eval()(backend.to_device(x, device))
    assert backend.to_numpy(found) == pytest.approx(expected, abs=1e-5)


def test_the_mode_is_the_nets_and_only_biases_are_parameters_of_it():
    net = models.vgg([4, "M"], 3, (1, 4, 4), hidden=(5,))
    for training in (True, False):
        whole = models.to_fully_convolutional(net.train(training))
        assert whole.training is training
        assert [layer.training for layer in whole["classifier"]] == [training] * 4
    bare = layers.Sequential({
        "features": net["features"], "flatten": layers.Flatten(),
        "classifier": layers.Sequential(layers.Linear(16, 3, bias=False)),
    })  # fmt: skip
    assert models.to_fully_convolutional(bare)["classifier"]["0"].bias is None


@pytest.mark.parametrize("parts", [("flatten",), ("classifier",), ("flatten", "features")])
def test_every_part_of_a_net_is_needed(parts):
    net = models.vgg([4, "M"], 3, (1, 4, 4), hidden=(5,))
    some = layers.Sequential({name: net[name] for name in parts})
    with pytest.raises(ValueError, match="expects a net of models"):
        models.to_fully_convolutional(some)


def test_what_cannot_be_turned_is_refused():
    with pytest.raises(ValueError, match=r"expects a net of models\.vgg"):
        models.to_fully_convolutional(layers.Sequential(layers.Linear(3, 4)))
    net = models.vgg([4, "M"], 3, (1, 8, 4), hidden=())
    with pytest.raises(
        ValueError, match=r"takes 32 features, which is not a map of 4×2×2: give the input_shape"
    ):
        models.to_fully_convolutional(net)
    assert models.to_fully_convolutional(net, (1, 8, 4)).output_shape((1, 8, 4)) == (3, 1, 1)
