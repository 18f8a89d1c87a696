"""Export of nets to ONNX, which most runtimes read.

The exported net takes the same input, normalised images (N, C, H, W), and returns its logits. How
to normalize pixels and the names of the classes are stored as metadata in the file.
"""

import json
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from minivgg import backend, layers
from minivgg.backend.types import Array, Shape
from minivgg.layers import Layer
from minivgg.utils.files import StrPath, replacing
from minivgg.utils.installation import how_to_install

if TYPE_CHECKING:  # onnx is optional
    from onnx import ModelProto, NodeProto, ValueInfoProto

OPSET = 17
IR_VERSION = 8  # of the file format; runtimes from the time of the opset read it
MAX_WEIGHT_BYTES = 2**31 - 2**20  # one file holds 2 GiB, of which some are for the graph
Shapes: TypeAlias = dict[str, list[int | str]]  # of values, by name; "N" is any number


def to_onnx(
    net: Layer,
    path: StrPath,
    input_shape: Shape | None = None,
    classes: Sequence[str] = (),
) -> None:
    """Write a net in eval mode to an ONNX file, completely or not at all; N may be any number.

    Parameters
    ----------
    net : Layer
        A net of ``models``, or a ``Sequential`` of layers.
    path : path
        Of the file; it replaces an older one.
    input_shape : (int, int, int), optional
        (C, H, W) of an image (default: ``net.input_shape``).
    classes : sequence of str
        Their names, stored in the file together with the preprocessing.

    Raises
    ------
    RuntimeError
        If the package onnx is not installed.
    ValueError
        If ONNX has no equivalent of a layer, or the net is larger than the 2 GiB of one file.
    OSError
        If the file cannot be written.
    """
    onnx = _import_onnx()
    shape = getattr(net, "input_shape", None) if input_shape is None else input_shape
    if shape is None:
        raise ValueError(
            "to_onnx: the input shape of this net is not known: give input_shape (C, H, W)"
        )
    graph = _Graph(onnx)
    graph.add(net, "images", "")
    if not graph.nodes:
        raise ValueError("to_onnx: there is no layer to export")
    size = 4 * graph.parameters
    if size >= MAX_WEIGHT_BYTES:
        raise ValueError(
            f"to_onnx: the net has {size:,} bytes of weights, and one ONNX file holds less than "
            "2 GiB"
        )
    graph.nodes[-1].output[0] = "logits"
    outputs: Shapes = {"logits": ["N", *net.output_shape(tuple(shape))]}
    model = graph.model({"images": ["N", *shape]}, outputs)
    onnx.helper.set_model_props(model, _metadata(net, classes))
    with replacing(path) as temporary:
        temporary.write_bytes(model.SerializeToString())


def _metadata(net: Layer, classes: Sequence[str]) -> dict[str, str]:
    """{str: str}: the preprocessing and the names of the classes, in JSON."""
    found, normalize = {}, getattr(net, "preprocessing", None)
    if normalize is not None:
        found["preprocessing"] = json.dumps(
            {"formula": "(x/255 − mean)/std", "mean": normalize.mean, "std": normalize.std}
        )
    if len(classes):
        found["classes"] = json.dumps(list(classes))
    return found


def _import_onnx() -> ModuleType:
    try:
        import onnx
    except ImportError as error:
        raise RuntimeError(
            f"export to ONNX needs the package onnx: {how_to_install('onnx')}"
        ) from error
    return onnx


class _Graph:
    """The nodes of the graph, layer by layer, and the weights that they refer to by name."""

    def __init__(self, onnx: ModuleType) -> None:
        self.onnx = onnx
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, Array] = {}

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(array.size for array in self.constants.values())

    def model(self, inputs: Shapes, outputs: Shapes) -> "ModelProto":
        """Return the ONNX model; inputs, outputs: {name: shape}.

        The graph is checked before the weights, which are large, are added.
        """
        helper = self.onnx.helper
        shapes: Shapes = {name: list(array.shape) for name, array in self.constants.items()}
        values = [
            [self.value(name, shape) for name, shape in group.items()]
            for group in (inputs | shapes, outputs)
        ]
        graph = helper.make_graph(self.nodes, "minivgg", *values)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(
            graph, opset_imports=opset, producer_name="minivgg", ir_version=IR_VERSION
        )
        self.onnx.checker.check_model(model)
        del model.graph.input[len(inputs) :]
        for name, array in self.constants.items():
            initializer = model.graph.initializer.add(
                name=name, dims=array.shape, data_type=self.onnx.TensorProto.FLOAT
            )
            numbers = np.asarray(backend.to_numpy(array), "<f4", order="C")
            initializer.raw_data = numbers.tobytes()
        return model

    def value(self, name: str, shape: list[int | str]) -> "ValueInfoProto":
        """An input or output of float32."""
        return self.onnx.helper.make_tensor_value_info(name, self.onnx.TensorProto.FLOAT, shape)

    def add(self, layer: Layer, x: str, path: str) -> str:
        """Add a layer whose input is the value named x; returns the name of its output."""
        if isinstance(layer, layers.Sequential):
            for name, child in layer.layers.items():
                x = self.add(child, x, f"{path}{name}.")
            return x
        if isinstance(layer, layers.Residual):
            shortcut = self.add(layer.shortcut, x, f"{path}shortcut.") if layer.shortcut else x
            return self.node("Add", [self.add(layer.body, x, f"{path}body."), shortcut], path)
        if isinstance(layer, layers.Concat):
            ends = [self.add(child, x, f"{path}{name}.") for name, child in layer.layers.items()]
            return self.node("Concat", ends, path, axis=1)
        if isinstance(layer, layers.Dropout):
            return x  # the identity in eval mode
        for kind, convert in CONVERTERS.items():
            if isinstance(layer, kind):
                operation, parameters, attributes = convert(layer)
                constants = [self.constant(path + name, a) for name, a in parameters.items()]
                return self.node(operation, [x, *constants], path, **attributes)
        raise ValueError(f"to_onnx: {layer!r} has no counterpart in ONNX here")

    def node(self, operation: str, inputs: list[str], path: str, **attributes: object) -> str:
        """Add an operation; returns the name of its output."""
        name = f"{path}{operation}"
        self.nodes.append(self.onnx.helper.make_node(operation, inputs, [name], name, **attributes))
        return name

    def constant(self, name: str, array: Array) -> str:
        """Register weights; returns their name."""
        self.constants[name] = array
        return name


# Converters: a layer -> (ONNX operation, {name: weights}, attributes)
Converted: TypeAlias = tuple[str, dict[str, Array], dict[str, object]]
Pooling: TypeAlias = layers.MaxPool2d | layers.AvgPool2d


def _weights(layer: layers.Conv2d | layers.Linear) -> dict[str, Array]:
    return {"weight": layer.weight.data} | ({} if layer.bias is None else {"bias": layer.bias.data})


def _window(layer: Pooling) -> dict[str, object]:
    return {
        "kernel_shape": layer.kernel_size,
        "strides": layer.stride,
        "pads": [*layer.padding, *layer.padding],
    }


def _conv(layer: layers.Conv2d) -> Converted:
    begin, end = layer.border()
    attributes = {
        "kernel_shape": layer.kernel_size,
        "strides": layer.stride,
        "pads": [*begin, *end],
        "group": layer.groups,
    }
    if layer.dilation != (1, 1):
        attributes["dilations"] = layer.dilation
    return "Conv", _weights(layer), attributes


def _linear(layer: layers.Linear) -> Converted:
    return "Gemm", _weights(layer), {"transB": 1}


def _max_pool(layer: layers.MaxPool2d) -> Converted:
    return "MaxPool", {}, _window(layer) | {"ceil_mode": int(layer.ceil_mode)}


def _avg_pool(layer: layers.AvgPool2d) -> Converted:
    include_pad = int(layer.count_include_pad)
    attributes = {"ceil_mode": int(layer.ceil_mode), "count_include_pad": include_pad}
    return "AveragePool", {}, _window(layer) | attributes


def _local_response_norm(layer: layers.LocalResponseNorm) -> Converted:
    """ONNX and PyTorch multiply alpha by the mean of the squares, the paper by their sum."""
    if layer.size % 2 == 0:
        raise ValueError(
            f"to_onnx: {layer!r} has no counterpart in ONNX unless the number of channels is odd"
        )
    alpha = layer.alpha * layer.size
    return "LRN", {}, {"size": layer.size, "alpha": alpha, "beta": layer.beta, "bias": layer.k}


def _batch_norm(layer: layers.BatchNorm2d) -> Converted:
    parameters = {
        "scale": layer.weight.data,
        "B": layer.bias.data,
        "mean": layer.running_mean,
        "var": layer.running_var,
    }
    return "BatchNormalization", parameters, {"epsilon": layer.eps}


CONVERTERS: dict[type[Layer], Callable[[Any], Converted]] = {
    layers.Conv2d: _conv,
    layers.Linear: _linear,
    layers.ReLU: lambda layer: ("Relu", {}, {}),
    layers.MaxPool2d: _max_pool,
    layers.AvgPool2d: _avg_pool,
    layers.GlobalAvgPool2d: lambda layer: ("ReduceMean", {}, {"axes": [2, 3], "keepdims": 0}),
    layers.GlobalMaxPool2d: lambda layer: ("ReduceMax", {}, {"axes": [2, 3], "keepdims": 0}),
    layers.Flatten: lambda layer: ("Flatten", {}, {"axis": 1}),
    layers.LocalResponseNorm: _local_response_norm,
    layers.BatchNorm2d: _batch_norm,
}
