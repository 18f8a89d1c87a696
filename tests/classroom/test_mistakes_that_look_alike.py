"""Mistakes with similar results are told apart, and what is nearly right gets no wrong name."""

import numpy as np
import pytest

from minivgg.classroom import check
from minivgg.classroom.bank import TASKS


def onehot_of(logits, labels):
    return np.eye(logits.shape[1])[labels]


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient(logits, labels):
    return (softmax(logits) - onehot_of(logits, labels)) / len(labels)


def log_of_p(logits, labels):
    p = softmax(logits)
    return -np.log(p[np.arange(len(p)), labels]).mean(), gradient(logits, labels)


def one_hot_times_log_p(logits, labels):
    loss = -(onehot_of(logits, labels) * np.log(softmax(logits))).sum() / len(labels)
    return loss, gradient(logits, labels)


def without_shift(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(p)), labels]).mean()
    return loss, (p - onehot_of(logits, labels)) / len(p)


def loss_in_brackets(logits, labels):
    loss, dlogits = TASKS["softmax_cross_entropy"].implementation()(logits, labels)
    return np.array([loss]), dlogits


@pytest.mark.parametrize(
    ("function", "mistake"),
    [
        (log_of_p, "log-of-underflowed-p"),
        (one_hot_times_log_p, "zero-times-log-zero"),
        (without_shift, "no-shift"),
        (loss_in_brackets, "loss-in-an-array"),
    ],
)
def test_four_losses_that_are_not_finite_or_not_a_number_have_different_names(function, mistake):
    assert check(function, "softmax_cross_entropy", quiet=True).mistakes == (mistake,)


def test_the_case_with_a_difference_of_2000_finds_the_logarithm_of_an_underflowed_p():
    task = TASKS["softmax_cross_entropy"]
    with np.errstate(divide="ignore"):
        failing = [
            case.about for case in task.cases if not np.isfinite(log_of_p(*case.arguments()[0])[0])
        ]
    assert failing == ["confident and wrong: a difference of 2000"]


COUNTS = ["receptive_field", "layer_shapes", "count_parameters"]


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("factor", [1.00003, 0.99997])
def test_counts_that_are_slightly_wrong_get_no_name(name, factor):
    answer = TASKS[name].implementation()

    def nearly_right(*arguments):
        return (np.array(answer(*arguments)) * factor).tolist()

    verdict = check(nearly_right, name, quiet=True)
    assert not verdict.passed
    assert verdict.mistakes == ()


@pytest.mark.parametrize("difference", [1, -1, 7, 1000])
def test_a_number_of_parameters_that_differs_a_little_gets_no_name(difference):
    answer = TASKS["count_parameters"].implementation()
    verdict = check(lambda *a: answer(*a) + difference, "count_parameters", quiet=True)
    assert not verdict.passed
    assert verdict.mistakes == ()


def test_a_number_of_parameters_without_the_last_bias_is_not_called_one_without_all_biases():
    answer = TASKS["count_parameters"].implementation()
    verdict = check(
        lambda configuration, classes, shape: answer(configuration, classes, shape) - classes,
        "count_parameters",
        quiet=True,
    )
    assert not verdict.passed
    assert verdict.mistakes == ()


def test_a_receptive_field_that_is_wrong_for_a_large_net_only_gets_no_name():
    answer = TASKS["receptive_field"].implementation()

    def nearly_right(layers):
        r, j = answer(layers)
        return (r + 1 if len(layers) > 10 else r), j

    verdict = check(nearly_right, "receptive_field", quiet=True)
    assert not verdict.passed
    assert verdict.mistakes == ()
