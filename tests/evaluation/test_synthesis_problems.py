"""What is asked of a picture and where it starts: defaults, options, and single steps."""

import numpy as np
import pytest

from minivgg import backend, data, models
from minivgg.evaluation import synthesis


@pytest.fixture(scope="module")
def net():
    """Two blocks, of which the second has two convolutions."""
    with backend.fixed_seed(0):
        net = models.vgg([4, "M", 5, 6, "M"], 3, (3, 16, 16), hidden=())
    net.preprocessing = data.Normalize((0.5, 0.4, 0.3), (0.2, 0.3, 0.4))
    return net.eval()


def photograph(height=24, width=20, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (3, height, width), np.uint8)


def full_loss(target):
    """The weighted loss of maps, or Gram matrices, of zeros."""
    maps = target.wanted if target.wanted.ndim == 4 else np.zeros((1, target.wanted.shape[1], 2, 2))
    return target.weight * float(target.loss(0 * maps, target.wanted)[0])


NAMES = {"features.1": "conv1_1", "features.4": "conv2_1", "features.6": "conv2_2"}  # ReLUs


def asked(problem):
    """The layers that are compared, with their weights."""
    return [(NAMES[t.path], pytest.approx(full_loss(t), rel=1e-4)) for t in problem.loss.targets]


def test_the_weights_of_a_style_transfer(net):
    """Content 1, style 100 for all layers together, smoothness 1: unless others are given."""
    one, other = photograph(), photograph(16, 30, seed=1)
    problem = synthesis.style_transfer(net, one, other)
    assert asked(problem) == [("conv2_2", 1), ("conv1_1", 50), ("conv2_1", 50)]
    assert problem.loss.smoothness == 1
    assert problem.start == pytest.approx(one[None] / 255, abs=1e-6)
    assert problem.start.dtype == np.float32
    problem = synthesis.style_transfer(
        net, one, other, content_layer="conv1_1", style_layers=["conv2_2"], content_weight=3.0,
        style_weight=7.0, smoothness=0.25,
    )  # fmt: skip
    assert asked(problem) == [("conv1_1", 3), ("conv2_2", 7)]
    assert problem.loss.smoothness == 0.25
    content, style = problem.loss.targets
    assert content.wanted.shape == (1, 4, 24, 20)
    assert style.wanted.shape == (1, 6, 6)


def test_the_weights_of_a_texture_and_of_an_inversion(net):
    image = photograph()
    texture = synthesis.texture(net, image)
    assert asked(texture) == [("conv1_1", 0.5), ("conv2_1", 0.5)]
    inverted = synthesis.inversion(net, image, "conv2_1")
    assert asked(inverted) == [("conv2_1", 1)]
    assert texture.loss.smoothness == inverted.loss.smoothness == 1
    texture = synthesis.texture(net, image, layers=["conv2_2"], smoothness=0.5)
    assert asked(texture) == [("conv2_2", 1)]
    inverted = synthesis.inversion(net, image, "conv2_1", smoothness=0.5)
    assert texture.loss.smoothness == inverted.loss.smoothness == 0.5
    assert synthesis.inversion(net, image, "conv2_1", size=10).start.shape == (1, 3, 12, 10)


@pytest.mark.parametrize(
    "make",
    [synthesis.texture, lambda net, image, **how: synthesis.inversion(net, image, "pool1", **how)],
)
def test_noise_is_grey_within_the_range_and_drawn_from_the_seed(net, make, monkeypatch):
    starts = [make(net, photograph(), **more).start for more in ({}, {"seed": 0}, {"seed": 1})]
    assert (starts[0] == starts[1]).all()
    assert (starts[0] != starts[2]).any()
    for start in starts:
        assert (start.shape, start.dtype) == ((1, 3, 24, 20), np.float32)
        assert (start.mean(), start.std()) == (
            pytest.approx(0.5, abs=0.02),
            pytest.approx(0.1, 0.1),
        )
    monkeypatch.setattr(synthesis, "NOISE", 10.0)
    start = make(net, photograph()).start
    assert (start.min(), start.max()) == (0, 1)


def test_a_net_without_the_layers_of_gatys_uses_its_own():
    """Two convolutions without a max-pool are one block; this one has no first one of a block."""
    names = {"conv1_2": "a", "pool1": "b", "conv2_2": "c"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "layer_names", lambda net: names)
        assert synthesis.default_style_layers(None) == ["conv1_2", "conv2_2"]
        assert synthesis.default_content_layer(None) == "conv2_2"
        names["conv5_1"] = names["conv4_2"] = "d"
        assert synthesis.default_style_layers(None) == ["conv5_1"]
        assert synthesis.default_content_layer(None) == "conv4_2"


def test_without_options_two_hundred_steps_of_adam_are_made(monkeypatch):
    picture, calls = np.array([0.0, 0.5, 1.0, 0.25]).reshape(1, 1, 2, 2), []
    for name in ("_adam", "_lbfgs"):

        def run(problem, steps, on_step, name=name):
            calls.append((name, problem, steps, on_step(1, 0.0, picture)))
            return picture

        monkeypatch.setattr(synthesis, name, run)
    assert synthesis.solve("x").tolist() == [[[0, 128], [255, 64]]]
    synthesis.solve("y", 1, "lbfgs", lambda *step: step[0])
    assert calls == [("_adam", "x", 200, None), ("_lbfgs", "y", 1, 1)]


def test_each_first_step_of_adam_is_two_hundredths_against_the_gradient(net):
    problem = synthesis.inversion(net, photograph(), "conv1_1")
    loss, gradient = problem.loss(problem.start)
    steps = synthesis.adam_steps(problem)
    found, picture = next(steps)
    assert found == pytest.approx(loss)
    moved = picture - problem.start
    clear = (abs(gradient) > 1e-4) & (picture > 0) & (picture < 1)
    assert clear.mean() > 0.9
    assert moved[clear] == pytest.approx(-0.02 * np.sign(gradient[clear]), rel=1e-2)
    second, again = next(steps)
    assert second == pytest.approx(problem.loss(problem.start + moved)[0])
    assert again is picture


def test_what_is_beyond_black_and_white_becomes_black_and_white():
    picture = np.array([-0.2, 0.0, 1.0, 1.2]).reshape(1, 1, 1, 4)
    assert synthesis.to_pixels(picture).tolist() == [[[0, 0, 255, 255]]]


def test_the_steps_of_the_other_optimizer_are_counted_and_bounded(net):
    pytest.importorskip("scipy")
    problem, seen = synthesis.texture(net, photograph(12, 10)), []
    synthesis.solve(problem, 3, "lbfgs", lambda *step: seen.append(step))
    assert [number for number, _, _ in seen] == [1, 2, 3]
    losses = [loss for _, loss, _ in seen]
    assert losses == sorted(losses, reverse=True)
    for _, loss, picture in seen:
        assert problem.loss(picture)[0] == pytest.approx(loss, rel=1e-4)
