"""Settings of optimizers at their bounds, the names of parameters, and states that are copies."""

import numpy as np
import pytest

from minivgg.layers import Linear, Parameter
from minivgg.optim import SGD, Adam, AdamW


def parameter(*numbers):
    return Parameter(np.array(numbers, float))


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_the_least_settings_are_allowed_and_change_nothing(kind):
    w = parameter(1.0, 2.0)
    betas = {"momentum": 0} if kind is SGD else {"betas": (0, 0)}
    optimizer = kind([w], lr=0, weight_decay=0, **betas)
    w.grad = np.array([3.0, -4.0])
    optimizer.step()
    assert w.data.tolist() == [1, 2]
    assert (optimizer.lr, type(optimizer.lr)) == (0, float)


@pytest.mark.parametrize("number", [np.float32(0.5), np.array(0.5), np.int64(2), 2])
def test_a_rate_may_be_a_number_of_numpy(number):
    assert SGD([parameter(1.0)], number).lr == float(number)


@pytest.mark.parametrize("wrong", ["0.1", None, [0.1], 1j])
def test_a_rate_that_is_no_number_is_refused(wrong):
    with pytest.raises(TypeError, match=r"^SGD: lr must be a number, got "):
        SGD([parameter(1.0)], wrong)


@pytest.mark.parametrize(
    ("betas", "words"),
    [
        ((1.0, 0.9), "from 0 to below 1"), ((-0.1, 0.9), "from 0 to below 1"),
        ((0.9, -0.1), "from 0 to below 1"), ((0.9, 1.5), "from 0 to below 1"),
    ],
)  # fmt: skip
def test_each_of_the_betas_is_looked_at(betas, words):
    with pytest.raises(ValueError, match=f"^Adam: betas must be two numbers {words}"):
        Adam([parameter(1.0)], betas=betas)
    for odd in ((0.9, "0.9"), (None, 0.9), (0.9, 0.9, 0.9), ()):
        with pytest.raises(TypeError, match=r"^Adam: betas must be two numbers, such as"):
            Adam([parameter(1.0)], betas=odd)


def test_parameters_of_a_list_are_named_by_their_number():
    first, second = parameter(1.0), parameter(2.0)
    assert SGD([first, second]).parameters == {"0": first, "1": second}
    assert SGD(iter([second])).parameters == {"0": second}
    given = {"w": first}
    optimizer = SGD(given)
    given.clear()
    assert optimizer.parameters == {"w": first}


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_a_state_does_not_change_with_the_next_step_nor_with_the_one_it_was_loaded_into(kind):
    w = parameter(1.0, 2.0)
    optimizer = kind({"w": w})
    w.grad = np.array([1.0, -2.0])
    optimizer.step()
    state = optimizer.state_dict()
    before = {name: np.copy(array) for name, array in state.items()}
    other = kind({"w": w})
    other.load_state_dict(state)
    optimizer.step()
    other.step()
    assert before.keys() == state.keys()
    assert all((state[name] == before[name]).all() for name in before)
    assert any((optimizer.state_dict()[name] != before[name]).any() for name in before)


def test_a_frozen_layer_in_eval_mode_does_not_stop_a_step():
    """Only what is learned must be in training mode."""
    fixed, learned = Linear(2, 2), Linear(2, 2)
    parameters = {"fixed": fixed.weight, "learned": learned.weight}
    fixed.freeze().eval()
    optimizer = SGD(parameters, 0.5, momentum=0, weight_decay=0)
    before = learned.weight.data.copy()
    learned.weight.add_grad(np.ones((2, 2), np.float32))
    optimizer.step()
    assert learned.weight.data == pytest.approx(before - 0.5)
    assert list(optimizer.velocity) == ["learned"]
