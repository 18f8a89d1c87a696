"""Adam and AdamW: PyTorch's values, frozen here, and what they keep between steps."""

import numpy as np
import pytest

from minivgg import backend, layers, weights
from minivgg.layers import Parameter
from minivgg.optim import SGD, Adam, AdamW


@pytest.mark.parametrize(
    ("kind", "weight_decay", "expected"),
    [
        (Adam, 0.0, [0.7067981556522189, -1.7029702970297027, 0.5]),
        (Adam, 0.1, [0.705820274096575, -1.701431970658311, 0.21147017070429264]),
        (AdamW, 0.1, [0.6800532090506664, -1.6465286930693066, 0.48514949999999996]),
    ],
)
def test_three_steps_are_pytorchs(kind, weight_decay, expected):
    w = Parameter(np.array([1.0, -2.0, 0.5]))
    optimizer = kind([w], lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=weight_decay)
    for t in range(3):
        w.grad = np.array([t + 1.0, -0.1, 0.0])
        optimizer.step()
        assert w.grad.tolist() == [t + 1.0, -0.1, 0.0]
    np.testing.assert_allclose(w.data, expected, rtol=1e-14)


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_it_works_on_every_device_in_float32(kind, device):
    """In place, with its state beside the weights, in their memory order."""
    conv = layers.Conv2d(2, 3, 3)
    array = conv.weight.data
    optimizer = kind(conv.parameters(), np.float64(0.1), weight_decay=0.1)
    before = backend.to_numpy(array).copy()
    for _ in range(2):
        conv(backend.to_device(np.ones((1, 2, 4, 4), np.float32), device))
        conv.backward(backend.to_device(np.ones((1, 3, 2, 2), np.float32), device))
        optimizer.step()
    assert conv.weight.data is array
    assert np.abs(backend.to_numpy(array) - before).max() == pytest.approx(0.2, rel=0.1)
    for a in (array, optimizer.m["weight"], optimizer.v["weight"]):
        assert a.dtype == np.float32
        assert backend.device_of(a) == device
        assert a.strides == array.strides


def test_a_training_continues_from_its_state(tmp_path):
    """Through a file, as in a checkpoint."""

    def train(optimizer, w, steps):
        for t in steps:
            w.grad = np.array([[1.0, -2.0 * t], [0.1, 0.0]])
            optimizer.step()

    whole, first = (Parameter(np.ones((2, 2))) for _ in range(2))
    train(Adam({"w": whole}, weight_decay=0.1), whole, range(5))
    optimizer = Adam({"w": first}, weight_decay=0.1)
    train(optimizer, first, range(3))
    second = Parameter(first.data.copy())
    other = Adam({"w": second}, weight_decay=0.1)
    weights.save(tmp_path / "optimizer.safetensors", optimizer.state_dict())
    other.load_state_dict(weights.load(tmp_path / "optimizer.safetensors"))
    train(other, second, range(3, 5))
    assert (second.data == whole.data).all()


def test_a_weight_that_was_frozen_begins_with_a_first_step():
    """Its running means begin at 0 later than those of the others."""
    w, late = Parameter(np.ones(1)), Parameter(np.ones(1))
    optimizer, late.frozen = Adam([w, late], lr=0.1), True
    for step in range(4):
        late.frozen = step < 3
        w.grad = late.grad = np.array([5.0])
        optimizer.step()
    assert late.data == pytest.approx(0.9)
    assert w.data == pytest.approx(0.6)


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_a_weight_without_a_gradient_stays_as_in_pytorch(kind):
    """Also with weight decay and with momentum of earlier steps."""
    w, unused = Parameter(np.ones(1)), Parameter(np.ones(1))
    optimizer = kind([w, unused], lr=0.1, weight_decay=0.5)
    w.grad = np.array([1.0])
    optimizer.step()
    assert w.data < 1
    assert unused.data == 1
    after = float(w.data[0])
    optimizer.zero_grad()
    optimizer.step()
    assert w.data == after


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"w": np.ones(2)}, "is that of another optimizer: it has 'w', and no running means"),
        ({"m.w": np.ones(2), "v.w": np.ones(2)}, "lacks 'steps.w'"),
        ({"steps.w": np.array(1), "m.w": np.ones(2)}, "lacks 'v.w'"),
        (
            {"steps.w": np.array(1), "m.w": np.ones(3), "v.w": np.ones(3)},
            r"'m.w' of shape \(3,\) belongs to another network",
        ),
        (
            {"steps.a": np.array(1), "m.a": np.ones(2), "v.a": np.ones(2)},
            "'m.a' .* belongs to another network",
        ),
    ],
)
def test_the_state_of_another_training_is_refused(state, words):
    optimizer = Adam({"w": Parameter(np.ones(2))})
    with pytest.raises(ValueError, match=words):
        optimizer.load_state_dict(state)
    assert optimizer.state_dict() == {}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lr": -1}, "AdamW: lr must be a finite number of at least 0"),
        ({"eps": float("nan")}, "AdamW: eps must be a finite number"),
        ({"weight_decay": -0.1}, "AdamW: weight_decay must be a finite number"),
        ({"betas": (0.9, 1.0)}, "AdamW: betas must be two numbers from 0 to below 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        AdamW([Parameter(np.ones(1))], **settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lr": "1e-3"}, "Adam: lr must be a number, got '1e-3'"),
        ({"betas": 0.9}, r"Adam: betas must be two numbers, such as \(0.9, 0.999\), got 0.9"),
        ({"betas": (0.9,)}, "Adam: betas must be two numbers"),
        ({"betas": ("0.9", 0.9)}, "Adam: betas must be two numbers"),
        ({"weight_decay": None}, "Adam: weight_decay must be a number, got None"),
    ],
)
def test_settings_of_another_type_are_refused(settings, words):
    with pytest.raises(TypeError, match=words):
        Adam([Parameter(np.ones(1))], **settings)


def test_what_is_no_list_of_parameters_is_refused():
    net = layers.Sequential(layers.Linear(2, 1))
    with pytest.raises(TypeError, match=r"must be Parameters, got str: pass net.parameters\(\)"):
        Adam(list(net.parameters()))
    with pytest.raises(TypeError, match=r"Adam: got a net: pass its parameters, net.parameters"):
        Adam(net)
