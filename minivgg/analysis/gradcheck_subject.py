"""What a gradient check runs: one interface for layers, losses and pairs of functions."""

import copy
import inspect
import sys

import numpy as np

from minivgg import backend
from minivgg.analysis.gradcheck_result import Entry
from minivgg.layers import Layer


class Subject:
    """``forward()`` and ``gradients(dy)``, always with the same random numbers."""

    def __init__(self, target, inputs, backward, options, seed):
        self.inputs, self.originals = inputs, [copy.deepcopy(x) for x in inputs]
        self.options, self.seed = options, seed
        self.name = getattr(target, "__name__", None) or repr(target).split("\n")[0].rstrip("(")
        self.is_object = hasattr(target, "forward") and hasattr(target, "backward")
        if isinstance(target, Layer):
            target = copy.deepcopy(target).to(dtype=np.float64)
            target.zero_grad()
        self.target, self.saved = target, None
        if self.is_object:
            self.call, self.back = target.forward, target.backward
        else:
            self.call, self.back = target, backward or _backward_of(target, self.name)
        if not callable(self.call) or self.back is None:
            raise TypeError(
                "gradcheck needs a layer, a loss, or a forward function with backward=...; "
                f"{self.name} has no backward"
            )

    def forward(self):
        """The output for the current inputs, as a NumPy array of its own."""
        with backend.fixed_seed([self.seed, 1]):  # dropout must drop the same elements each time
            out = self.call(*self.inputs, **self.options)
        if not self.is_object:
            if not isinstance(out, tuple) or len(out) != 2:
                raise TypeError(f"gradcheck: {self.name} must return (y, saved)")
            out, self.saved = out
        self.device = "cpu" if isinstance(out, float | int) else backend.device_of(out)
        # a copy, because the output may be a view of the input
        return np.array(out if self.device == "cpu" else backend.to_numpy(out))

    def gradients(self, dy):
        """[(name, array, gradient)] of each floating-point input and parameter, and what is wrong.

        The second is a list of entries, for what backward does wrong as a whole.
        """
        names = [f"d{name}" for name in self._input_names()]
        arrays = [
            (name, x) for name, x in zip(names, self.inputs, strict=True) if is_float_array(x)
        ]
        found, complaints = self._backward(dy)
        if len(found) != len(arrays):
            raise TypeError(
                f"gradcheck: backward of {self.name} returned {len(found)} gradients for "
                f"{len(arrays)} floating-point inputs"
            )
        triples = [(name, x, g) for (name, x), g in zip(arrays, found, strict=True)]
        if isinstance(self.target, Layer):
            parameters = self.target.parameters()
            once = {name: p.grad.copy() for name, p in parameters.items()}
            complaints += self._not_accumulated(dy, parameters, once)
            triples += [(f"d{name}", p.data, once[name]) for name, p in parameters.items()]
        return triples, complaints

    def _not_accumulated(self, dy, parameters, once):
        """An entry for each parameter whose gradient a second backward does not double."""
        self.forward()
        self._backward(dy)
        complaints = []
        for name, p in parameters.items():
            twice, expected = backend.to_numpy(p.grad), 2 * backend.to_numpy(once[name])
            if twice.shape == expected.shape and not np.allclose(
                twice, expected, rtol=1e-9, atol=1e-12, equal_nan=True
            ):
                problem = "a second backward must add to Parameter.grad, not replace it"
                complaints.append(Entry(f"d{name}", twice.shape, problem=problem))
        return complaints

    def modified_inputs(self, direction):
        """An entry for each input that differs from its original."""
        pairs = zip(self._input_names(), self.inputs, self.originals, strict=True)
        changed = [
            name
            for name, x, old in pairs
            if is_float_array(x)
            and not np.array_equal(backend.to_numpy(x), backend.to_numpy(old), equal_nan=True)
        ]
        return [
            Entry(name, problem=f"{direction} writes into its argument {name}") for name in changed
        ]

    def _backward(self, dy):
        """([gradient of each input], [entry for each argument that backward writes into])."""
        required = [p for p in _positional_parameters(self.back) if p.default is p.empty]
        takes_dy = len(required) > (0 if self.is_object else 1)
        upstream = backend.to_device(dy.copy(), self.device)
        arguments = ([upstream] if takes_dy else []) + ([] if self.is_object else [self.saved])
        # another seed: a backward that draws its own dropout mask must not get forward's by chance
        with backend.fixed_seed([self.seed, 2]):
            found = self.back(*arguments)
        complaints = self.modified_inputs("backward")
        if not np.array_equal(backend.to_numpy(upstream), dy):
            problem = "backward writes into the gradient that it is given"
            complaints.append(Entry("dy", dy.shape, problem=problem))
        found = found if isinstance(found, tuple | list) else (found,)
        return [g for g in found if g is not None], complaints

    def _input_names(self):
        names = [p.name for p in _positional_parameters(self.call)]
        return [names[i] if i < len(names) else f"input {i}" for i in range(len(self.inputs))]


def is_float_array(x: object) -> bool:
    """Whether x is an array, of any device, of floating-point numbers."""
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


def _backward_of(function, name):
    """The function ``name_backward`` in the module of ``function``, or None."""
    return getattr(sys.modules.get(getattr(function, "__module__", None)), f"{name}_backward", None)


def _positional_parameters(function):
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]
