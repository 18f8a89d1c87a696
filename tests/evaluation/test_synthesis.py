"""Pictures by gradient descent: gradients are slopes, and what is asked for comes nearer."""

import sys

import numpy as np
import pytest
from support.compare import error

from minivgg import backend, data, models
from minivgg.analysis.feature_losses import gram_matrix
from minivgg.evaluation import synthesis
from minivgg.evaluation.picture_loss import (
    PictureLoss,
    content_target,
    network_input,
    style_targets,
)


def small_net(dtype=np.float32, channels=3):
    """Two blocks with batch norm, drawn at random, whose preprocessing differs by channel."""
    with backend.fixed_seed(0):
        net = models.vgg([8, "M", 12, 12, "M"], 3, (channels, 16, 16), batch_norm=True, hidden=())
    net.preprocessing = data.Normalize((0.5, 0.4, 0.3)[:channels], (0.2, 0.3, 0.4)[:channels])
    return net.to(dtype=dtype).eval()


@pytest.fixture
def net():
    return small_net()


def stripes(height=24, width=20):
    """An image with something to see: slanted stripes of three colours."""
    i, j = np.mgrid[:height, :width]
    return np.stack([128 + 100 * np.sin(0.8 * i + k * j) for k in (0.3, 0.5, 0.9)]).astype(np.uint8)


def as_picture(image, dtype=np.float32):
    return image[None].astype(dtype) / dtype(255)


def test_the_gradient_of_all_losses_together_is_their_slope(rng):
    net = small_net(np.float64)
    content, style, picture = rng.uniform(0, 1, (3, 1, 3, 12, 10))
    targets = [
        content_target(net, content, "conv2_2", 0.7),
        *style_targets(net, style, ["conv1_1", "conv2_2"], 3.0),
    ]
    loss = PictureLoss(net, targets, smoothness=0.5)
    _, gradient = loss(picture)
    for _ in range(5):
        d, h = rng.standard_normal(picture.shape), 1e-6
        slope = (loss(picture + h * d)[0] - loss(picture - h * d)[0]) / (2 * h)
        assert (gradient * d).sum() == pytest.approx(slope, rel=1e-6)


def test_losses_are_relative_to_what_is_wanted(net):
    picture = as_picture(stripes())
    maps = models.truncate(net, "conv2_1")(network_input(net, picture))
    assert models.output_path(net, "conv2_1") == "features.6"  # its ReLU
    (content, *style) = [
        content_target(net, picture, "conv2_1", 2.0),
        *style_targets(net, picture, ["conv1_1", "conv2_1"], 4.0),
    ]
    assert np.array_equal(content.wanted, maps)
    assert np.array_equal(style[1].wanted, gram_matrix(maps)[0])
    assert PictureLoss(net, [content])(picture)[0] == 0
    zero = content.loss(0 * maps, content.wanted)[0]
    assert content.weight * zero == pytest.approx(2.0, rel=1e-5)
    zero = style[1].loss(0 * maps, style[1].wanted)[0]
    assert style[1].weight * zero == pytest.approx(2.0, rel=1e-5)  # half of 4, for two layers


def test_an_image_without_activity_is_a_target_too(net):
    with net.writable():
        for p in net.parameters().values():
            p.array[...] = 0
    picture = as_picture(stripes())
    targets = [content_target(net, picture, "conv1_1"), *style_targets(net, picture, ["conv1_1"])]
    loss, gradient = PictureLoss(net, targets)(picture)
    assert loss == 0
    assert not gradient.any()


@pytest.mark.parametrize("optimizer", synthesis.OPTIMIZERS)
@pytest.mark.parametrize("kind", ["style", "texture", "inversion"])
def test_the_loss_falls_and_the_picture_stays_between_black_and_white(net, kind, optimizer):
    if optimizer == "lbfgs":
        pytest.importorskip("scipy")
    image, seen = stripes(), []
    problem = {
        "style": lambda: synthesis.style_transfer(net, image, image[:, ::-1, ::-1].copy()),
        "texture": lambda: synthesis.texture(net, image),
        "inversion": lambda: synthesis.inversion(net, image, "conv2_1"),
    }[kind]()

    def on_step(step, loss, picture):
        assert picture.shape == (1, 3, 24, 20)
        assert picture.dtype == np.float32
        assert 0 <= picture.min() <= picture.max() <= 1
        seen.append((step, loss))

    start = problem.start.copy()
    picture = synthesis.solve(problem, 30, optimizer, on_step)
    assert picture.shape == (3, 24, 20)
    assert picture.dtype == np.uint8
    assert [step for step, _ in seen] == list(range(1, len(seen) + 1))
    assert len(seen) == 30 or optimizer == "lbfgs"
    assert seen[-1][1] < 0.6 * problem.loss(start)[0]
    assert np.array_equal(problem.start, start)


def test_what_is_inverted_comes_near_to_the_image(net):
    """conv1_1 has 8 maps for 3 channels: the image can be found again."""
    image = stripes()
    found = synthesis.solve(synthesis.inversion(net, image, "conv1_1", smoothness=0), 150)
    before = abs(127.5 - image).mean()
    assert abs(found.astype(float) - image).mean() < 0.2 * before


def test_the_seed_decides(net):
    problems = [synthesis.texture(net, stripes(), seed=seed) for seed in (1, 1, 2)]
    pictures = [synthesis.solve(problem, 3) for problem in problems]
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


def test_the_size_is_that_of_the_smaller_side(net):
    assert synthesis.texture(net, stripes(), size=10).start.shape == (1, 3, 12, 10)
    problem = synthesis.style_transfer(net, stripes(), stripes(16, 40), size=8)
    assert problem.start.shape == (1, 3, 9, 8)


@pytest.mark.parametrize("optimizer", synthesis.OPTIMIZERS)
def test_a_picture_is_made_on_the_device_of_the_net(net, device, optimizer):
    if optimizer == "lbfgs":
        pytest.importorskip("scipy")
    image, losses = stripes(), []
    net.to(device)
    problem = synthesis.style_transfer(net, image, image[:, ::-1].copy(), size=12)
    assert backend.device_of(problem.start) == device
    picture = synthesis.solve(problem, 4, optimizer, lambda _, loss, __: losses.append(loss))
    assert isinstance(picture, np.ndarray)
    assert losses[-1] < losses[0]


def test_grey_nets_make_grey_pictures():
    net, image = small_net(channels=1), stripes()[0]
    assert synthesis.solve(synthesis.inversion(net, image, "pool1"), 2).shape == (1, 24, 20)


def test_the_layers_are_those_of_gatys_where_a_net_has_them():
    whole = models.vgg16(include_top=False, initializer="zeros")
    assert synthesis.default_style_layers(whole) == [f"conv{k}_1" for k in range(1, 6)]
    assert synthesis.default_content_layer(whole) == "conv4_2"
    part = models.packaged_net("vgg16-pool3")
    assert synthesis.default_style_layers(part) == ["conv1_1", "conv2_1", "conv3_1"]
    assert synthesis.default_content_layer(part) == "conv3_3"


def test_the_net_is_not_changed(net):
    before = net.state_dict()
    synthesis.solve(synthesis.inversion(net, stripes(), "pool2"), 2)
    assert all(np.array_equal(a, before[name]) for name, a in net.state_dict().items())
    assert not any(p.has_grad for p in net.parameters().values())
    assert not net.training


def test_an_error_in_on_step_ends_it(net):
    def stop(step, loss, picture):
        raise KeyboardInterrupt(f"at {step}")

    with pytest.raises(KeyboardInterrupt, match="at 1"):
        synthesis.solve(synthesis.inversion(net, stripes(), "pool1"), 5, on_step=stop)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda net: synthesis.inversion(net, stripes(), "pool7"), "no layer 'pool7'"),
        (lambda net: synthesis.texture(net, stripes(), layers=["conv9_1"]), "no layer 'conv9_1'"),
        (lambda net: synthesis.solve(synthesis.texture(net, stripes()), 0), "at least 1, got 0"),
        (lambda net: synthesis.solve(synthesis.texture(net, stripes()), 1, "sgd"), "adam, lbfgs"),
        (lambda net: PictureLoss(net, []), "nothing that the picture should be like"),
    ],
)
def test_what_is_wrong_is_said(net, call, message):
    with pytest.raises(ValueError, match=message):
        call(net)


def test_a_net_without_preprocessing_or_convolutions_is_refused(net):
    net.preprocessing = None
    with pytest.raises(ValueError, match="preprocessing is not known"):
        synthesis.texture(net, stripes())
    with pytest.raises(ValueError, match="no convolutions"):
        synthesis.default_content_layer(models.vgg(["M"], 2, (3, 8, 8), hidden=()))


def test_without_scipy_the_other_optimizer_is_named(net, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(RuntimeError, match="L-BFGS needs SciPy, unlike Adam: pip install"):
        synthesis.solve(synthesis.texture(net, stripes()), 1, "lbfgs")


def test_pictures_become_images():
    picture = np.array([0.0, 0.5, 1.0, 0.1], np.float32).reshape(1, 1, 2, 2)
    assert synthesis.to_pixels(picture).tolist() == [[[0, 128], [255, 26]]]
    assert error(as_picture(synthesis.to_pixels(picture)), picture) < 1 / 255
