"""Modes of a layer, what each keeps, and steps that drop what they saved."""

import copy
import pickle

import numpy as np
import pytest

from minivgg import backend, layers, losses, models, optim
from minivgg.backend.cpu import conv_winograd


@pytest.fixture
def transforms(monkeypatch):
    """A list that grows with every transformation of filters (without holding them)."""
    calls, original = [], conv_winograd.filter_transform

    def counted(*args, **options):
        calls.append("once more")
        return original(*args, **options)

    monkeypatch.setattr(conv_winograd, "filter_transform", counted)
    return calls


@pytest.fixture
def conv():
    return layers.Conv2d(16, 16, 3, padding=1, algorithm="winograd").eval()


@pytest.fixture
def x(rng):
    return rng.standard_normal((1, 16, 12, 12), np.float32)


def test_in_inference_filters_are_transformed_once(conv, x, transforms):
    first = conv(x)
    for _ in range(3):
        assert (conv(x) == first).all()
    assert len(transforms) == 1


def test_in_training_nothing_is_cached(conv, x, transforms):
    conv.train()
    conv(x)
    conv(x)
    assert len(transforms) == 2
    assert conv.weight.cache is None


def test_reading_costs_no_speed(conv, x, transforms):
    """Neither looking at the weights, nor counting them, nor printing them empties the cache."""
    conv(x)
    held = conv.weight.data[0]
    repr(conv.weight), conv.macs((16, 12, 12)), conv.state_dict(), conv.parameters()
    models.summary(layers.Sequential(conv), (16, 12, 12))
    conv(x)
    assert len(transforms) == 1
    assert held.base is not None


def write_through_data(conv):
    conv.weight.data[3, 2, 1, 0] += 1e-3


def scale_in_place(conv):
    conv.weight.data *= 2


def write_through_a_new_view(conv):
    conv.weight.data.T[1:][..., 2] = 0


def write_through_arrays(conv):
    conv.arrays()["weight"][...] = 1


def write_by_a_ufunc(conv):
    np.add(conv.weight.data, 1, out=conv.weight.data)


WRITES = [
    write_through_data,
    scale_in_place,
    write_through_a_new_view,
    write_by_a_ufunc,
    write_through_arrays,
]


@pytest.mark.parametrize("write", WRITES[:-1])
def test_a_forgotten_write_says_to_call_train(conv, write):
    with pytest.raises(ValueError, match=r"read-only, because .* eval mode: call train\(\) first"):
        write(conv)


def test_arithmetic_on_read_only_weights_gives_ordinary_arrays(conv):
    weight = conv.weight.data
    for result in (weight * 2, 2 - weight, np.sqrt(weight**2), weight.sum(axis=0), weight @ weight):
        assert type(result) is np.ndarray
        result[...] = 0
    copied = weight.copy()
    copied[0] = 1
    assert (copied[0] == 1).all()
    assert (copied[1:] == weight[1:]).all()
    copied *= 2
    assert (copied[1:] == 2 * weight[1:]).all()
    assert not (conv.weight.data == copied).all()


@pytest.mark.parametrize("write", WRITES)
def test_in_eval_mode_weights_are_read_only(conv, write):
    before = conv.weight.data.copy()
    with pytest.raises(ValueError, match="read-only"):
        write(conv)
    assert (conv.weight.data == before).all()


def test_a_training_step_in_eval_mode_says_to_call_train(conv):
    step = optim.SGD(conv.parameters())
    with pytest.raises(RuntimeError, match=r"'weight' is read-only.*eval mode.*call train\(\)"):
        step.step()
    conv.train()
    step.step()


def in_train_mode(write):
    def change(conv):
        conv.train()
        write(conv)
        conv.eval()

    return change


def in_writable(write):
    def change(conv):
        with conv.writable():
            write(conv)

    return change


def change_by_a_new_array(conv):
    conv.weight.data = conv.weight.data * 2


def change_by_loading(conv):
    conv.load_state_dict({name: 2 * array for name, array in conv.state_dict().items()})


CHANGES = [
    *map(in_train_mode, WRITES),
    *map(in_writable, WRITES),
    change_by_a_new_array,
    change_by_loading,
]


@pytest.mark.parametrize("change", CHANGES)
def test_changed_weights_count(conv, x, change):
    before = conv(x)
    conv(x)
    change(conv)
    after = conv(x)
    assert not (after == before).all()
    fresh = layers.Conv2d(16, 16, 3, padding=1, algorithm="winograd").eval()
    fresh.load_state_dict(conv.state_dict())
    assert (fresh(x) == after).all()


@pytest.mark.parametrize("algorithm", ["winograd", "im2col"])
def test_changed_weights_count_on_every_device(rng, device, algorithm):
    """Also on a GPU, whose arrays cannot be protected: there ``train()`` comes before a write."""
    conv = layers.Conv2d(16, 16, 3, padding=1, bias=False, algorithm=algorithm).to(device).eval()
    x = backend.to_device(rng.standard_normal((1, 16, 12, 12), np.float32), device)
    first = backend.to_numpy(conv(x))
    assert (backend.to_numpy(conv(x)) == first).all()
    assert bool(conv.weight.cache) == (algorithm == "winograd")
    conv.train()
    conv.weight.data[...] *= 2
    assert (backend.to_numpy(conv.eval()(x)) == 2 * first).all()
    conv.load_state_dict({"weight": 2 * conv.weight.data})
    assert (backend.to_numpy(conv(x)) == 4 * first).all()
    conv.weight.data = 2 * conv.weight.data
    assert (backend.to_numpy(conv(x)) == 8 * first).all()
    with pytest.raises(RuntimeError, match=r"call train\(\)"):
        optim.SGD(conv.eval().parameters()).step()


def test_loading_in_eval_mode_keeps_the_weights_read_only_and_cached(conv, x, transforms):
    conv.load_state_dict(conv.state_dict())
    conv(x)
    conv(x)
    assert len(transforms) == 1
    with pytest.raises(ValueError, match="read-only"):
        conv.weight.data *= 2


def test_another_dtype_in_eval_mode_keeps_the_weights_read_only(conv, x):
    conv(x)
    conv.to(dtype="float64")
    assert conv(x.astype(float)).dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        conv.weight.data *= 2


def test_an_array_that_is_handed_in_stays_the_callers(conv, x, transforms):
    """Assigned in eval mode it is neither protected nor trusted until the next ``eval()``."""
    mine = np.ones_like(conv.weight.data)
    conv.weight.data = mine
    first = conv(x)
    mine *= 2
    assert not (conv(x) == first).all()
    assert len(transforms) == 2


def test_an_array_that_was_read_only_before_stays_so():
    conv, fixed = layers.Conv2d(1, 1, 1), np.ones((1, 1, 1, 1), np.float32)
    fixed.flags.writeable = False
    conv.weight.data = fixed
    conv.eval().train()
    assert not fixed.flags.writeable


@pytest.mark.parametrize("make_copy", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_of_a_net_in_eval_mode_shares_nothing_with_it(rng, make_copy):
    net, x = models.vgg([16, 16, "M"], 3, (3, 8, 8), (5,)).eval(), rng.random((2, 3, 8, 8), "f")
    expected = net(x)
    other = make_copy(net)
    assert (other(x) == expected).all()
    with pytest.raises(ValueError, match="read-only"):
        other["features"][0].weight.data *= 2
    other.train()
    other["features"][0].weight.data *= 2
    assert not (other.eval()(x) == expected).all()
    assert (net(x) == expected).all()


def test_eval_mode_changes_nothing_in_a_net(rng):
    """Dropout and batch norm compute as in eval mode; a backward pass that was begun goes on."""
    net = models.vgg([8, "M", 16], 5, (3, 8, 8), (7,), dropout=0.5, batch_norm=True)
    x, dy = rng.standard_normal((4, 3, 8, 8), "f"), rng.standard_normal((4, 5), "f")
    with backend.fixed_seed(0):
        net(x)
        statistics = net.state_dict()
        net.backward(dy)
    expected = {name: p.grad.copy() for name, p in net.parameters().items()}
    evaluated = copy.deepcopy(net).eval()(x)
    net.zero_grad()
    with layers.eval_mode(net):
        assert not any(layer.training for layer in net.descendants())
        assert (net(x) == evaluated).all()
    assert all(layer.training for layer in net.descendants())
    assert all((statistics[name] == array).all() for name, array in net.arrays().items())
    net.backward(dy)
    assert all((expected[name] == p.grad).all() for name, p in net.parameters().items())
    assert net.parameters()["features.0.weight"].cache is None


def test_eval_mode_is_for_one_net_and_nests():
    teacher, student = (layers.Sequential(layers.Dropout()) for _ in range(2))
    with layers.eval_mode(teacher):
        assert student.training
        with layers.eval_mode(student):
            assert not student.training
            assert not teacher.training
        assert student.training
        assert not teacher[0].training


def test_fused_layers_give_the_same_as_one_after_the_other(rng):
    """Outputs and gradients of a net, to the bit."""
    net = models.vgg([8, "M", 16], 5, (3, 8, 8), (7,), dropout=0.0)
    x, dy = rng.standard_normal((4, 3, 8, 8), np.float32), rng.standard_normal((4, 5), np.float32)
    fused, dx = net(x), net.backward(dy)
    gradients = {name: p.grad.copy() for name, p in net.parameters().items()}
    net.zero_grad()
    steps = [*net["features"], net["flatten"], *net["classifier"]]
    y = x
    for layer in steps:
        y = layer.forward(y)
    for layer in reversed(steps):
        dy = layer.backward(dy)
    assert (y == fused).all()
    assert (dy == dx).all()
    assert all((gradients[name] == p.grad).all() for name, p in net.parameters().items())


def test_a_relu_with_its_own_forward_is_not_fused(rng):
    class Leaky(layers.ReLU):
        def forward(self, x):
            return self.save_for_backward(np.where(x > 0, x, x * np.float32(0.1)), x)

    net = layers.Sequential(layers.Conv2d(3, 4, 3), Leaky())
    assert (net(rng.standard_normal((1, 3, 8, 8), np.float32)) < 0).any()


def test_backward_parameters_gives_the_same_gradients_and_lets_go(rng):
    body = layers.Sequential(layers.Conv2d(4, 4, 3, padding=1), layers.BatchNorm2d(4))
    net = layers.Sequential(
        layers.Sequential(layers.Conv2d(3, 4, 3), layers.ReLU(), layers.Residual(body)),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(36, 5),
    )
    x, y, loss = (
        rng.standard_normal((2, 3, 8, 8), np.float32),
        np.array([1, 3]),
        losses.SoftmaxCrossEntropy(),
    )
    loss.forward(net(x), y)
    net.backward(loss.backward())
    expected = {name: p.grad for name, p in net.parameters().items()}
    net.zero_grad()
    assert net.backward_parameters(loss.backward()) is None
    assert all((expected[name] == p.grad).all() for name, p in net.parameters().items())
    with pytest.raises(RuntimeError, match="needs a forward pass"):
        net.backward(loss.backward())
    with pytest.raises(RuntimeError, match="needs a forward pass"):
        body.backward(x)


@pytest.mark.parametrize(
    "layer", [layers.Conv2d(3, 4, 3), layers.Linear(5, 4), layers.ReLU(), layers.Sequential()]
)
def test_any_layer_may_come_first(rng, layer):
    x = rng.standard_normal(
        (2, 5) if isinstance(layer, layers.Linear) else (2, 3, 5, 5), np.float32
    )
    y = layer(x)
    assert layer.backward_parameters(np.ones_like(y)) is None


def test_filters_lie_channels_last_in_memory_and_files_do_not_care(tmp_path):
    with backend.fixed_seed(0):
        conv = layers.Conv2d(3, 4, 3)
    assert conv.weight.data.transpose(2, 3, 1, 0).flags.c_contiguous
    assert conv.state_dict()["weight"].flags.c_contiguous
    with backend.fixed_seed(0):
        drawn = backend.rng("cpu").standard_normal((4, 3, 3, 3), np.float32) * np.float32(
            (2 / 27) ** 0.5
        )
    assert (conv.weight.data == drawn).all()


def test_eval_mode_lets_go_what_was_saved_for_backward(rng):
    conv, relu = layers.Conv2d(3, 4, 3), layers.ReLU()
    net = layers.Sequential(conv, relu)
    y = net(rng.standard_normal((2, 3, 5, 5), np.float32))
    net.eval()
    assert conv.saved is None
    assert relu.saved is None
    net.train()
    with pytest.raises(RuntimeError):
        net.backward(np.ones_like(y))
