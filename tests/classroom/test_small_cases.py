"""The cases of convolution and pooling: small, different in one factor, and not to be guessed."""

import itertools

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.bank.small_cases import CONVOLUTIONS, POOLINGS, TWO_FILTERS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.grader import grade_results
from minivgg.classroom.results import Results, bank_results, compare_case
from minivgg.classroom.tasks import Case

WITH_PADDING = ("im2col", "conv_forward", "col2im", "conv_backward")
OF_IMAGES = (*WITH_PADDING, "maxpool_forward", "maxpool_backward")


def named_arguments(task, case):
    """{name: value} of a case's first call."""
    names = task.signature.split("(")[1].rstrip(")").split(", ")
    return dict(zip(names, case.arguments()[0], strict=True))


def arguments_of(task):
    """The arguments of each public case."""
    return [named_arguments(task, case) for case in task.cases]


def factors(geometry):
    """What can differ: N, C, F, the image, the kernel or window, stride and padding."""
    g = geometry._asdict()
    kernel = (g["kh"], g["kw"]) if "kh" in g else g["size"]
    image = (g["h"], g["w"])
    return (g["n"], g["c"], g.get("f"), image, kernel, g["stride"], g.get("padding"))


@pytest.mark.parametrize(
    "geometry", [*CONVOLUTIONS, TWO_FILTERS, *POOLINGS], ids=lambda geometry: geometry.about
)
def test_each_small_case_differs_from_another_one_in_one_factor(geometry):
    same = POOLINGS if geometry in POOLINGS else (*CONVOLUTIONS, TWO_FILTERS)
    differing = [
        sum(a != b for a, b in zip(factors(geometry), factors(other), strict=True))
        for other in same
        if other is not geometry
    ]
    assert min(differing) == 1


@pytest.mark.parametrize("name", OF_IMAGES)
def test_the_small_cases_can_be_read_and_have_names_of_their_own(name):
    cases = TASKS[name].cases
    assert len({case.about for case in cases}) == len(cases)
    small = {geometry.about for geometry in (*CONVOLUTIONS, TWO_FILTERS, *POOLINGS)}
    for case in cases:
        if case.about in small:
            arrays = [a for a in case.arguments()[0] if isinstance(a, np.ndarray)]
            assert all(a.size <= 64 and not np.mod(a, 1).any() for a in arrays), case.about


@pytest.mark.parametrize("name", WITH_PADDING)
def test_no_value_of_a_factor_dominates_the_points(name):
    calls = arguments_of(TASKS[name])
    padded = np.mean([call["padding"] > 0 for call in calls])
    strided = np.mean([call["stride"] > 1 for call in calls])
    assert 0.35 <= padded <= 0.65
    assert 0.25 <= strided <= 0.75
    images = [call["x_shape"] if "x_shape" in call else call["x"].shape for call in calls]
    for axis in (0, 1):
        assert 0.3 <= np.mean([shape[axis] > 1 for shape in images]) <= 0.7
    assert 0.25 <= np.mean([shape[2] != shape[3] for shape in images]) <= 0.75


@pytest.mark.parametrize("name", ["maxpool_forward", "maxpool_backward"])
def test_about_half_of_the_pooling_cases_have_windows_beside_each_other(name):
    calls = arguments_of(TASKS[name])
    assert 0.35 <= np.mean([call["size"] == call["stride"] for call in calls]) <= 0.65


@pytest.mark.parametrize("name", WITH_PADDING)
def test_a_padding_of_half_the_kernel_and_more_occurs(name):
    for call in arguments_of(TASKS[name]):
        kh = call["w"].shape[2] if "w" in call else call["kh"]
        if 2 * call["padding"] >= kh > 1:
            return
    pytest.fail("no case has 2 · padding ≥ kernel")


def test_starts_within_the_unpadded_image_fail_in_conv_forward():
    """With range(0, H, stride), the windows that begin in the padding after the image are left."""

    def conv_forward(x, w, b, stride, padding):
        y = TASKS["conv_forward"].implementation()(x, w, b, stride, padding)
        rows, columns = (-(-side // stride) for side in x.shape[2:])
        y[:, :, rows:], y[:, :, :, columns:] = 0, 0
        return y

    task = TASKS["conv_forward"]
    assert not grade_results(Results.from_function(conv_forward, task, task.cases)).passed


CONSTANTS = {
    "zeros": lambda right, arguments: np.zeros_like(right),
    "ones": lambda right, arguments: np.ones_like(right),
    "nothing": lambda right, arguments: right[:0],
    "the first argument": lambda right, arguments: arguments[0],
    "the second argument": lambda right, arguments: arguments[1],
}


@pytest.mark.parametrize("name", OF_IMAGES)
def test_no_constant_and_no_argument_passes_a_hidden_case(name):
    """Over many seeds: each hidden case is a random one, of which a student sees nothing."""
    task = TASKS[name]
    answer = task.implementation()
    cases = [Case.from_dict(entry) for entry in generate_cases(name, 60, 11)]
    for constant, case in itertools.product(CONSTANTS.values(), cases):

        def function(*arguments, constant=constant):
            right = answer(*arguments)
            if isinstance(right, tuple):
                return tuple(constant(output, arguments) for output in right)
            return constant(right, arguments)

        results = Results.from_function(function, task, (case,))
        correct = compare_case(results, bank_results(task, (case,)), 0)
        assert not any(correct.values())


@pytest.mark.parametrize("name", WITH_PADDING)
def test_hidden_cases_have_images_of_both_forms_and_large_paddings(name):
    entries = generate_cases(name, 40, 12)
    calls = [named_arguments(TASKS[name], Case.from_dict(entry)) for entry in entries]
    shapes = [call["x_shape"] if "x_shape" in call else call["x"].shape for call in calls]
    assert {shape[2] > shape[3] for shape in shapes} == {True, False}
    heights = [call["w"].shape[2] if "w" in call else call["kh"] for call in calls]
    large = [2 * call["padding"] >= k for call, k in zip(calls, heights, strict=True)]
    assert 0.2 <= np.mean(large) <= 0.8
