"""Floor 3: is a hand-written gradient right? Compare it with the slope that the forward pass itself shows.

For each number x of each input and parameter, the central difference (L(x + h) − L(x − h)) / 2h must equal the gradient that
``backward`` computes, where L = Σ y·dy for a random upstream gradient dy. Everything runs in float64: in float32 rounding alone
makes errors of 10 %. At a kink (ReLU at 0, a tie in a max-pool) a slope does not exist: such numbers are found, and reported apart.
"""

import copy
import inspect
import sys
from dataclasses import dataclass, field

import numpy as np

from minivgg import backend, layers
from minivgg.layers import Layer


@dataclass
class Entry:
    """What was found for one gradient: its worst element, how many were compared, how many stood at a kink."""

    name: str
    shape: tuple = ()
    compared: int = 0
    kinks: int = 0
    error: float = 0.0
    place: tuple = ()
    analytic: float = 0.0
    numeric: float = 0.0
    problem: str = ""  # what is wrong beyond single elements, or why nothing could be compared


@dataclass(repr=False)
class GradcheckResult:
    """The outcome: true when every gradient is right. ``str()`` says which element of which gradient is worst, and what to look at."""

    subject: str
    tolerance: float
    entries: list = field(default_factory=list)

    @property
    def worst(self):
        """The entry with a problem, or else with the largest error."""
        return max(self.entries, key=lambda e: (bool(e.problem), e.error))

    @property
    def error(self):
        """The largest relative error of all elements compared."""
        return max(e.error for e in self.entries)

    @property
    def ok(self):
        """Whether every gradient has the right shape and every element compared agrees within the tolerance."""
        return all(not e.problem and e.error <= self.tolerance for e in self.entries)

    def __bool__(self):
        return self.ok

    def __str__(self):
        lines = [f"{self.subject}: the gradients are {'right' if self.ok else 'NOT RIGHT'}"]
        width = max(len(e.name) for e in self.entries)
        for e in self.entries:
            verdict = "wrong" if e.problem or e.error > self.tolerance else "ok"
            kinks = f", {e.kinks} at a kink and not compared" if e.kinks else ""
            detail = (
                e.problem or f"worst relative error {e.error:.1e} of {e.compared} elements{kinks}"
            )
            lines.append(f"  {verdict:5}  {e.name:{width}}  {e.shape!s:16} {detail}")
        if not self.ok:
            lines.append(self._advice())
        return "\n".join(lines)

    __repr__ = __str__  # a notebook or a prompt shows what str() says

    def _advice(self):
        e = self.worst
        if e.problem:
            return f"Look at {e.name}: {e.problem}."
        place = f"{e.name}[{', '.join(map(str, e.place))}]"
        text = f"Look at {place}: backward says {e.analytic:.6g}, but the forward pass changes at a rate of {e.numeric:.6g}"
        if e.numeric and e.analytic:
            return f"{text} (ratio {e.analytic / e.numeric:.4g})."
        return text + "."


def gradcheck(
    layer_or_function,
    inputs,
    backward=None,
    *,
    tolerance=1e-7,
    step=1e-5,
    samples=None,
    seed=0,
    **options,
):
    """Compare backward's gradients with central differences in float64.

    layer_or_function: a ``Layer`` (its parameters are checked too), a loss object, or a forward function returning (y, saved).
    inputs: its input, or a tuple of them; floating-point arrays are checked, anything else (labels, sizes, None) is passed on.
    backward: for a function, ``backward(dy, saved)`` (or ``backward(saved)`` after a scalar y) returning one gradient for each checked
        input, in order; by default the function of the same name with ``_backward``. options: keyword arguments of forward (stride=2).
    tolerance: largest relative error allowed: |a − n| / max(|a|, |n|, 1 % of that gradient's largest element). Differences below the
        rounding noise of the central difference pass: the gradient of a bias before batch norm, say, is zero and only noise is seen.
    step: h of the central difference. samples: check only so many elements of each array, chosen by ``seed`` (default: every element).
    Also found: gradients of another dtype, arguments written into, ``Parameter.grad`` overwritten instead of added to.
    Returns a ``GradcheckResult``, true when all is right; print it. The layer and the inputs are left as they were.
    Raises ``TypeError`` when there is no backward to be found or nothing to check, ``ValueError`` when the forward pass is random or
    ``samples`` below 1.
    """
    if samples is not None and samples < 1:
        raise ValueError(f"gradcheck: samples is at least 1, got {samples}")
    inputs = [_float64(x) for x in (inputs if isinstance(inputs, tuple) else (inputs,))]
    if not any(map(_is_float, inputs)):
        raise TypeError("gradcheck needs at least one floating-point array among the inputs")
    subject = _Subject(layer_or_function, inputs, backward, options, seed)
    result = GradcheckResult(subject.name, tolerance)
    rng = np.random.default_rng(
        [seed, 1409, 1556]
    )  # not default_rng(seed): the caller's input may be just that
    y = subject.forward()
    if not np.array_equal(y, subject.forward(), equal_nan=True):
        raise ValueError(
            f"gradcheck: {subject.name} gives another result each time: draw its random numbers from backend.rng()"
        )
    result.entries += subject.written_into("forward")
    if not np.isfinite(y).all():
        result.entries.append(
            Entry(
                "y",
                y.shape,
                problem="the output holds numbers that are not finite, nothing could be compared",
            )
        )
        return result
    dy = rng.standard_normal(y.shape) if y.shape else np.ones(())
    gradients, complaints = subject.gradients(dy)
    result.entries += complaints
    for name, array, gradient in gradients:
        result.entries.append(
            _check(name, array, gradient, subject, dy, step, tolerance, samples, rng)
        )
    return result


def examples(seed=0):
    """A (layer, input) pair for each kind of layer, on a shape with H ≠ W, N > 1 and windows that overlap and do not divide it.

    ``python -m minivgg gradcheck`` runs over them, and so do the tests.
    """
    rng = np.random.default_rng(seed)
    images, rows = rng.standard_normal((2, 4, 7, 6)), rng.standard_normal((3, 5))
    made = [
        layers.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), groups=2),
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
        layers.Residual(
            layers.Conv2d(4, 3, 3, stride=2, padding=1), layers.Conv2d(4, 3, 1, stride=2)
        ),
    ]
    return [(layer, rows if isinstance(layer, layers.Linear) else images) for layer in made]


def _check(name, array, gradient, subject, dy, step, tolerance, samples, rng):
    """Compare one gradient, element by element."""
    entry = Entry(name, array.shape)
    entry.problem = _problem(array, gradient)
    if entry.problem:
        return entry
    analytic = backend.to_numpy(gradient)
    places = list(np.ndindex(array.shape))
    if samples is not None and samples < len(places):
        places = [places[i] for i in sorted(rng.choice(len(places), samples, replace=False))]
    slopes = [_Slopes(array, place, subject, dy, step) for place in places]
    floor = 0.01 * max(
        max(abs(s.mean), abs(float(analytic[p]))) for p, s in zip(places, slopes, strict=True)
    )
    for place, s in zip(places, slopes, strict=True):
        a = float(analytic[place])
        error = s.error(a, floor, tolerance)
        if not error <= tolerance:
            # Closer up, curvature and a kink within the step are left behind; a wrong gradient stays wrong.
            near = _Slopes(array, place, subject, dy, step / 100)
            error = min(error, near.error(a, floor, tolerance))
            is_kink = near.gap > max(
                0.1 * s.gap, 1e-3 * max(abs(a), floor)
            )  # curvature would have shrunk a hundredfold
            if error > tolerance and is_kink and near.allows(a, tolerance * max(abs(a), floor)):
                entry.kinks += 1
                continue
        entry.compared += 1
        if not error <= entry.error:
            entry.error, entry.place, entry.analytic, entry.numeric = error, place, a, s.mean
    if not entry.compared:
        entry.problem = f"all {entry.kinks} elements stand at a kink, nothing could be compared: try random inputs"
    return entry


def _problem(array, gradient):
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
    """How L = Σ y·dy changes to the left and to the right of one element, and how much of that may be rounding."""

    def __init__(self, array, place, subject, dy, h):
        old, y, x = float(array[place]), [], []
        for shift in (-h, 0.0, h):
            array[place] = old + shift
            x.append(float(array[place]))  # as far as it really moved
            y.append(subject.forward())
        array[place] = old
        # difference first, then the sum: outputs that did not change cancel exactly
        self.left = float(((y[1] - y[0]) * dy).sum() / (x[1] - x[0]))
        self.right = float(((y[2] - y[1]) * dy).sum() / (x[2] - x[1]))
        self.mean, self.gap = (self.left + self.right) / 2, abs(self.right - self.left)
        # rounding of the outputs that changed, and of the input on its way into each of them, divided by h like all differences
        changed, moved = (
            (y[1] * dy)[(y[0] != y[1]) | (y[1] != y[2])],
            (y[2] - y[0]) * dy / (x[2] - x[0]),
        )
        self.noise = (
            4
            * np.finfo(float).eps
            * float(np.linalg.norm(changed) + abs(old) * np.linalg.norm(moved))
            / h
        )

    def error(self, a, floor, tolerance):
        """The relative error of the analytic gradient a."""
        return (
            0.0
            if a == self.mean
            else abs(a - self.mean) / max(abs(a), abs(self.mean), floor, self.noise / tolerance)
        )

    def allows(self, a, slack):
        """Whether a lies between the slopes of both sides: at a kink, any such number is a fair answer."""
        slack += self.noise
        return min(self.left, self.right) - slack <= a <= max(self.left, self.right) + slack


class _Subject:
    """One face for layers, losses and pairs of functions: ``forward()`` and ``gradients(dy)``, always with the same random numbers."""

    def __init__(self, target, inputs, backward, options, seed):
        self.inputs, self.originals, self.options, self.seed = (
            inputs,
            [copy.deepcopy(x) for x in inputs],
            options,
            seed,
        )
        self.name = getattr(target, "__name__", None) or repr(target).split("\n")[0].rstrip("(")
        self.is_object = hasattr(target, "forward") and hasattr(target, "backward")
        if isinstance(target, Layer):
            target = copy.deepcopy(target).to(dtype=np.float64)
            target.zero_grad()
        self.target, self.saved = target, None
        self.call = target.forward if self.is_object else target
        self.back = target.backward if self.is_object else backward or _namesake(target, self.name)
        if not callable(self.call) or self.back is None:
            raise TypeError(
                f"gradcheck needs a layer, a loss, or a forward function with backward=...; {self.name} has no backward"
            )

    def forward(self):
        """The output for the inputs as they are now, a NumPy array of its own."""
        with backend.fixed_seed([self.seed, 1]):  # dropout must drop the same elements each time
            out = self.call(*self.inputs, **self.options)
        if not self.is_object:
            if not isinstance(out, tuple) or len(out) != 2:
                raise TypeError(f"gradcheck: {self.name} must return (y, saved)")
            out, self.saved = out
        self.device = "cpu" if isinstance(out, float | int) else backend.device_of(out)
        return np.array(
            out if self.device == "cpu" else backend.to_numpy(out)
        )  # a copy: the output may be a view of the input

    def gradients(self, dy):
        """[(name, array, gradient)] for each floating-point input and each parameter, and entries for what backward does wrong."""
        floats = [
            (f"d{name}", x)
            for name, x in zip(self._input_names(), self.inputs, strict=True)
            if _is_float(x)
        ]
        found, complaints = self._backward(dy)
        if len(found) != len(floats):
            raise TypeError(
                f"gradcheck: backward of {self.name} returned {len(found)} gradients for {len(floats)} floating-point inputs"
            )
        triples = [(name, x, g) for (name, x), g in zip(floats, found, strict=True)]
        if isinstance(self.target, Layer):
            parameters = self.target.parameters()
            once = {name: p.grad.copy() for name, p in parameters.items()}
            self.forward()
            self._backward(dy)
            for name, p in parameters.items():
                twice, expected = backend.to_numpy(p.grad), 2 * backend.to_numpy(once[name])
                if twice.shape == expected.shape and not np.allclose(
                    twice, expected, rtol=1e-9, atol=1e-12, equal_nan=True
                ):
                    complaints.append(
                        Entry(
                            f"d{name}",
                            twice.shape,
                            problem="a second backward must add to Parameter.grad, not replace it",
                        )
                    )
            triples += [(f"d{name}", p.data, once[name]) for name, p in parameters.items()]
        return triples, complaints

    def written_into(self, direction):
        """An entry for each input that is no longer what it was."""
        pairs = zip(self._input_names(), self.inputs, self.originals, strict=True)
        changed = [
            name
            for name, x, old in pairs
            if _is_float(x) and not np.array_equal(backend.to_numpy(x), backend.to_numpy(old), True)
        ]
        return [
            Entry(name, problem=f"{direction} writes into its argument {name}") for name in changed
        ]

    def _backward(self, dy):
        takes_dy = len([p for p in _parameters(self.back) if p.default is p.empty]) > (
            0 if self.is_object else 1
        )
        mine = backend.to_device(dy.copy(), self.device)
        arguments = ([mine] if takes_dy else []) + ([] if self.is_object else [self.saved])
        with backend.fixed_seed(
            [self.seed, 2]
        ):  # a backward that draws a fresh dropout mask must not get forward's by luck
            found = self.back(*arguments)
        complaints = self.written_into("backward")
        if not np.array_equal(backend.to_numpy(mine), dy):
            complaints.append(
                Entry("dy", dy.shape, problem="backward writes into the gradient that it is given")
            )
        return [
            g for g in (found if isinstance(found, tuple | list) else (found,)) if g is not None
        ], complaints

    def _input_names(self):
        names = [p.name for p in _parameters(self.call)]
        return [names[i] if i < len(names) else f"input {i}" for i in range(len(self.inputs))]


def _namesake(function, name):
    """The function ``name_backward`` beside ``function``, or None."""
    return getattr(sys.modules.get(getattr(function, "__module__", None)), f"{name}_backward", None)


def _parameters(function):
    """The positional parameters of a function."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]


def _is_float(x):
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


def _float64(x):
    """A float64 copy of a floating-point array; anything else as it is."""
    if isinstance(x, list):
        backend.device_of(x)  # refuses it by name: a list of numbers would be passed on unchecked
    return backend.namespace(x).array(x, np.float64) if _is_float(x) else x
