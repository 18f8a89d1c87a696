"""The gradient with respect to the input, and that computing it leaves no trace in the net."""

import copy
import threading

import numpy as np
import pytest
from support.compare import error, on_device

from minivgg import backend, layers, models
from minivgg.analysis.input_gradient import InputDifferentiator, class_score, input_gradient


@pytest.fixture
def net(rng):
    """A small VGG with batch norm and dropout, in training mode, in float64."""
    with backend.fixed_seed(0):
        net = models.vgg(
            [4, "M", 6, 6, "M"], 3, batch_norm=True, input_shape=(3, 8, 8), hidden=(5,)
        )
    net.to(dtype=np.float64)
    net(rng.standard_normal((4, 3, 8, 8)))  # so that the running statistics are not 0 and 1
    return net


@pytest.fixture
def x(rng):
    return rng.standard_normal((2, 3, 8, 8))


def slope(f, x, direction, h=1e-6):
    return (f(x + h * direction) - f(x - h * direction)) / (2 * h)


def test_the_gradient_of_a_class_score_is_its_slope_in_eval_mode(net, x, rng):
    found = input_gradient(net, x, class_score(1))
    net.eval()
    assert found.value == pytest.approx(net(x)[:, 1].sum(), rel=1e-12)
    for _ in range(5):
        direction = rng.standard_normal(x.shape)
        expected = slope(lambda x: net(x)[:, 1].sum(), x, direction)
        assert (found.gradient * direction).sum() == pytest.approx(expected, rel=1e-6)


def test_objectives_of_several_layers_add_up(net, x, rng):
    weights = [rng.standard_normal(shape) for shape in ((2, 4, 4, 4), (2, 6, 4, 4), (2, 3))]

    def weighted_sums(outputs):
        return sum((w * y).sum() for w, y in zip(weights, outputs, strict=True)), weights

    paths = ["features.3", "features.6", "classifier.3"]
    found = input_gradient(net, x, weighted_sums, paths)
    parts = [
        input_gradient(net, x, lambda outputs, w=w: ((w * outputs[0]).sum(), [w]), [path])
        for w, path in zip(weights, paths, strict=True)
    ]
    assert found.value == pytest.approx(sum(part.value for part in parts), rel=1e-12)
    np.testing.assert_allclose(
        found.gradient, sum(part.gradient for part in parts), rtol=1e-9, atol=1e-12
    )


def test_every_device_gives_the_same(net, x, device):
    def half_squares(outputs):
        return sum(0.5 * (y * y).sum() for y in outputs), outputs

    paths = ["features.3", "classifier.3"]
    expected = input_gradient(net.to("cpu"), x, half_squares, paths)
    found = input_gradient(net.to(device), on_device(x), half_squares, paths)
    assert found.value == pytest.approx(expected.value, rel=1e-12)
    assert error(found.gradient, expected.gradient) < 1e-12
    score = input_gradient(net, on_device(x), class_score(2)).gradient
    assert error(score, input_gradient(net.to("cpu"), x, class_score(2)).gradient) < 1e-12


def test_layers_come_in_the_order_that_is_asked_for(net, x):
    def shapes(outputs):
        seen.append([y.shape for y in outputs])
        return 0.0, [0 * y for y in outputs]

    seen = []
    found = input_gradient(net, x, shapes, ["features.6", "features.3"])
    assert seen == [[(2, 6, 4, 4), (2, 4, 4, 4)]]
    assert [y.shape for y in found.outputs] == seen[0]
    assert not found.gradient.any()


def test_the_gradient_of_a_layer_includes_the_paths_through_later_layers(net, x, rng):
    paths, w = ["features.3", "classifier.3"], rng.standard_normal((2, 3))
    found = input_gradient(net, x, lambda y: ((w * y[1]).sum(), [0 * y[0], w]), paths)
    first, last = found.output_gradients
    assert last is w or np.array_equal(last, w)
    net.eval()
    tail = [*list(net["features"].layers.values())[4:], layers.Flatten(), *net["classifier"]]
    rest = layers.Sequential(tail)
    direction = rng.standard_normal(first.shape)
    expected = slope(lambda maps: (w * rest(maps)).sum(), found.outputs[0], direction)
    assert (first * direction).sum() == pytest.approx(expected, rel=1e-6)


def test_a_part_of_a_net_and_a_single_layer_have_gradients_too(net, x):
    maps = net.eval()["features"](x)
    rest = layers.Sequential([layers.Flatten(), *net["classifier"]])
    whole = input_gradient(net, x, class_score(2), ["classifier.3"])
    part = input_gradient(rest, maps, class_score(2))
    assert part.value == pytest.approx(whole.value, rel=1e-12)
    pool = input_gradient(layers.MaxPool2d(2), x, class_score(0))
    assert pool.gradient.sum() == 2 * 16


def state(net):
    """All that a pass could change: arrays, gradients, modes and what was saved."""
    return {
        "arrays": net.state_dict(),
        "grads": {name: p.grad.copy() for name, p in net.parameters().items() if p.has_grad},
        "modes": [layer.training for layer in net.descendants()],
        "frozen": [p.frozen for p in net.parameters().values()],
        "read_only": [p.read_only for p in net.parameters().values()],
        "saved": [id(layer.saved) for layer in net.descendants()],
    }


@pytest.mark.parametrize("training", [True, False])
def test_the_net_is_as_it_was(net, x, rng, training):
    net.train(training)
    if training:
        net.backward(np.ones_like(net(x)))
        net(x)  # saved for a backward pass that is still to come
    before = copy.deepcopy(state(net))
    stream = copy.deepcopy(backend.rng("cpu").bit_generator.state)
    input_gradient(net, x, class_score(0))
    with pytest.raises(ZeroDivisionError):
        input_gradient(net, x, lambda outputs: 1 / 0)
    after = state(net)
    np.testing.assert_equal(after, before)
    assert backend.rng("cpu").bit_generator.state == stream


def test_a_kept_differentiator_holds_no_maps_between_calls(net, x):
    gradient_of = InputDifferentiator(net)
    first = gradient_of(x, class_score(0))
    second = gradient_of(x, class_score(0))
    np.testing.assert_array_equal(first.gradient, second.gradient)
    inner = [layer for segment in gradient_of._segments for layer in segment.descendants()]
    assert all(layer.saved is None for layer in inner)


def test_the_weights_are_shared_not_copied(net):
    gradient_of = InputDifferentiator(net)
    copies = {name: a for segment in gradient_of._segments for name, a in segment.arrays().items()}
    own = net.arrays()
    assert all(copies[name] is own[name] for name in copies)
    assert len(copies) == len(own)


def test_a_net_can_be_trained_meanwhile(net, x):
    """In another thread; its own backward pass needs what its forward pass saved."""
    y = net.train()(x)
    thread = threading.Thread(target=input_gradient, args=(net, x, class_score(0)))
    thread.start()
    thread.join()
    net.backward(np.ones_like(y))
    assert all(p.has_grad for p in net.parameters().values())


def test_no_gradient_of_the_weights_is_computed(net, x, monkeypatch):
    from minivgg.backend import cpu

    def refuse(*arguments):
        raise AssertionError("a gradient of weights")

    monkeypatch.setattr(cpu, "conv2d_weight_grad", refuse)
    monkeypatch.setattr(cpu, "linear_weight_grad", refuse)
    assert input_gradient(net, x, class_score(0)).gradient.any()
    with pytest.raises(AssertionError, match="a gradient of weights"):
        net.backward(np.ones_like(net(x)))


class Noise(layers.Layer):
    """A layer of one's own that draws random numbers."""

    random = True


def one_gradient_too_few(outputs):
    return 0.0, []


def of_another_shape(outputs):
    return 0.0, [outputs[0][:1]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layers": ["features.33"]}, "no layer 'features.33': did you mean 'features.3'"),
        ({"layers": ["features.3"] * 2}, "given twice"),
        ({"net": layers.ReLU(), "layers": ["0"]}, "only a Sequential has layers"),
        ({"net": Noise()}, "is random"),
        ({"objective": class_score(3)}, "no class 3 in an output of"),
        ({"objective": one_gradient_too_few}, "0 gradients for 1 layers"),
        ({"objective": of_another_shape}, r"gradient of shape \(1, 3\) for an output of \(2, 3\)"),
    ],
)
def test_what_is_wrong_is_said(net, x, change, message):
    arguments = {"net": net, "x": x, "objective": class_score(0)} | change
    with pytest.raises(ValueError, match=message):
        input_gradient(**arguments)


def test_what_a_segment_saved_is_given_up_as_soon_as_it_is_used(net, x):
    """So that the maps of all layers are not in memory together with all gradients."""
    gradient_of = InputDifferentiator(net, ["features.3", "classifier.3"])
    first, last = gradient_of._segments
    held, backward = [], first.backward

    def watched(dy):
        held.append(any(layer.saved is not None for layer in last.descendants()))
        return backward(dy)

    first.backward = watched
    gradient_of(x, lambda outputs: (0.0, [0 * y for y in outputs]))
    assert held == [False]


@pytest.mark.parametrize("label", [-1, 3])
def test_there_is_no_class_before_the_first_and_after_the_last(label):
    for shape in ((2, 3), (2, 3, 4, 4)):
        with pytest.raises(ValueError, match=r"^class_score: ") as refused:
            class_score(label)([np.zeros(shape)])
        expected = f"class_score: there is no class {label} in an output of {shape}"
        assert str(refused.value) == expected
    with pytest.raises(ValueError, match=r"there is no class 0 in an output of \(3,\)"):
        class_score(0)([np.zeros(3)])


def test_the_score_of_maps_is_the_sum_over_all_positions(rng):
    y = rng.standard_normal((2, 3, 4, 5))
    for label in (0, 2):
        score, (dy,) = class_score(label)([y])
        assert score == pytest.approx(y[:, label].sum())
        assert (dy == (np.arange(3) == label)[:, None, None]).all()
        assert (dy.shape, dy.dtype) == (y.shape, y.dtype)


def test_names_of_what_is_wrong_are_in_the_sentence(net, x):
    for layers_asked, message in (
        (["features.3", "classifier.3", "features.3"],
         "a layer is given twice: features.3, classifier.3, features.3"),
        (["0"], "the net has no layer '0': "),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="a") as refused:
            InputDifferentiator(net, layers_asked)
        assert str(refused.value).startswith(message)
    with pytest.raises(ValueError, match=r"^the input's gradient is not defined: Noise\(\) is ran"):
        InputDifferentiator(layers.Sequential(layers.ReLU(), Noise()))


def test_hooks_and_gradients_of_the_net_are_not_those_of_the_copy(net, x):
    called = []
    for p in net.parameters().values():
        p.post_accumulate_grad_hook = called.append
        p.add_grad(np.ones_like(p.data))
    called.clear()
    gradient_of = InputDifferentiator(net)
    gradient_of(x, class_score(0))
    assert called == []
    (segment,) = gradient_of._segments
    for p in segment.parameters().values():
        assert p.post_accumulate_grad_hook is None
        assert not p.has_grad
