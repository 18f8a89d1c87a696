"""Rules that hold for every layer.

The layers are found by themselves: a new one is tested the day it is written.
"""

import copy
import re

import numpy as np
import pytest
from support.compare import error

from minivgg import backend, layers
from minivgg.analysis.gradcheck import examples, gradcheck

EXAMPLES = {type(layer).__name__: (layer, x) for layer, x in examples()}
KINDS = sorted(name for name in layers.__all__ if name not in ("Layer", "Parameter", "eval_mode"))


@pytest.fixture(params=KINDS)
def example(request):
    """A fresh (layer, input) of one kind of layer, in float32."""
    assert request.param in EXAMPLES, f"{request.param} has no example in gradcheck.examples()"
    layer, x = EXAMPLES[request.param]
    return copy.deepcopy(layer), x.astype(np.float32)


def run(layer, x, seed=3):
    """Forward and backward with a fixed upstream gradient: (y, dx)."""
    with backend.fixed_seed(seed):
        y = layer(x)
    dy = np.random.default_rng(seed).standard_normal(y.shape).astype(backend.to_numpy(x).dtype)
    return y, layer.backward(backend.to_device(dy, backend.device_of(y)))


def gradients(layer):
    return {name: backend.to_numpy(p.grad).copy() for name, p in layer.parameters().items()}


def test_the_gradient_is_right(example):
    layer, x = example
    result = gradcheck(layer, x, tolerance=1e-7)
    assert result, str(result)
    assert all(entry.compared for entry in result.entries)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays(example, dtype):
    layer, x = example
    layer.to(dtype=dtype)
    y, dx = run(layer, x.astype(dtype))
    assert y.dtype == dx.dtype == dtype
    assert all(g.dtype == dtype for g in gradients(layer).values())


def test_another_dtype_or_integers_are_refused(example):
    layer, x = example
    with pytest.raises(TypeError, match="int64"):
        layer((x * 10).astype(np.int64))
    if layer.parameters():
        with pytest.raises(TypeError, match="float64"):
            layer(x.astype(np.float64))


def test_a_gradient_of_another_dtype_is_refused(example):
    layer, x = example
    dy = np.ones_like(layer(x))
    if not isinstance(layer, layers.Flatten):  # which keeps no numbers to compare with
        with pytest.raises(TypeError, match="float64"):
            layer.backward(dy.astype(np.float64))
    with pytest.raises(TypeError, match=r"backward: dy is int64, expected float32 or float64"):
        layer.backward(dy.astype(np.int64))


def test_a_gradient_of_another_shape_is_refused(example):
    """Also one that NumPy would repeat to fit."""
    layer, x = example
    y = layer(x)
    for axis in range(y.ndim):
        dy = np.ones([2 * (i == axis) + side for i, side in enumerate(y.shape)], np.float32)
        # without ")": layers that give one number for each channel speak of maps of one pixel
        expected, got = (re.escape(str(array.shape)[:-1]) for array in (y, dy))
        with pytest.raises(
            ValueError, match=f"backward: dy must have shape {expected}.* got {got}"
        ):
            layer.backward(dy)
    with pytest.raises(ValueError, match="backward: dy must have shape"):
        layer.backward(np.ones((1,) * y.ndim, np.float32))


def test_nothing_is_written_into_the_arguments(example):
    layer, x = example
    weights = {name: p.data.copy() for name, p in layer.parameters().items()}
    kept = x.copy()
    y = layer(x)
    dy = np.ones_like(y)
    before = y.copy()
    layer.backward(dy)
    assert (x == kept).all()
    assert (dy == 1).all()
    assert (y == before).all()
    assert all((p.data == weights[name]).all() for name, p in layer.parameters().items())


def test_eval_keeps_nothing_and_repeats(example):
    layer, x = example
    layer(x)
    layer.eval()
    assert (layer(x) == layer(x)).all()

    def memories(node):
        return [node.saved, *(m for child in node.children().values() for m in memories(child))]

    assert all(saved is None for saved in memories(layer))
    with pytest.raises(RuntimeError, match="forward pass in training mode"):
        layer.backward(np.ones_like(layer(x)))
    assert layer.train().training


def test_backward_adds_to_the_gradients(example):
    layer, x = example
    run(layer, x)
    once = gradients(layer)
    run(layer, x)
    twice = gradients(layer)
    for name, g in once.items():
        assert error(twice[name], 2 * g) < 1e-6
    layer.zero_grad()
    assert not any(g.any() for g in gradients(layer).values())


def test_the_layout_in_memory_does_not_matter(example):
    layer, x = example
    y, dx = run(layer, x)
    last = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    y_last, dx_last = run(layer, last)
    assert error(y_last, y) < 1e-6
    assert error(dx_last, dx) < 1e-6


def test_output_shape_tells_the_truth(example):
    layer, x = example
    assert layer(x).shape == (x.shape[0], *layer.output_shape(x.shape[1:]))


def test_saving_and_loading(example):
    layer, x = example
    layer(x)  # batch norm moves its running statistics
    other = copy.deepcopy(layer)
    for p in other.parameters().values():
        p.data += 1
    other.load_state_dict(layer.state_dict())
    assert error(other.eval()(x), layer.eval()(x)) < 1e-7


def test_the_state_is_a_copy(example):
    layer, _ = example
    state = layer.state_dict()
    before = {name: a.copy() for name, a in state.items()}
    for p in layer.parameters().values():
        p.data += 1
    assert all((state[name] == before[name]).all() for name in state)


def test_the_same_on_every_device(example, device):
    """Each device computes what the CPU computes; nothing moves between them by itself."""
    layer, x = example
    on_cpu, moved = copy.deepcopy(layer), layer.to(device)
    y, dx = run(moved, backend.to_device(x, device))
    assert backend.device_of(y) == backend.device_of(dx) == device
    assert all(backend.device_of(a) == device for a in moved.state_dict().values())
    if isinstance(layer, layers.Dropout):
        return  # the devices' random streams differ
    expected_y, expected_dx = run(on_cpu, x)
    assert error(y if device == "cpu" else backend.to_numpy(y), expected_y) < 1e-5
    assert error(backend.to_numpy(dx), expected_dx) < 1e-5
    for name, g in gradients(on_cpu).items():
        assert error(gradients(moved)[name], g) < 1e-5


def test_repr_names_the_layer(example):
    layer, _ = example
    assert repr(layer).startswith(type(layer).__name__)


def test_an_empty_batch_goes_through(example):
    layer, x = example
    assert layer.eval()(x[:0]).shape == (0, *layer.output_shape(x.shape[1:]))
