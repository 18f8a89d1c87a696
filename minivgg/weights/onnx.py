"""Floor 5: nets for other programs: ONNX, which most runtimes read, and safetensors in torchvision's names.

The exported net takes what the net takes, normalised images (N, C, H, W), and gives its logits; how pixels are to be normalised and
what the classes are called stand beside it in the file.
"""

import json

import numpy as np

from minivgg import backend, layers
from minivgg.utils.files import replacing

OPSET = 17
LIMIT = 2**31 - 2**20  # bytes of weights, and some room for the nodes
IR_VERSION = 8  # of the file itself: what runtimes of the opset's time read, too


def to_onnx(net, path, input_shape=None, classes=()):
    """Write a net, in eval mode, as an ONNX file, whole or not at all; batches may have any size.

    net: of ``models``, or a ``Sequential`` of layers. input_shape: (C, H, W), by default ``net.input_shape``. classes: their names, kept
    in the file with the preprocessing. Raises ``RuntimeError`` without the package onnx, ``ValueError`` for a layer that has no
    counterpart there or a net beyond the 2 GiB of one file, ``OSError`` when it cannot be written.
    """
    onnx = _onnx()
    shape = getattr(net, "input_shape", None) if input_shape is None else input_shape
    if shape is None:
        raise ValueError(
            "to_onnx: this net does not know what images it is for: give input_shape (C, H, W)"
        )
    graph = _Graph(onnx)
    graph.add(net, "images", "")
    if not graph.nodes:
        raise ValueError("to_onnx: there is no layer to export")
    if 4 * graph.size >= LIMIT:
        raise ValueError(
            f"to_onnx: the net has {4 * graph.size:,} bytes of weights, and one ONNX file holds less than 2 GiB"
        )
    graph.nodes[-1].output[0] = "logits"
    model = graph.model(
        {"images": ["N", *shape]}, {"logits": ["N", *net.output_shape(tuple(shape))]}
    )
    onnx.helper.set_model_props(model, _notes(net, classes))
    with replacing(path) as temporary:
        temporary.write_bytes(model.SerializeToString())


def _notes(net, classes):
    """{str: str}: the preprocessing and the names of the classes."""
    found, normalize = {}, getattr(net, "preprocessing", None)
    if normalize is not None:
        found["preprocessing"] = json.dumps(
            {"formula": "(x/255 − mean)/std", "mean": normalize.mean, "std": normalize.std}
        )
    if len(classes):
        found["classes"] = json.dumps(list(classes))
    return found


def _onnx():
    try:
        import onnx
    except ImportError as error:
        raise RuntimeError(
            "export to ONNX needs the package onnx: pip install minivgg[onnx]"
        ) from error
    return onnx


class _Graph:
    """Nodes, layer by layer, and the weights that they name."""

    def __init__(self, onnx):
        self.onnx, self.nodes, self.constants = onnx, [], {}

    @property
    def size(self):
        """How many numbers the weights are."""
        return sum(array.size for array in self.constants.values())

    def model(self, inputs, outputs):
        """The file's content; inputs, outputs: {name: shape}. It is checked before the weights are put in, which are large."""
        helper, shapes = (
            self.onnx.helper,
            {name: list(array.shape) for name, array in self.constants.items()},
        )
        known = [
            [self.value(name, shape) for name, shape in some.items()]
            for some in (inputs | shapes, outputs)
        ]
        whole = helper.make_graph(self.nodes, "minivgg", *known)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(
            whole, opset_imports=opset, producer_name="minivgg", ir_version=IR_VERSION
        )
        self.onnx.checker.check_model(model)
        del model.graph.input[len(inputs) :]
        for name, array in self.constants.items():
            kept = model.graph.initializer.add(
                name=name, dims=array.shape, data_type=self.onnx.TensorProto.FLOAT
            )
            kept.raw_data = np.asarray(backend.to_numpy(array), "<f4", order="C").tobytes()
        return model

    def value(self, name, shape):
        """An input or output."""
        return self.onnx.helper.make_tensor_value_info(name, self.onnx.TensorProto.FLOAT, shape)

    def add(self, layer, x, place):
        """Add a layer that takes the value named x; returns the name of its output."""
        if isinstance(layer, layers.Sequential):
            for name, child in layer.layers.items():
                x = self.add(child, x, f"{place}{name}.")
            return x
        if isinstance(layer, layers.Residual):
            short = self.add(layer.shortcut, x, f"{place}shortcut.") if layer.shortcut else x
            return self.node("Add", [self.add(layer.body, x, f"{place}body."), short], place)
        if isinstance(layer, layers.Dropout):
            return x  # does nothing in eval mode
        for kind, convert in CONVERT.items():
            if isinstance(layer, kind):
                operation, parameters, attributes = convert(layer)
                return self.node(
                    operation,
                    [x, *(self.constant(place + name, a) for name, a in parameters.items())],
                    place,
                    **attributes,
                )
        raise ValueError(f"to_onnx: {layer!r} has no counterpart in ONNX here")

    def node(self, operation, inputs, place, **attributes):
        """Add an operation; returns the name of its output."""
        name = f"{place}{operation}"
        self.nodes.append(self.onnx.helper.make_node(operation, inputs, [name], name, **attributes))
        return name

    def constant(self, name, array):
        """Note weights; returns their name."""
        self.constants[name] = array
        return name


def _weights(layer):
    return {"weight": layer.weight.data} | ({} if layer.bias is None else {"bias": layer.bias.data})


def _conv(layer):
    where = {
        "kernel_shape": layer.kernel_size,
        "strides": layer.stride,
        "pads": [*layer.padding, *layer.padding],
    }
    return "Conv", _weights(layer), where | {"group": layer.groups}


def _linear(layer):
    return "Gemm", _weights(layer), {"transB": 1}


def _pool(layer, **more):
    window = {
        "kernel_shape": layer.kernel_size,
        "strides": layer.stride,
        "pads": [*layer.padding, *layer.padding],
    }
    return window | {"ceil_mode": int(layer.ceil_mode)} | more


def _lrn(layer):
    """ONNX multiplies the mean of the squares by alpha, as PyTorch, the paper their sum."""
    if layer.size % 2 == 0:
        raise ValueError(
            f"to_onnx: {layer!r} has no counterpart in ONNX, where the number of neighbours is odd"
        )
    return (
        "LRN",
        {},
        {
            "size": layer.size,
            "alpha": layer.alpha * layer.size,
            "beta": layer.beta,
            "bias": layer.k,
        },
    )


def _batch_norm(layer):
    names = {
        "scale": layer.weight.data,
        "B": layer.bias.data,
        "mean": layer.running_mean,
        "var": layer.running_var,
    }
    return "BatchNormalization", names, {"epsilon": layer.eps}


CONVERT = {
    layers.Conv2d: _conv,
    layers.Linear: _linear,
    layers.ReLU: lambda layer: ("Relu", {}, {}),
    layers.MaxPool2d: lambda layer: ("MaxPool", {}, _pool(layer)),
    layers.AvgPool2d: lambda layer: (
        "AveragePool",
        {},
        _pool(layer, count_include_pad=int(layer.count_include_pad)),
    ),
    layers.GlobalAvgPool2d: lambda layer: ("ReduceMean", {}, {"axes": [2, 3], "keepdims": 0}),
    layers.GlobalMaxPool2d: lambda layer: ("ReduceMax", {}, {"axes": [2, 3], "keepdims": 0}),
    layers.Flatten: lambda layer: ("Flatten", {}, {"axis": 1}),
    layers.LocalResponseNorm: _lrn,
    layers.BatchNorm2d: _batch_norm,
}
