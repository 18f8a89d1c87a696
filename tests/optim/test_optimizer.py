"""What all optimizers share: they refuse what they cannot use, and leave frozen weights alone."""

import numpy as np
import pytest

from minivgg.layers import Linear, Parameter
from minivgg.optim import Optimizer, Schedule


class _PlainSGD(Optimizer):
    """w ← w − lr · g."""

    def step(self):
        for p in self.learned_parameters().values():
            p.data -= self.lr * p.grad

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        pass


def test_a_step_changes_learned_weights_and_leaves_frozen_ones():
    learned, frozen = Parameter(np.ones(2)), Parameter(np.ones(2))
    learned.grad, frozen.grad, frozen.frozen = np.ones(2), np.ones(2), True
    _PlainSGD([learned, frozen], lr=0.5).step()
    assert learned.data.tolist() == [0.5, 0.5]
    assert frozen.data.tolist() == [1, 1]


def test_errors_name_the_class_of_the_optimizer():
    p = Parameter(np.ones(1))
    for parameters, lr, words in (
        ([], 0.1, "_PlainSGD: there are no parameters"),
        ([p, p], 0.1, "_PlainSGD: a parameter is in the list twice"),
        ([p], -1, "_PlainSGD: lr must be a finite number"),
    ):
        with pytest.raises(ValueError, match=words):
            _PlainSGD(parameters, lr)


def test_a_step_in_eval_mode_says_to_call_train():
    net = Linear(2, 2).eval()
    with pytest.raises(RuntimeError, match=r"_PlainSGD: the parameter 'weight' .* call train\(\)"):
        _PlainSGD(net.parameters(), 0.1).step()


def test_gradients_are_set_to_zero():
    p = Parameter(np.ones(1))
    p.add_grad(np.ones(1))
    _PlainSGD([p], 0.1).zero_grad()
    assert not p.has_grad


@pytest.mark.parametrize(
    ("base", "arguments"), [(Optimizer, ([Parameter(np.ones(1))], 0.1)), (Schedule, ())]
)
def test_a_class_without_its_methods_is_refused_when_an_object_is_made(base, arguments):
    class Unfinished(base):
        def step(self, accuracy=None):
            pass

    with pytest.raises(TypeError, match=r"abstract methods '?load_state_dict'?, '?state_dict'?"):
        Unfinished(*arguments)
