"""Mistakes of the bank are named only where they explain the results."""

import itertools

import numpy as np
import pytest

from minivgg.classroom import check, reference_solutions
from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.known_mistakes import _candidates


def test_an_output_that_no_mistake_explains_stays_in_the_message():
    """db alone is explained; dx is nonsense, and this is said as well."""

    def backward(dy, x, w, b, stride, padding):
        dx, dw, db = reference_solutions.conv_backward(dy, x, w, b, stride, padding)
        return dx * 0 + 7, dw, db / len(x)

    verdict = check(backward, "conv_backward", quiet=True)
    assert verdict.mistakes == ("db-averaged",)
    assert any(s.startswith("dx is wrong") and "7 everywhere" in s for s in verdict.diagnoses)
    assert "dx" in verdict.message.split("Wrong, for example")[1]


@pytest.mark.parametrize("name", ["count_parameters", "receptive_field", "layer_shapes"])
def test_a_count_that_is_nearly_right_gets_no_name(name):
    answer = TASKS[name].implementation()

    def nearly(*arguments):
        return np.asarray(answer(*arguments), float) * 1.00003

    verdict = check(nearly, name, quiet=True)
    assert not verdict.passed
    assert verdict.mistakes == ()
    assert "nearly right" in verdict.diagnoses[0]
    assert "exact" in verdict.diagnoses[0]


def test_a_wrong_shape_is_not_called_an_overflow():
    def loss_in_a_list(logits, labels):
        loss, gradient = reference_solutions.softmax_cross_entropy(logits, labels)
        return np.array([loss]), gradient

    verdict = check(loss_in_a_list, "softmax_cross_entropy", quiet=True)
    assert "no-shift" not in verdict.mistakes
    assert "should have shape (), but has shape (1,)" in verdict.message


def test_a_fully_explained_result_has_no_further_diagnosis():
    def averaged(*arguments):
        dx, dw, db = reference_solutions.conv_backward(*arguments)
        return dx, dw, db / len(arguments[0])

    verdict = check(averaged, "conv_backward", quiet=True)
    assert verdict.mistakes == ("db-averaged",)
    assert verdict.diagnoses == ()


def test_an_error_in_a_later_call_of_a_case_is_an_error_of_the_case():
    calls = []

    def fails_at_the_second_call(dy, x, size, stride):
        calls.append(1)
        if len(calls) % 2 == 0:
            return x[0, 0, x.shape[2]]
        return reference_solutions.maxpool_backward(dy, x, size, stride)

    verdict = check(fails_at_the_second_call, "maxpool_backward", quiet=True)
    assert not verdict.passed
    assert "does not exist: axis 2 has" in verdict.message


@pytest.mark.parametrize("mistake", ["drops-at-test", "mask-at-test"])
def test_a_mistake_of_random_results_is_named_although_one_case_ends_in_an_error(mistake):
    task, calls = TASKS["dropout_forward"], []
    answer, second = task.implementation([mistake]), len(task.cases[0].calls) + 1

    def fails(*arguments):
        calls.append(arguments)
        if len(calls) == second:
            raise KeyError("this case alone")
        return answer(*arguments)

    assert check(fails, "dropout_forward", quiet=True).mistakes == (mistake,)


def test_a_mistake_in_most_cases_is_said_to_be_in_most_and_not_apart_from_errors():
    calls = []

    def mostly_clipped(x):
        calls.append(1)
        return x * 0 + 7 if len(calls) == 1 else np.minimum(x, 0)

    verdict = check(mostly_clipped, "relu_forward", quiet=True)
    assert verdict.mistakes
    assert "Most cases look like this mistake:" in verdict.message
    assert "does not end in an error" not in verdict.message


def test_a_mistake_where_the_function_does_not_fail_is_said_to_be_there():
    def fails_for_images(x):
        if x.ndim > 2:
            raise ValueError("only for matrices")
        return np.minimum(x, 0)

    verdict = check(fails_for_images, "relu_forward", quiet=True)
    assert verdict.mistakes
    assert "Where it does not end in an error, your function makes this" in verdict.message
    assert "Most cases" not in verdict.message


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_pairs_are_of_two_mistakes_and_no_pair_is_left_out(task):
    single = [names[0] for names in _candidates(task, pairs=False)]
    assert sorted(single) == sorted(v for m in task.mistakes for v in m.variant_names)
    pairs = [candidate for candidate in _candidates(task) if len(candidate) == 2]
    mistakes = {variant: task.find_mistake(variant).name for variant in single}
    expected = itertools.combinations(single, 2)
    assert pairs == [(a, b) for a, b in expected if mistakes[a] != mistakes[b]]
