"""What a gradient check runs: one interface for layers, losses and pairs of functions."""

import copy
import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, TypeGuard

import numpy as np

from minivgg import backend
from minivgg.analysis.gradcheck_result import Entry
from minivgg.backend.types import Array
from minivgg.layers import Layer, Parameter


class Differentiable(Protocol):
    """A layer, a loss, or another object that has a forward and a backward pass."""

    @property
    def forward(self) -> Callable[..., Array | float]:
        """From the inputs to the output."""

    @property
    def backward(self) -> Callable[..., object]:
        """From the gradient of the output, if it takes one, to that of each input."""


Forward: TypeAlias = Callable[..., tuple[Array | float, object]]  # returns (y, saved)
Backward: TypeAlias = Callable[..., object]  # returns one gradient, or a tuple of them
Gradients: TypeAlias = list[tuple[str, Array, Array]]  # (name, array, its gradient)


class Subject:
    """``forward()`` and ``gradients(dy)``, always with the same random numbers.

    Parameters
    ----------
    target : Layer, loss or function
        What is checked; of a layer, a copy in float64 with parameters drawn at random.
    inputs : list
        Arrays and others. Elements of the arrays are changed to measure slopes.
    backward : function or None
        For a function that has no ``_backward`` of its name.
    options : dict
        Keyword arguments of forward.
    seed : int
        Of the parameters, and of the random numbers that forward draws.
    keep_parameters : bool
        Whether the copy of a layer keeps its parameters.
    """

    def __init__(
        self,
        target: Differentiable | Forward,
        inputs: list[object],
        backward: Backward | None,
        options: Mapping[str, object],
        seed: int,
        keep_parameters: bool,
    ) -> None:
        self.inputs = inputs
        self.originals: list[Any] = [copy.deepcopy(x) for x in inputs]
        self.options, self.seed = options, seed
        self.name = getattr(target, "__name__", None) or repr(target).split("\n")[0].rstrip("(")
        self.is_object = hasattr(target, "forward") and hasattr(target, "backward")
        if isinstance(target, Layer):
            layer = copy.deepcopy(target).to(dtype=np.float64)
            layer.zero_grad()
            if not keep_parameters:
                draw_parameters(layer, seed)
            target = layer
        self.target = target
        self.saved: object = None
        call = getattr(target, "forward", None) if self.is_object else target
        back = getattr(target, "backward", None) if self.is_object else backward
        back = back or _backward_of(target, self.name)
        if not callable(call) or back is None:
            raise TypeError(
                "gradcheck needs a layer, a loss, or a forward function with backward=...; "
                f"{self.name} has no backward"
            )
        self.call: Callable[..., Any] = call
        self.back: Backward = back

    def forward(self) -> np.ndarray:
        """The output for the current inputs.

        Returns
        -------
        array
            A NumPy array of its own.

        Raises
        ------
        TypeError
            If it returns None, or a function anything but (y, saved).
        """
        with backend.fixed_seed([self.seed, 1]):  # dropout must drop the same elements each time
            out = self._call()
        if not self.is_object:
            if not isinstance(out, tuple) or len(out) != 2:
                raise TypeError(f"gradcheck: {self.name} must return (y, saved)")
            out, self.saved = out
        if out is None:
            raise TypeError(f"gradcheck: forward of {self.name} returned None")
        self.device = "cpu" if isinstance(out, float | int) else backend.device_of(out)
        # a copy, because the output may be a view of the input
        return np.array(out if self.device == "cpu" else backend.to_numpy(out))

    def _call(self) -> Any:
        try:
            return self.call(*self.inputs, **self.options)
        except TypeError as error:
            if not isinstance(self.target, Layer) or "float32" not in str(error):
                raise
            raise TypeError(
                f"gradcheck computes in float64, but something in {self.name} is float32: a layer "
                "or a Parameter that is neither an attribute nor in a list, tuple or dict that is "
                f"one, so that it is not found, or an array that forward makes ({error})"
            ) from error

    def gradients(self, dy: np.ndarray) -> tuple[Gradients, list[Entry]]:
        """What backward computes after the last forward pass.

        Parameters
        ----------
        dy : array
            The gradient of the output.

        Returns
        -------
        gradients : list of (str, array, array)
            The name of each floating-point input and parameter, the array, and its gradient.
        complaints : list of Entry
            What backward does wrong as a whole.

        Raises
        ------
        TypeError
            If backward does not return one gradient for each floating-point input.
        """
        names = [f"d{name}" for name in self._input_names()]
        arrays = [
            (name, x) for name, x in zip(names, self.inputs, strict=True) if is_float_array(x)
        ]
        found, complaints = self._backward(dy)
        if self.is_object and not isinstance(self.target, Layer) and len(found) == 1:
            arrays = arrays[:1]  # a loss has no gradient of its targets
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

    def _not_accumulated(
        self, dy: np.ndarray, parameters: Mapping[str, Parameter], once: Mapping[str, Array]
    ) -> list[Entry]:
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

    def modified_inputs(self, direction: str) -> list[Entry]:
        """The inputs that differ from their originals.

        Parameters
        ----------
        direction : {"forward", "backward"}
            Which pass may have written into them.

        Returns
        -------
        list of Entry
            One for each such input.
        """
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

    def _backward(self, dy: np.ndarray) -> tuple[list[Array], list[Entry]]:
        """([gradient of each input], [entry for each argument that backward writes into])."""
        required = [p for p in _positional_parameters(self.back) if p.default is p.empty]
        takes_dy = len(required) > (0 if self.is_object else 1)
        upstream = backend.to_device(dy.copy(), self.device)
        arguments = ([upstream] if takes_dy else []) + ([] if self.is_object else [self.saved])
        # another seed: a backward that draws its own dropout mask must not get forward's by chance
        with backend.fixed_seed([self.seed, 2]):
            found = self.back(*arguments)
        if found is None:
            raise TypeError(f"gradcheck: backward of {self.name} returned None")
        complaints = self.modified_inputs("backward")
        if not np.array_equal(backend.to_numpy(upstream), dy):
            problem = "backward writes into the gradient that it is given"
            complaints.append(Entry("dy", dy.shape, problem=problem))
        found = found if isinstance(found, tuple | list) else (found,)
        return [g for g in found if g is not None], complaints

    def _input_names(self) -> list[str]:
        names = [p.name for p in _positional_parameters(self.call)]
        return [names[i] if i < len(names) else f"input {i}" for i in range(len(self.inputs))]


def draw_parameters(layer: Layer, seed: int) -> None:
    """Change the parameters of a layer at random, within the size and the sign that they have.

    A mistake in a gradient may not show where a factor is 1 or a bias is 0.

    Parameters
    ----------
    layer : Layer
        Each number is multiplied by a factor from 0.5 to 1.5; a 0 becomes a number from -0.5 to
        0.5. Buffers stay.
    seed : int
        Of the factors.
    """
    rng = np.random.default_rng([seed, 2014])
    with layer.writable():
        for p in layer.parameters().values():
            value, shift = backend.to_numpy(p.array), rng.uniform(-0.5, 0.5, p.array.shape)
            drawn = np.where(value == 0, shift, value * (1 + shift))
            p.array[...] = backend.to_device(drawn, backend.device_of(p.array))


def is_float_array(x: object) -> TypeGuard[Array]:
    """Whether this is an array, of any device, of floating-point numbers.

    Parameters
    ----------
    x : object
        Anything.

    Returns
    -------
    bool
        False for a float, which is not an array.
    """
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


def _backward_of(function: object, name: str) -> Backward | None:
    """The function ``name_backward`` in the module of ``function``, or None."""
    return getattr(sys.modules.get(getattr(function, "__module__", "")), f"{name}_backward", None)


def _positional_parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]
