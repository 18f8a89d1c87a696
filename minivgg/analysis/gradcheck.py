"""Gradient checks: compare hand-written gradients with central differences of the forward pass.

For each number x of each input and parameter, the central difference (L(x + h) − L(x − h)) / 2h
must equal the gradient that ``backward`` computes, where L = Σ y·dy for a random upstream dy.

Everything runs in float64: in float32, rounding alone causes errors of 10 %. At a kink (ReLU at 0,
a tie in a max-pool) the derivative does not exist: such elements are found and reported separately.
Parameters are drawn at random, because a mistake may not show at a factor of 1 or a bias of 0.
"""

from typing import Any

import numpy as np

from minivgg import backend, layers
from minivgg.analysis.gradcheck_result import Entry, GradcheckResult
from minivgg.analysis.gradcheck_subject import (
    Backward,
    Differentiable,
    Forward,
    Subject,
    draw_parameters,
    is_float_array,
)
from minivgg.backend.types import Array
from minivgg.layers import losses


def gradcheck(
    layer_or_function: Differentiable | Forward,
    inputs: Array | tuple[object, ...],
    backward: Backward | None = None,
    *,
    tolerance: float = 1e-7,
    step: float = 1e-5,
    samples: int | None = None,
    seed: int = 0,
    keep_parameters: bool = False,
    **options: object,
) -> GradcheckResult:
    """Compare backward's gradients with central differences in float64.

    Gradients of another dtype, arguments that are written into, and ``Parameter.grad`` that is
    overwritten instead of added to are found as well. The layer and the inputs are not changed: the
    check uses copies, in which the parameters are drawn at random around their values.

    A check tells about these inputs and parameters only. A mistake that shows elsewhere, such as in
    a branch of the code that was not taken, needs inputs of its own.

    Parameters
    ----------
    layer_or_function : Layer, loss or function
        A ``Layer`` (its parameters are checked too), a loss object, or a forward function that
        returns (y, saved).
    inputs : array or tuple
        Its input, or a tuple of them. Floating-point arrays are checked, apart from the targets of
        a loss; anything else (labels, sizes, None) is passed on.
    backward : function, optional
        For a function, ``backward(dy, saved)`` (or ``backward(saved)`` after a scalar y) that
        returns one gradient for each checked input, in order; by default the function of the same
        name with ``_backward``.
    tolerance : float
        Largest relative error allowed, ``|a − n| / max(|a|, |n|, m)``, where m is 1 % of that
        gradient's largest element. Differences below the rounding noise of the central difference
        pass: the gradient of a bias before batch norm, for example, is zero, and only noise is
        measured.
    step : float
        h of the central difference.
    samples : int, optional
        The number of elements of each array to check, at random (default: every element).
    seed : int
        Of the parameters, the upstream gradient, and the choice of samples.
    keep_parameters : bool
        Whether to check a layer with the parameters that it has. By default each number is
        multiplied by a random factor from 0.5 to 1.5, and a 0 becomes a random number from -0.5 to
        0.5: otherwise a factor that is 1 at first could be missing from a gradient unnoticed.
        Buffers stay as they are.
    **options
        Keyword arguments of forward, such as stride=2.

    Returns
    -------
    GradcheckResult
        True when all is right; print it.

    Raises
    ------
    TypeError
        If there is no backward, or nothing to check.
    ValueError
        If the forward pass is random, or samples is below 1.

    Examples
    --------
    >>> from minivgg import layers
    >>> from minivgg.analysis.gradcheck import gradcheck
    >>> x = np.random.default_rng(0).standard_normal((2, 3, 5, 4))
    >>> bool(gradcheck(layers.Conv2d(3, 2, 3, padding=1), x))
    True

    A backward pass that forgets a factor 2:

    >>> def square(x):
    ...     return x**2, x

    >>> print(gradcheck(square, np.array([1.0, 3.0]), backward=lambda dy, x: x * dy))
    square: the gradients are NOT RIGHT
      wrong  dx  (2,)             worst relative error 5.0e-01 of 2 elements
    Look at dx[0]: backward gives ..., but the slope of the forward pass is ... (ratio 0.5).
    """
    if samples is not None and samples < 1:
        raise ValueError(f"gradcheck: samples must be at least 1, got {samples}")
    inputs = [_to_float64(x) for x in (inputs if isinstance(inputs, tuple) else (inputs,))]
    if not any(map(is_float_array, inputs)):
        raise TypeError("gradcheck needs at least one floating-point array among the inputs")
    subject = Subject(layer_or_function, inputs, backward, options, seed, keep_parameters)
    result = GradcheckResult(subject.name, tolerance)
    # not default_rng(seed), which the caller may have drawn the input from
    rng = np.random.default_rng([seed, 1409, 1556])
    y = subject.forward()
    repeats = np.array_equal(y, subject.forward(), equal_nan=True)
    result.entries += subject.modified_inputs("forward")
    if not repeats:
        if result.entries:
            return result
        raise ValueError(
            f"gradcheck: {subject.name} gives different results each time: draw its random numbers "
            "from backend.rng(), and do not write into its parameters"
        )
    if not np.isfinite(y).all():
        problem = "the output holds numbers that are not finite, nothing could be compared"
        result.entries.append(Entry("y", y.shape, problem=problem))
        return result
    dy = rng.standard_normal(y.shape) if y.shape else np.ones(())
    gradients, complaints = subject.gradients(dy)
    result.entries += complaints
    for name, array, gradient in gradients:
        entry = _compare(name, array, gradient, subject, dy, step, tolerance, samples, rng)
        result.entries.append(entry)
    return result


def examples(seed: int = 0) -> list[tuple[layers.Layer, np.ndarray]]:
    """A layer of each kind with an input to check it with.

    Inputs have H ≠ W and N > 1, windows overlap and do not divide the input, and no parameter is 0
    or 1. ``minivgg gradcheck`` and the tests check all of them.

    Parameters
    ----------
    seed : int
        Of the inputs and the parameters.

    Returns
    -------
    list of (Layer, array)
        The inputs are float64; ``gradcheck`` makes the layers so as well.
    """
    rng = np.random.default_rng(seed)
    images, rows = rng.standard_normal((2, 4, 7, 6)), rng.standard_normal((3, 5))
    with backend.fixed_seed(seed):
        made = _example_layers()
    for layer in made:
        draw_parameters(layer, seed)
    return [(layer, rows if isinstance(layer, layers.Linear) else images) for layer in made]


def loss_examples(seed: int = 0) -> list[tuple[Differentiable, tuple[np.ndarray, np.ndarray]]]:
    """Losses with outputs and targets to check them with, with and without their options.

    Parameters
    ----------
    seed : int
        Of the outputs and the targets.

    Returns
    -------
    list of (loss, (array, array))
        The outputs are float64.
    """
    rng = np.random.default_rng(seed)
    outputs, labels = rng.standard_normal((4, 3)), np.array([0, 2, 1, 2])
    weighted = losses.SoftmaxCrossEntropy([0.5, 2.0, 1.5], label_smoothing=0.2, ignore_index=1)
    return [
        (losses.SoftmaxCrossEntropy(), (outputs, labels)),
        (weighted, (outputs, labels)),
        (losses.MSELoss(), (outputs, rng.standard_normal((4, 3)))),
    ]


def _example_layers() -> list[layers.Layer]:
    return [
        layers.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
        layers.MaxPool2d(3, stride=2, padding=1, ceil_mode=True),
        layers.AvgPool2d((3, 2), stride=2, padding=1, ceil_mode=True),
        layers.GlobalAvgPool2d(),
        layers.GlobalMaxPool2d(),
        layers.SubsamplePad(4, 6, stride=2),
        layers.ReLU(),
        layers.Dropout(0.3),
        layers.LocalResponseNorm(5, alpha=0.1),
        layers.BatchNorm2d(4),
        layers.Flatten(),
        layers.Linear(5, 3),
        layers.Sequential(layers.Conv2d(4, 3, 3, padding=1), layers.ReLU(), layers.MaxPool2d(2)),
        layers.Concat(layers.Conv2d(4, 3, 3, padding=1), layers.MaxPool2d(3, stride=1, padding=1)),
        layers.Residual(
            layers.Conv2d(4, 3, 3, stride=2, padding=1), layers.Conv2d(4, 3, 1, stride=2)
        ),
    ]


def _compare(
    name: str,
    array: Array,
    gradient: Array,
    subject: Subject,
    dy: np.ndarray,
    step: float,
    tolerance: float,
    samples: int | None,
    rng: np.random.Generator,
) -> Entry:
    """Compare one gradient with central differences, element by element; returns its ``Entry``."""
    entry = Entry(name, array.shape)
    entry.problem = _problem(array, gradient)
    if entry.problem:
        return entry
    analytic = backend.to_numpy(gradient)
    indices = list(np.ndindex(array.shape))
    if samples is not None and samples < len(indices):
        indices = [indices[i] for i in sorted(rng.choice(len(indices), samples, replace=False))]
    slopes = [_Slopes(array, index, subject, dy, step) for index in indices]
    pairs = list(zip(indices, slopes, strict=True))
    least = 0.01 * max(max(abs(s.mean), abs(float(analytic[i]))) for i, s in pairs)
    for index, s in pairs:
        a = float(analytic[index])
        error = s.error(a, least, tolerance)
        if not error <= tolerance:
            # With a smaller step, curvature vanishes and a kink may lie outside the step; a wrong
            # gradient stays wrong.
            near = _Slopes(array, index, subject, dy, step / 100)
            error = min(error, near.error(a, least, tolerance))
            # curvature would have made the gap a hundred times smaller
            is_kink = near.gap > max(0.1 * s.gap, 1e-3 * max(abs(a), least))
            if error > tolerance and is_kink and near.allows(a, tolerance * max(abs(a), least)):
                entry.kinks += 1
                continue
        entry.compared += 1
        if not error <= entry.error:
            entry.error, entry.index, entry.analytic, entry.numeric = error, index, a, s.mean
    if not entry.compared:
        entry.problem = (
            f"all {entry.kinks} elements stand at a kink, nothing could be compared: "
            "try random inputs"
        )
    return entry


def _problem(array: Array, gradient: Array | None) -> str:
    """What is wrong with a gradient as a whole, or ""."""
    if gradient is None or gradient.shape != array.shape:
        return f"the gradient has shape {getattr(gradient, 'shape', None)}, its array {array.shape}"
    if gradient.dtype != array.dtype:
        return f"the gradient is {gradient.dtype}, its array {array.dtype}"
    if not array.size:
        return "the array has no elements, nothing could be compared"
    bad = int((~np.isfinite(backend.to_numpy(gradient))).sum())
    return f"the gradient holds {bad} numbers that are not finite" if bad else ""


class _Slopes:
    """The slopes of L = Σ y·dy left and right of one element, and the rounding noise in them."""

    def __init__(
        self, array: Array, index: tuple[int, ...], subject: Subject, dy: np.ndarray, h: float
    ) -> None:
        old = float(array[index])
        x: list[float] = []
        y: list[np.ndarray] = []
        for shift in (-h, 0.0, h):
            array[index] = old + shift
            x.append(float(array[index]))  # the number that x + h is rounded to
            y.append(subject.forward())
        array[index] = old
        # difference first, then the sum: outputs that did not change cancel exactly
        self.left = float(((y[1] - y[0]) * dy).sum() / (x[1] - x[0]))
        self.right = float(((y[2] - y[1]) * dy).sum() / (x[2] - x[1]))
        self.mean, self.gap = (self.left + self.right) / 2, abs(self.right - self.left)
        # rounding of the outputs that changed, and of the input on its way into each of them, both
        # divided by h like all differences
        changed = (y[1] * dy)[(y[0] != y[1]) | (y[1] != y[2])]
        moved = (y[2] - y[0]) * dy / (x[2] - x[0])
        rounding = float(np.linalg.norm(changed) + abs(old) * np.linalg.norm(moved))
        self.noise = 4 * float(np.finfo(float).eps) * rounding / h

    def error(self, a: float, least: float, tolerance: float) -> float:
        """The relative error of the analytic gradient a; ``least`` bounds the denominator."""
        if a == self.mean:
            return 0.0
        return abs(a - self.mean) / max(abs(a), abs(self.mean), least, self.noise / tolerance)

    def allows(self, a: float, slack: float) -> bool:
        """Whether a lies between the left and the right slope: at a kink, any of them is right."""
        slack += self.noise
        return min(self.left, self.right) - slack <= a <= max(self.left, self.right) + slack


def _to_float64(x: Any) -> Any:
    """A float64 copy of a floating-point array; anything else as it is."""
    if isinstance(x, list):
        backend.device_of(x)  # raises: a list of numbers would be passed on without a check
    return backend.namespace(x).array(x, np.float64) if is_float_array(x) else x
