"""Floor 3: is a hand-written gradient right? Compare it with the slope that the forward pass itself shows.

For each number x of each input and parameter, the central difference (L(x + h) − L(x − h)) / 2h must equal the gradient that
``backward`` computes, where L = Σ y·dy for a random upstream gradient dy. Everything runs in float64: in float32 rounding alone
makes errors of 10 %. At a kink (ReLU at 0, a tie in a max-pool) a slope does not exist: such numbers are found, and reported apart.
"""

import copy
import sys
from dataclasses import dataclass, field

import numpy as np

from minivgg import backend, layers
from minivgg.layers import Layer


@dataclass
class Entry:
    """What was found for one gradient: its worst element, how many were compared, how many stood at a kink."""

    name: str
    shape: tuple
    compared: int = 0
    kinks: int = 0
    error: float = 0.0
    place: tuple = ()
    analytic: float = 0.0
    numeric: float = 0.0
    problem: str = ""


@dataclass
class GradcheckResult:
    """The outcome: true when every gradient is right. ``str()`` says which element of which gradient is worst, and what to look at."""

    subject: str
    tolerance: float
    entries: list = field(default_factory=list)

    @property
    def worst(self):
        """The entry with the largest error."""
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
        lines = [f"{self.subject}: " + ("the gradients are right" if self.ok else "the gradients are WRONG")]
        for e in self.entries:
            verdict = "wrong" if e.problem or e.error > self.tolerance else "ok"
            kinks = f", {e.kinks} at a kink and not compared" if e.kinks else ""
            detail = e.problem or f"worst relative error {e.error:.1e} of {e.compared} elements{kinks}"
            lines.append(f"  {verdict:5}  {e.name:12} {e.shape!s:16} {detail}")
        if not self.ok:
            lines.append(self._advice())
        return "\n".join(lines)

    def _advice(self):
        e = self.worst
        if e.problem:
            return f"Look at {e.name}: {e.problem}."
        place = f"{e.name}[{', '.join(map(str, e.place))}]"
        text = f"Look at {place}: backward says {e.analytic:.6g}, but the forward pass changes at a rate of {e.numeric:.6g}"
        if e.numeric and e.analytic:
            return f"{text} (ratio {e.analytic / e.numeric:.4g})."
        return text + "."


def gradcheck(layer_or_function, inputs, backward=None, *, tolerance=1e-7, step=1e-5, samples=None, seed=0, **options):
    """Compare backward's gradients with central differences in float64.

    layer_or_function: a ``Layer`` (its parameters are checked too), a loss object, or a forward function returning (y, saved).
    inputs: its input, or a tuple of them; floating-point arrays are checked, anything else (labels, sizes, None) is passed on.
    backward: for a function, ``backward(dy, saved)`` returning one gradient for each checked input, in order; by default the function of
        the same name with ``_backward``. options: keyword arguments of the forward function (stride=2, ...).
    tolerance: largest relative error allowed: |a − n| / max(|a|, |n|, 1 % of that gradient's largest element). Differences below the
        rounding noise of the central difference pass: the gradient of a bias before batch norm, say, is zero and only noise is seen.
    step: h of the central difference. samples: check only so many elements of each array, chosen by ``seed`` (default: every element).
    Returns a ``GradcheckResult``, true when all is right; print it. The layer and the inputs are left as they were.
    Raises ``TypeError`` when there is no backward to be found or an input is no array.
    """
    inputs = inputs if isinstance(inputs, tuple) else (inputs,)
    inputs = [_float64(x) for x in inputs]
    if not any(map(_is_float, inputs)):
        raise TypeError("gradcheck needs at least one floating-point array among the inputs")
    subject = _Subject(layer_or_function, inputs, backward, options, seed)
    rng = np.random.default_rng([seed, 1409, 1556])  # not default_rng(seed): the caller's input may be just that
    y = subject.forward()
    dy = rng.standard_normal(y.shape) if y.shape else np.ones(())
    gradients = subject.gradients(backend.to_device(dy, backend.device_of(y)) if y.shape else dy)
    noise = 4 * np.finfo(float).eps * float(np.linalg.norm(backend.to_numpy(y) * dy)) / step  # rounding in y, seen through 1/h
    result = GradcheckResult(subject.name, tolerance)
    for name, array, gradient in gradients:
        result.entries.append(_check(name, array, gradient, subject, dy, step, tolerance, noise, samples, rng))
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
        layers.ReLU(),
        layers.Dropout(0.3),
        layers.LocalResponseNorm(5, alpha=0.1),
        layers.BatchNorm2d(4),
        layers.Flatten(),
        layers.Linear(5, 3),
        layers.Sequential(layers.Conv2d(4, 3, 3, padding=1), layers.ReLU(), layers.MaxPool2d(2)),
        layers.Residual(layers.Conv2d(4, 3, 3, stride=2, padding=1), layers.Conv2d(4, 3, 1, stride=2)),
    ]
    return [(layer, rows if isinstance(layer, layers.Linear) else images) for layer in made]


def _check(name, array, gradient, subject, dy, step, tolerance, noise, samples, rng):
    """Compare one gradient, element by element."""
    entry = Entry(name, array.shape)
    if gradient is None or gradient.shape != array.shape:
        entry.problem = f"the gradient has shape {getattr(gradient, 'shape', None)}, its array {array.shape}"
        return entry
    analytic = backend.to_numpy(gradient)
    if not np.isfinite(analytic).all():
        entry.problem = f"the gradient holds {int((~np.isfinite(analytic)).sum())} numbers that are not finite"
        return entry
    places = list(np.ndindex(array.shape))
    if samples is not None and samples < len(places):
        places = [places[i] for i in sorted(rng.choice(len(places), samples, replace=False))]
    slopes = [_slopes(array, place, subject, dy, step) for place in places]
    numeric = [(left + right) / 2 for left, right in slopes]
    largest = max([*map(abs, numeric), *(abs(analytic[p]) for p in places)], default=0.0)
    floor = max(0.01 * largest, noise / tolerance)
    for place, n, (left, right) in zip(places, numeric, slopes, strict=True):
        a = float(analytic[place])
        scale = max(abs(a), abs(n), floor)
        error = abs(a - n) / scale
        # At a kink the slopes on both sides differ by far more than curvature makes them, and any slope between the two is a fair answer.
        between = min(left, right) - tolerance * scale <= a <= max(left, right) + tolerance * scale
        if error > tolerance and abs(right - left) > 1e-3 * scale and between:
            entry.kinks += 1
            continue
        entry.compared += 1
        if error >= entry.error:
            entry.error, entry.place, entry.analytic, entry.numeric = error, place, a, n
    if places and not entry.compared:
        entry.problem = f"all {entry.kinks} elements stand at a kink, nothing could be compared: try random inputs"
    return entry


def _slopes(array, place, subject, dy, step):
    """The slope of L = Σ y·dy to the left and to the right of one element."""
    old = array[place].copy()
    h = step * max(1.0, abs(float(old)))
    y = []
    for shift in (-h, 0.0, h):
        array[place] = old + shift
        y.append(backend.to_numpy(subject.forward()).copy())  # a copy: the output may be a view of the input
    array[place] = old
    # difference first, then the sum: outputs that did not change cancel exactly
    return float(((y[1] - y[0]) * dy).sum() / h), float(((y[2] - y[1]) * dy).sum() / h)


class _Subject:
    """One face for layers, losses and pairs of functions: ``forward()`` and ``gradients(dy)``, always with the same random numbers."""

    def __init__(self, target, inputs, backward, options, seed):
        self.inputs, self.options, self.seed = inputs, options, seed
        self.name = getattr(target, "__name__", None) or repr(target).split("\n")[0].rstrip("(")
        self.is_layer = isinstance(target, Layer)
        self.is_loss = not self.is_layer and hasattr(target, "forward") and hasattr(target, "backward")
        if self.is_layer:
            target = copy.deepcopy(target).to(dtype=np.float64)
            target.zero_grad()
        elif not self.is_loss:
            backward = backward or getattr(sys.modules.get(getattr(target, "__module__", None)), f"{self.name}_backward", None)
            if not callable(target) or backward is None:
                raise TypeError(f"gradcheck needs a layer, a loss, or a forward function with backward=...; {self.name} has no backward")
        self.target, self.backward = target, backward

    def forward(self):
        """The output for the inputs as they are now."""
        with backend.fixed_seed(self.seed):  # dropout must drop the same elements each time
            out = self.target(*self.inputs, **self.options)
        if self.is_layer or self.is_loss:
            return out
        if not isinstance(out, tuple) or len(out) != 2:
            raise TypeError(f"gradcheck: {self.name} must return (y, saved)")
        self.saved = out[1]
        return out[0]

    def gradients(self, dy):
        """(name, array, gradient) for each floating-point input and each parameter."""
        floats = [(f"d{name}", x) for name, x in zip(self._input_names(), self.inputs, strict=True) if _is_float(x)]
        if self.is_layer:
            found = [self.target.backward(dy)]
        elif self.is_loss:
            found = [self.target.backward()]
        else:
            found = self.backward(dy, self.saved) if dy.shape else self.backward(self.saved)
            found = [g for g in (found if isinstance(found, tuple | list) else (found,)) if g is not None]
        if len(found) != len(floats):
            raise TypeError(f"gradcheck: backward of {self.name} returned {len(found)} gradients for {len(floats)} floating-point inputs")
        triples = [(name, x, g) for (name, x), g in zip(floats, found, strict=True)]
        if self.is_layer:
            triples += [(f"d{name}", p.data, p.grad.copy()) for name, p in self.target.parameters().items()]
        return triples

    def _input_names(self):
        if self.is_layer:
            return ["x"]
        target = self.target.forward if self.is_loss else self.target
        names = target.__code__.co_varnames[self.is_loss : target.__code__.co_argcount]
        return names[: len(self.inputs)]


def _is_float(x):
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


def _float64(x):
    if isinstance(x, list):
        backend.device_of(x)  # refuses it by name: a list of numbers would be passed on unchecked
    return x.astype(np.float64) if _is_float(x) else x
