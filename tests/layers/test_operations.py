"""What single layers promise beyond the rules of every layer."""

import numpy as np
import pytest

from minivgg import backend, layers


def test_dropout_changes_nothing_while_testing():
    x = np.ones((4, 4), np.float32)
    assert layers.Dropout(0.9).eval()(x) is x


def test_training_changes_something_where_numbers_are_random_or_learned():
    """Fixed layers at the beginning of a net stay in eval mode, in which dropout is off."""
    assert layers.ReLU().is_fixed()
    assert layers.Linear(3, 2).freeze().is_fixed()
    for net in (layers.Dropout(0.5), layers.Linear(3, 2)):
        assert not layers.Sequential(layers.ReLU(), net).is_fixed()


@pytest.mark.parametrize("layer", [layers.Conv2d(2, 3, 1), layers.Linear(2, 3)])
def test_a_bias_that_is_not_frozen_learns_beside_frozen_weights(rng, layer):
    x = rng.standard_normal((2, 2, 1, 1) if isinstance(layer, layers.Conv2d) else (2, 2))
    layer.to(dtype=np.float64).weight.frozen = True
    dy = layer(x)
    dx = layer.backward(dy)
    assert not layer.weight.has_grad
    assert layer.bias.grad == pytest.approx(dy.reshape(2, 3).sum(axis=0))
    layer.freeze().zero_grad()
    layer(x)
    assert np.array_equal(layer.backward(dy), dx)
    assert not layer.bias.has_grad


def test_batch_norm_follows_the_statistics_as_pytorch_does(rng):
    layer = layers.BatchNorm2d(2, momentum=0.3)
    x = rng.standard_normal((3, 2, 4, 5)).astype(np.float32) * 2 + 5
    layer(x)
    assert layer.running_mean == pytest.approx(0.3 * x.mean(axis=(0, 2, 3)), rel=1e-5)
    assert layer.running_var == pytest.approx(0.7 + 0.3 * x.var(axis=(0, 2, 3), ddof=1), rel=1e-5)
    assert layer.num_batches_tracked == 1
    y = layer.eval()(x)
    expected = (x - layer.running_mean[:, None, None]) / np.sqrt(
        layer.running_var[:, None, None] + 1e-5
    )
    assert y == pytest.approx(expected, abs=1e-5)


def test_batch_norm_without_momentum_averages_all_batches(rng):
    layer = layers.BatchNorm2d(1, momentum=None)
    batches = [rng.standard_normal((4, 1, 3, 3)).astype(np.float32) for _ in range(3)]
    for x in batches:
        layer(x)
    assert layer.running_mean[0] == pytest.approx(np.mean([x.mean() for x in batches]), abs=1e-6)


def test_flatten_is_channel_by_channel_whatever_the_memory(rng):
    x = rng.standard_normal((2, 3, 4, 5))
    last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    assert (layers.Flatten()(last) == x.reshape(2, 60)).all()


def test_weights_depend_on_the_seed_alone():
    backend.seed(4)
    first = layers.Conv2d(3, 4, 3).weight.data
    backend.seed(4)
    assert (layers.Conv2d(3, 4, 3).weight.data == first).all()
    assert (layers.Conv2d(3, 4, 3).weight.data != first).any()


def test_multiply_adds_are_counted_by_the_definition():
    """3×3 window · 4 channels a group · 8 filters · 5×5 output pixels."""
    assert (
        layers.Conv2d(8, 8, 3, stride=2, padding=1, groups=2).macs((8, 10, 9)) == 9 * 4 * 8 * 5 * 5
    )
    assert layers.Linear(7, 5).macs((7,)) == 35


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (
            lambda: layers.Conv2d(3, 4, 3, groups=2),
            ValueError,
            "cannot both be split into 2 groups",
        ),
        (lambda: layers.Conv2d(3, 4, 3, dilation=0), ValueError, "dilation must be at least 1"),
        (
            lambda: layers.Conv2d(3, 4, 3, padding="full"),
            ValueError,
            "Conv2d: padding must be a nu",
        ),
        (
            lambda: layers.Conv2d(3, 4, 3, stride=2, padding="same"),
            ValueError,
            r"Conv2d: padding 'same' is for stride 1, but the stride is \(2, 2\)",
        ),
        (lambda: layers.Conv2d(3, 4, 0), ValueError, "kernel_size must be at least 1"),
        (
            lambda: layers.Conv2d(3, 4, (3, 3, 3)),
            TypeError,
            "kernel_size must be an integer or a pair",
        ),
        (lambda: layers.MaxPool2d(2, stride=0), ValueError, "MaxPool2d: stride must be at least 1"),
        (lambda: layers.Conv2d(0, 4, 3), ValueError, "in_channels must be at least 1, got 0"),
        (lambda: layers.Conv2d(3, 4, 3, groups=1.0), TypeError, "groups must be an integer"),
        (
            lambda: layers.Conv2d(3, 4, 3, stride=np.array([2, 1])),
            TypeError,
            "stride must be an integer or a pair",
        ),
        (lambda: layers.Linear(3, 0), ValueError, "out_features must be at least 1"),
        (lambda: layers.LocalResponseNorm(0), ValueError, "size must be at least 1"),
        (lambda: layers.MaxPool2d(2, padding=2), ValueError, "must be smaller than the kernel"),
        (
            lambda: layers.Linear(3, 4).to(dtype=np.float16),
            TypeError,
            "float32 or float64, not float16",
        ),
        (lambda: layers.Dropout(-0.1), ValueError, "between 0 and 1"),
        (lambda: layers.Linear(3, 4, initializer="glorrot"), ValueError, "did you mean 'glorot'"),
    ],
)
def test_wrong_settings_are_refused_when_the_layer_is_made(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_gradient_takes_memory_only_when_there_is_one():
    p = layers.Linear(3, 2).weight
    assert p._grad is None
    assert p.grad.shape == (2, 3)


def test_a_convolution_says_how_its_windows_lie(rng):
    """In its repr, its shapes and its padding at both ends, and it keeps its weights' names."""
    conv = layers.Conv2d(3, 4, (2, 3), padding="same", dilation=(3, 2))
    assert repr(conv) == "Conv2d(3, 4, (2, 3), padding='same', dilation=(3, 2))"
    assert conv.border() == ((1, 2), (2, 2))
    assert conv.output_shape((3, 5, 4)) == (4, 5, 4)
    x = rng.standard_normal((1, 3, 5, 4), np.float32)
    other = layers.Conv2d(3, 4, (2, 3), padding="same", dilation=(3, 2))
    other.load_state_dict(conv.state_dict())
    assert (other(x) == conv(x)).all()
    plain = layers.Conv2d(3, 4, 3, padding=(1, 2))
    assert repr(plain) == "Conv2d(3, 4, 3, padding=(1, 2))"
    assert plain.border() == ((1, 2), (1, 2))
    assert layers.Conv2d(3, 4, 3, dilation=2).output_shape((3, 8, 7)) == (4, 4, 3)


def test_the_buffers_of_batch_norm_have_the_dtypes_of_pytorch(rng):
    """Also after a step and after a change of dtype."""
    layer = layers.BatchNorm2d(3)
    layer(rng.standard_normal((2, 3, 4, 4), np.float32))
    assert {name: str(a.dtype) for name, a in layer.state_dict().items()} == {
        "weight": "float32", "bias": "float32", "running_mean": "float32",
        "running_var": "float32", "num_batches_tracked": "int64",
    }  # fmt: skip
    layer.to(dtype="float64")
    assert layer.state_dict()["num_batches_tracked"].dtype == np.int64


def test_a_shortcut_refuses_images_with_other_channels():
    with pytest.raises(ValueError, match=r"SubsamplePad: the input has 3 channels .* but 4 are"):
        layers.SubsamplePad(4, 6)(np.ones((1, 3, 4, 4), np.float32))


def test_a_shortcut_may_keep_the_number_of_channels():
    x = np.arange(24, dtype=np.float32).reshape(1, 2, 3, 4)
    assert (layers.SubsamplePad(2, 2)(x) == x[:, :, ::2, ::2]).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((4, 6, 0), "stride must be at least 1"),
        ((4, 3), "channels can be added, not removed: 4 to 3"),
        ((0, 3), "in_channels"),
    ],
)
def test_a_shortcut_that_cannot_be_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        layers.SubsamplePad(*arguments)
