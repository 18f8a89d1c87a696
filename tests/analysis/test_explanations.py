"""Saliency, occlusion and Grad-CAM: known answers, bad input, and a check that poor methods fail.

The check is that of Adebayo et al. 2018: where layers get random weights, one after the other from
the last to the first, a picture of what the net relies on has to become another one.
"""

import copy
from itertools import islice

import numpy as np
import pytest

from minivgg import analysis, backend, data, layers, models
from minivgg.analysis.explanations import default_square
from minivgg.explorer.sources import DIGITS_FOLDER
from minivgg.layers import initializers
from minivgg.layers.containers import innermost_layers
from minivgg.models import resnet
from minivgg.models.layer_names import layer_at, layer_names
from minivgg.training.run import Run

IMAGES = 20
RANDOM_LAYERS = 4  # of the digits net's six: its classifier and its second block
LEAST_CHANGE = 0.4  # rank correlation with the picture of the trained net that is allowed then


def linear_net(weights):
    """Scores that are weighted sums of the pixels: (K, C, H, W)."""
    net = layers.Sequential(layers.Flatten(), layers.Linear(weights[0].size, len(weights)))
    net[1].weight.data[...] = weights.reshape(len(weights), -1)
    net[1].bias.data[...] = 0
    return net


def test_the_saliency_of_a_linear_net_is_the_size_of_its_weights(rng):
    weights = rng.standard_normal((4, 3, 5, 6)).astype(np.float32)
    found = analysis.saliency(linear_net(weights), np.ones((1, 3, 5, 6), np.float32), 2)
    np.testing.assert_allclose(found, np.abs(weights[2]).max(axis=0), rtol=1e-6)


def test_occlusion_of_a_linear_net_is_what_the_square_held(rng):
    weights = rng.integers(-8, 9, (2, 1, 6, 7)) / 4  # the same in float32
    weights[1] = 0
    x = rng.standard_normal((1, 1, 6, 7))
    net = linear_net(weights).to(dtype=np.float64)
    found = analysis.occlusion(net, x, 0, size=2, stride=2)
    assert found.shape == (3, 3)
    score, share = (weights[0] * x[0]).sum(), lambda s: 1 / (1 + np.exp(-s))
    for i, j in np.ndindex(3, 3):
        lost = (weights[0] * x[0])[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].sum()
        assert found[i, j] == pytest.approx(share(score) - share(score - lost), abs=1e-12)


def test_grad_cam_is_the_weighted_sum_of_the_last_maps():
    """One convolution makes two maps; the score of class 0 is 3·(mean of map 0) − (map 1's)."""
    convolution, head = layers.Conv2d(1, 2, 1, bias=False), layers.Linear(2, 2, bias=False)
    convolution.weight.data[...] = np.array([1, 2]).reshape(2, 1, 1, 1)
    head.weight.data[...] = [[3, -1], [-5, 0]]
    net = layers.Sequential(convolution, layers.ReLU(), layers.GlobalAvgPool2d(), head)
    x = np.array([[0, 4], [-2, 8]], np.float32).reshape(1, 1, 2, 2)
    area = 4  # a gradient of 3 for the mean is 3/4 for each place
    expected = (3 * np.maximum(x[0, 0], 0) - np.maximum(2 * x[0, 0], 0)) / area
    np.testing.assert_allclose(analysis.grad_cam(net, x, 0), expected)
    # all places speak against class 1, and that is cut off
    assert (analysis.grad_cam(net, x, 1) == 0).all()
    # before the ReLU the maps have negative numbers, whose slope is 0
    found = analysis.grad_cam(net, x, 0, layer="0")
    np.testing.assert_allclose(found, np.maximum((3 - 2) * x[0, 0] * 2 / area**2, 0))


def test_the_default_square_fits_small_and_narrow_images():
    assert default_square(3, 200) == (1, 1)
    assert default_square(32, 40) == (8, 4)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_net_is_left_as_it_was(batch_norm, rng):
    net = models.vgg([4, "M", 6], 3, (3, 8, 8), (5,), batch_norm=batch_norm)
    x = rng.standard_normal((1, 3, 8, 8)).astype(np.float32)
    y = net(x)
    net.backward(np.ones_like(y))
    before = copy.deepcopy(net.state_dict())
    gradients = [p.grad.copy() for p in net.parameters().values()]
    for method in (analysis.saliency, analysis.occlusion, analysis.grad_cam):
        method(net, x, 1)
    assert net.training
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    for p, gradient in zip(net.parameters().values(), gradients, strict=True):
        np.testing.assert_array_equal(p.grad, gradient)


def test_a_net_is_explained_on_its_device_in_numpy_arrays(device, rng):
    net = models.vgg([4, "M", 6], 3, (3, 8, 8), (5,))
    x = rng.standard_normal((1, 3, 8, 8)).astype(np.float32)
    for method in (analysis.saliency, analysis.occlusion, analysis.grad_cam):
        found = method(net.to(device), backend.to_device(x, device), 1)
        assert type(found) is np.ndarray
        np.testing.assert_allclose(found, method(net.to("cpu"), x, 1), rtol=1e-4, atol=1e-6)


def test_nets_with_blocks_are_explained(rng):
    """The last maps are those of the last block."""
    net = resnet.cifar_net(8)
    x = rng.standard_normal((1, 3, 32, 32)).astype(np.float32)
    assert analysis.grad_cam(net, x, 0).shape == (8, 8)
    assert analysis.saliency(net, x, 0).shape == (32, 32)


def test_bad_input_is_one_sentence(rng):
    net = models.vgg([4, "M"], 3, (1, 8, 8), ())
    x = np.ones((1, 1, 8, 8), np.float32)
    for method in (analysis.saliency, analysis.occlusion, analysis.grad_cam):
        with pytest.raises(ValueError, match="there is no class 3"):
            method(net, x, 3)
    for options in ({"size": 9}, {"size": 0}, {"stride": 0}):
        with pytest.raises(ValueError, match="does not fit an image of 8×8"):
            analysis.occlusion(net, x, 0, **options)
    with pytest.raises(ValueError, match=r"no layer 'features\.9'"):
        analysis.grad_cam(net, x, 0, layer="features.9")
    with pytest.raises(ValueError, match="flatten returns no feature maps"):
        analysis.grad_cam(net, x, 0, layer="flatten")
    with pytest.raises(ValueError, match="the net has no convolutions, so there are no feature"):
        analysis.grad_cam(linear_net(np.ones((2, 1, 8, 8))), x, 0)


# ------------------------------------------------------------------------------- the sanity check


def edges(net, x, label):
    """No explanation: the steepness of the image, whatever the net is."""
    down, across = np.gradient(x[0, 0])
    return np.hypot(down, across)


def guided_backpropagation(net, x, label):
    """Springenberg et al. 2014: at each ReLU negative gradients are cut off, too."""
    steps = [copy.deepcopy(layer) for _, layer in innermost_layers(net)]
    steps = [step.train() for step in steps if not isinstance(step, layers.Dropout)]
    y = x
    for step in steps:
        y = step(y)
    dy = np.zeros_like(y)
    dy[:, label] = 1
    for step in reversed(steps):
        dy = step.backward(dy)
        if isinstance(step, layers.ReLU):
            dy = np.maximum(dy, 0)
    return np.abs(dy[0]).max(axis=0)


def rank_correlation(a, b):
    """Spearman's; None where one of the pictures is the same everywhere."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    ranks = [
        (v[:, None] > v).sum(1) + ((v[:, None] == v).sum(1) - 1) / 2 for v in (a.ravel(), b.ravel())
    ]
    return float(np.corrcoef(*ranks)[0, 1])


def correlations(method, seed):
    """With the picture of the trained net, after 1, 2, ... of its last layers are random."""
    net, images = Run.open(DIGITS_FOLDER).net(), data.load("digits", "test")
    cases = [
        (net.preprocessing(images.images[i : i + 1]), int(images.labels[i])) for i in range(IMAGES)
    ]
    trained = [method(net, x, label) for x, label in cases]
    rng, draw, found = np.random.default_rng(seed), initializers.get("kaiming_normal"), []
    for path in islice(reversed(layer_names(net).values()), RANDOM_LAYERS):
        layer = layer_at(net, path)
        with layer.writable():
            layer.weight.data[...] = draw(layer.weight.array.shape, rng)
        net.eval()
        pairs = zip(trained, cases, strict=True)
        ranks = [rank_correlation(before, method(net, *case)) for before, case in pairs]
        found.append(np.mean([rank for rank in ranks if rank is not None]))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("method", [analysis.saliency, analysis.occlusion, analysis.grad_cam])
def test_random_weights_make_another_picture(method, seed):
    found = correlations(method, seed)
    assert found[-1] < LEAST_CHANGE, found


@pytest.mark.slow
@pytest.mark.parametrize("method", [edges, guided_backpropagation])
def test_the_same_check_catches_methods_that_show_the_image_and_not_the_net(method):
    assert correlations(method, 0)[-1] > LEAST_CHANGE
