"""Momentum SGD by the paper's rule, number by number, over changes of rate; and the schedules."""

import numpy as np
import pytest

from minivgg import backend, layers
from minivgg.layers import Parameter
from minivgg.optim import SGD, CosineLR, ReduceOnPlateau, StepLR


def steps(gradients, rates, **settings):
    p = Parameter(np.array([1.0]))
    optimizer = SGD([p], rates[0], **settings)
    found = []
    for g, lr in zip(gradients, rates, strict=True):
        optimizer.lr = lr
        p.grad = np.array([g])
        optimizer.step()
        found.append(p.data[0])
    return found


def test_the_papers_rule_over_a_change_of_rate():
    """v ← 0.9·v − lr·(λ·w + g), w ← w + v; PyTorch's form differs after a change of lr."""
    found = steps([2.0, -1.0, 0.5, 0.5], [0.1, 0.1, 0.01, 0.01], momentum=0.9, weight_decay=0.2)
    w, v, expected = 1.0, 0.0, []
    for g, lr in zip([2.0, -1.0, 0.5, 0.5], [0.1, 0.1, 0.01, 0.01], strict=True):
        v = 0.9 * v - lr * (0.2 * w + g)
        w = w + v
        expected.append(w)
    assert found == pytest.approx(expected, rel=1e-14)
    assert found[0] == pytest.approx(1 - 0.1 * 2.2)


def test_nesterov_looks_ahead():
    """The same as computing the gradient at w + momentum·v, written for the shifted weights."""
    found = steps([1.0, 1.0], [0.1, 0.1], momentum=0.5, weight_decay=0.0, nesterov=True)
    assert found == pytest.approx([1 - 0.1 - 0.05, 1 - 0.15 - 0.1 - 0.5 * 0.15])


def test_float32_stays_float32(device):
    net = layers.Linear(3, 2)
    optimizer = SGD(net.parameters(), np.float64(0.1))
    net(backend.to_device(np.ones((1, 3), np.float32), device))
    net.backward(backend.to_device(np.ones((1, 2), np.float32), device))
    optimizer.step()
    assert net.weight.data.dtype == np.float32
    assert backend.device_of(optimizer.velocity["weight"]) == device


def test_a_parameter_without_gradient_only_decays():
    p = Parameter(np.array([2.0]))
    SGD([p], 0.1, weight_decay=0.5).step()
    assert p.data[0] == pytest.approx(2 - 0.1 * 0.5 * 2)


def test_velocity_is_saved_and_refused_by_another_net():
    p = Parameter(np.ones((2, 2)))
    optimizer = SGD({"w": p})
    p.grad = np.ones((2, 2))
    optimizer.step()
    other = SGD({"w": Parameter(np.ones((2, 2)))})
    other.load_state_dict(optimizer.state_dict())
    assert (other.velocity["w"] == optimizer.velocity["w"]).all()
    with pytest.raises(ValueError, match="belongs to another network"):
        SGD({"w": Parameter(np.ones(3))}).load_state_dict(optimizer.state_dict())
    with pytest.raises(ValueError, match=r"'w' of shape .* belongs to another network"):
        SGD({"v": Parameter(np.ones((2, 2)))}).load_state_dict(optimizer.state_dict())


@pytest.mark.parametrize(
    "settings",
    [{"lr": -1}, {"lr": float("nan")}, {"momentum": -0.1}, {"weight_decay": float("inf")}],
)
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match=f"{next(iter(settings))} must be a finite number"):
        SGD([Parameter(np.ones(1))], **settings)


def test_momentum_of_one_is_refused():
    with pytest.raises(ValueError, match="momentum must be below 1"):
        SGD([Parameter(np.ones(1))], momentum=1.0)


def test_a_parameter_twice_is_refused():
    p = Parameter(np.ones(1))
    with pytest.raises(ValueError, match="in the list twice"):
        SGD([p, p])


def test_nothing_to_optimize_is_refused():
    with pytest.raises(ValueError, match="no parameters"):
        SGD({})


def test_step_lr_divides_at_each_step():
    optimizer = SGD([Parameter(np.ones(1))], 1.0)
    schedule = StepLR(optimizer, 2)
    rates = []
    for _ in range(5):
        schedule.step()
        rates.append(optimizer.lr)
    assert rates == pytest.approx([1, 0.1, 0.1, 0.01, 0.01])
    with pytest.raises(ValueError, match="at least 1 epoch"):
        StepLR(optimizer, 0)


def test_a_longer_schedule_goes_on_at_the_rate_it_would_have_led_to():
    """Two epochs of a short training, then more: lr does not stay where the short one ended."""
    optimizer = SGD([Parameter(np.ones(1))], 1.0)
    short = StepLR(optimizer, 1)
    short.step()
    short.step()
    assert optimizer.lr == pytest.approx(0.01)
    state, optimizer = short.state_dict(), SGD([Parameter(np.ones(1))], 1.0)
    longer = StepLR(optimizer, 4)
    longer.load_state_dict(state)
    assert optimizer.lr == 1.0
    longer.step()
    longer.step()
    assert optimizer.lr == pytest.approx(0.1)


def test_cosine_lr_falls_to_nothing():
    optimizer = SGD([Parameter(np.ones(1))], 2.0)
    schedule = CosineLR(optimizer, 4)
    rates = []
    for _ in range(6):
        schedule.step()
        rates.append(optimizer.lr)
    assert rates == pytest.approx([1 + np.sqrt(0.5), 1, 1 - np.sqrt(0.5), 0, 0, 0], abs=1e-12)
    with pytest.raises(ValueError, match="epochs must be at least 1"):
        CosineLR(optimizer, 0)


def test_a_cosine_over_more_epochs_goes_on_at_its_own_rate():
    optimizer = SGD([Parameter(np.ones(1))], 1.0)
    short = CosineLR(optimizer, 2)
    short.step()
    short.step()
    optimizer = SGD([Parameter(np.ones(1))], 1.0)
    CosineLR(optimizer, 4).load_state_dict(short.state_dict())
    assert optimizer.lr == pytest.approx(0.5)


def test_plateau_divides_three_times_and_no_more():
    optimizer = SGD([Parameter(np.ones(1))], 1.0)
    schedule = ReduceOnPlateau(optimizer, patience=2)
    rates = []
    for accuracy in [0.5, 0.6, 0.6, 0.6, 0.7, 0.7, 0.65, 0.7, 0.7, 0.7, 0.7]:
        schedule.step(accuracy)
        rates.append(round(optimizer.lr, 6))
    assert rates == [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.001]
    with pytest.raises(ValueError, match="needs a validation accuracy"):
        schedule.step(None)


@pytest.mark.parametrize(
    "kind",
    [lambda o: StepLR(o, 2), lambda o: ReduceOnPlateau(o, patience=1), lambda o: CosineLR(o, 5)],
)
def test_schedules_go_on_where_they_were_saved(kind):
    def run(saved_after):
        optimizer = SGD([Parameter(np.ones(1))], 1.0)
        schedule = kind(optimizer)
        for epoch, accuracy in enumerate([0.5, 0.4, 0.6, 0.6, 0.5, 0.7]):
            if epoch == saved_after:
                state = schedule.state_dict()
                optimizer = SGD([Parameter(np.ones(1))], 1.0)
                schedule = kind(optimizer)
                schedule.load_state_dict(state)
            schedule.step(accuracy)
        return optimizer.lr

    assert run(None) == run(3)
