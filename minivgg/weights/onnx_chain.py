"""The graph of a net like VGG, node by node: which layer each is, and where its weights belong."""

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from minivgg.weights import onnx_affine, onnx_attributes
from minivgg.weights.memory_map import CorruptFileError
from minivgg.weights.onnx_affine import NOTHING
from minivgg.weights.onnx_attributes import int_, ints
from minivgg.weights.onnx_tensors import Constants

if TYPE_CHECKING:  # onnx is optional
    from onnx import AttributeProto, NodeProto

ONNX_EPS = 1e-5  # of a batch norm that does not say it: ONNX's own default


class Chain:
    """A graph without branches, from its input on.

    Parameters
    ----------
    constants : Constants
        The weights, by name.
    value : str
        The name of the input.
    sizes : list of (int or None)
        The input's shape, as far as it is fixed.
    """

    def __init__(self, constants: Constants, value: str, sizes: list[int | None]) -> None:
        self.constants, self.value, self.sizes = constants, value, sizes
        self.found: dict[str, tuple[str, np.ndarray]] = {}  # {our name: (their name, array)}
        self.axes: tuple[int, ...] = (0, 1, 2, 3)  # the input's axes in today's order
        self.images_axes: tuple[int, ...] | None = None  # what is (N, C, H, W) of the input's axes
        # before the first convolution: (operation, constant, axes then)
        self.normalisation: list[tuple[str, np.ndarray, tuple[int, ...]]] = []
        self.input_affine = NOTHING
        self.index = 0  # of the next layer of "features"
        self.dense = 0  # how many fully connected layers there were
        self.layer = ""  # the path of the layer whose activation has not come yet
        self.affine = NOTHING  # after that layer
        self.channels = 0
        self.side: list[int | None] = [None, None]  # height and width of the map
        self.flat = self.pooled = self.ended = False
        self.channels_last_flat = False
        self.node_of_layer: NodeProto | None = None  # where its weights were

    def error(self, node: "NodeProto", text: str) -> CorruptFileError:
        """An error about a node.

        Parameters
        ----------
        node : NodeProto
            Which is named.
        text : str
            Follows its name.

        Returns
        -------
        CorruptFileError
            To be raised.
        """
        name = node.name or (node.output[0] if node.output else "")
        return CorruptFileError(
            f"its net is not like VGG, whose weights are read: the node {name[:100]!r} "
            f"({node.op_type[:40]}) {text}"
        )

    def add(self, node: "NodeProto") -> None:
        """Follow the graph through a node.

        Parameters
        ----------
        node : NodeProto
            The next one that depends on the input.

        Raises
        ------
        CorruptFileError
            If the graph branches there, or no net of ``models.vgg`` does what the node does.
        """
        operation = OPERATIONS.get(node.op_type)
        if operation is None:
            raise self.error(node, "is not an operation of such nets")
        variable = [name for name in node.input if name and name not in self.constants]
        is_reshape = node.op_type == "Reshape"  # whose shape may be computed
        if (variable[:1] if is_reshape else variable) != [self.value]:
            raise self.error(node, "joins or begins a branch")
        if self.ended and operation is not Chain._same:
            raise self.error(node, "follows the softmax")
        operation(self, node, {a.name: a for a in node.attribute})
        self.value = node.output[0]

    def finish(self, outputs: list[str]) -> None:
        """Check that the graph ended with the last node.

        Parameters
        ----------
        outputs : list of str
            Its outputs.

        Raises
        ------
        CorruptFileError
            If there are others, or the last convolution has no ReLU.
        """
        if outputs != [self.value]:
            raise CorruptFileError(
                f"its graph has the outputs {', '.join(outputs)[:200]}; a VGG net has one, at its "
                "end"
            )
        if self.node_of_layer is not None:
            if self.layer.startswith("features"):
                raise self.error(self.node_of_layer, "is not followed by ReLU")
            self._end_layer(self.node_of_layer)

    # ------------------------------------------------------------------------------ features

    def _conv(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        weight = self.constants[node.input[1]]
        if weight.ndim != 4 or self.flat or (self.pooled and not self.dense):
            raise self.error(node, "is not a convolution of images")
        if int_(attributes, "group", 1) != 1:
            raise self.error(node, "has groups of channels (depthwise)")
        if {*ints(attributes, "strides", 1), *ints(attributes, "dilations", 1)} != {1}:
            raise self.error(node, "has a stride or a dilation")
        self._begin_layer(node)
        self._check_images(node)
        o, c, *kernel = weight.shape
        if self.channels not in (0, c):
            raise self.error(node, f"takes {c} channels and gets {self.channels}")
        same = onnx_attributes.keeps_size(attributes, kernel)
        if self.dense or (same is False and kernel != [1, 1]):
            self._dense_convolution(node, weight, kernel, same)
        elif same is None or kernel[0] != kernel[1] or kernel[0] % 2 == 0:
            raise self.error(node, "has padding that does not keep the size of the map")
        else:
            self.layer, self.index = f"features.{self.index}", self.index + 1
            self._weights(node, weight)
        self.channels = o

    def _dense_convolution(
        self, node: "NodeProto", weight: np.ndarray, kernel: list[int], same: bool | None
    ) -> None:
        """A fully connected layer as a convolution: over the whole map, then of 1×1."""
        whole = kernel == ([1, 1] if self.dense else self.side) or None in self.side
        if not self.index or not whole or (same is not False and kernel != [1, 1]):
            raise self.error(node, "is a convolution without padding inside of the net")
        self.layer, self.side, self.pooled = f"classifier.{3 * self.dense}", [1, 1], True
        self.dense += 1
        self._weights(node, weight if kernel != [1, 1] else weight.reshape(weight.shape[:2]))

    def _weights(self, node: "NodeProto", weight: np.ndarray) -> None:
        """Store the weights of the layer that begins, and its bias, which may also come later."""
        self.node_of_layer = node
        self._store("weight", node.input[1], weight)
        if len(node.input) > 2 and node.input[2]:
            bias = self.constants[node.input[2]]
            if bias.size != len(weight):
                raise self.error(node, f"has {len(weight)} outputs and {bias.size} biases")
            self._store("bias", node.input[2], bias.reshape(-1))

    def _store(self, kind: str, theirs: str, array: np.ndarray, path: str | None = None) -> None:
        self.found[f"{path or self.layer}.{kind}"] = theirs, array

    def _check_images(self, node: "NodeProto") -> None:
        """Check that axes are (N, C, H, W) here; at the first convolution, see which they were."""
        if self.images_axes is None:
            if self.axes not in ((0, 1, 2, 3), (0, 3, 1, 2)):
                raise self.error(node, "is preceded by an exchange of axes")
            self.images_axes = self.axes
            if len(self.sizes) == 4:
                _, c, *side = (self.sizes[axis] for axis in self.axes)
                self.channels, self.side = c or 0, side
            self._normalise(node)
        if self.axes != self.images_axes:
            raise self.error(node, "is preceded by an exchange of axes")

    def _normalise(self, node: "NodeProto") -> None:
        """Join what was done with the pixels, now that it is known which axis has channels."""
        for operation, constant, axes in self.normalisation:
            vector = onnx_affine.by_channel(constant, axes.index(self.axes[1]))
            if vector is None:
                raise self.error(node, "is preceded by arithmetic with pixels")
            self.input_affine = onnx_affine.then(self.input_affine, operation, vector)

    def _batch_norm(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        if not self.layer.startswith("features") or self.affine is not NOTHING:
            raise self.error(node, "is a batch norm that does not follow a convolution")
        self._check_images(node)
        weight, bias, mean, variance = (self.constants[name] for name in node.input[1:])
        eps = attributes["epsilon"].f if "epsilon" in attributes else ONNX_EPS
        variance = onnx_affine.with_our_epsilon(variance, eps)
        if (variance < 0).any():
            raise self.error(node, f"has the small epsilon {eps:g}")
        self._add_bias()
        parts = {"weight": weight, "bias": bias, "running_mean": mean, "running_var": variance}
        for (kind, array), name in zip(parts.items(), node.input[1:], strict=True):
            if array.shape != (self.channels,):
                raise self.error(node, f"is for {array.size} channels and gets {self.channels}")
            self._store(kind, name, array, f"features.{self.index}")
        self.index, self.layer = self.index + 1, f"features.{self.index}"

    def _relu(self, node: "NodeProto", _: object) -> None:
        if not self.layer:
            raise self.error(node, "does not follow a convolution or a fully connected layer")
        is_feature = self.layer.startswith("features")
        self._end_layer(node)
        self.index += is_feature

    def _max_pool(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        self._begin_pool(node)
        even = all(n is not None and n % 2 == 0 for n in self.side)
        if not onnx_attributes.halves_size(attributes):
            raise self.error(node, "is not a max-pool of 2×2 pixels with stride 2")
        if onnx_attributes.rounds_up(attributes) and not even:
            raise self.error(node, "rounds sizes up, while max-pools here round them down")
        self.side = [n and n // 2 for n in self.side]
        self.index += 1

    def _begin_pool(self, node: "NodeProto") -> None:
        if self.layer or not self.index or self.flat or self.dense:
            raise self.error(node, "does not follow the ReLU of a convolution")
        self._check_images(node)

    def _local_response_norm(
        self, node: "NodeProto", attributes: "dict[str, AttributeProto]"
    ) -> None:
        self._begin_pool(node)
        if not onnx_attributes.is_the_papers_norm(attributes):
            raise self.error(node, "has other settings than the net A-LRN")
        self.index += 1

    # ------------------------------------------------------- between features and classifier

    def _average_pool(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        """One that does nothing (torchvision's, for maps of 7×7), or one over the whole map."""
        self._begin_pool(node)
        kernel = ints(attributes, "kernel_shape", 1)
        plain = {*ints(attributes, "pads", 0)} == {0}
        if plain and kernel == [1, 1] and ints(attributes, "strides", 1) == [1, 1]:
            return
        if not plain or kernel != self.side:
            raise self.error(node, "averages parts of a map")
        self._pooled()

    def _global_pool(self, node: "NodeProto", _: object) -> None:
        if not self.dense:
            self._begin_pool(node)
        elif self.layer:
            raise self.error(node, "does not follow the ReLU of a convolution")
        self._pooled()

    def _reduce(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        if self.layer or not self.index or self.flat:
            raise self.error(node, "does not follow the ReLU of a convolution")
        if len(node.input) > 1 and node.input[1]:
            axes = self.constants[node.input[1]].reshape(-1).tolist()
        else:
            axes = list(attributes["axes"].ints) if "axes" in attributes else []
        images_axes = self.images_axes or ()
        reduced = {self.axes[axis] for axis in axes if -4 <= axis < 4}
        if reduced != {*images_axes[2:]} or len(axes) != 2:
            raise self.error(node, "is not over height and width")
        self._pooled()
        self.flat = not int_(attributes, "keepdims", 1)

    def _pooled(self) -> None:
        self.pooled, self.side = True, [1, 1]

    def _transpose(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        axes = list(attributes["perm"].ints) if "perm" in attributes else []
        if sorted(axes) != [0, 1, 2, 3] or self.flat:
            raise self.error(node, "is not an exchange of an image's axes")
        self.axes = tuple(self.axes[axis] for axis in axes)

    def _flatten(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        if self.flat:  # already: a Reshape for another batch size
            if node.op_type == "Flatten" and int_(attributes, "axis", 1) == 1:
                return
            raise self.error(node, "changes the shape of a vector")
        if self.layer.startswith("features") or self.images_axes is None:
            raise self.error(node, "does not follow the ReLU of a convolution")
        if node.op_type == "Flatten" and int_(attributes, "axis", 1) not in (1, -3):
            raise self.error(node, "does not make one vector of each image")
        if node.op_type == "Squeeze" and not self.pooled:
            raise self.error(node, "does not follow a mean over the map")
        if node.op_type == "Reshape" and node.input[1] in self.constants:
            shape = self.constants[node.input[1]].reshape(-1).tolist()
            sizes = [self.channels, *self.side]
            whole = None if None in sizes else prod(sizes)  # type: ignore[arg-type]
            if len(shape) != 2 or shape[1] not in (-1, whole or shape[1]):
                raise self.error(node, "does not make one vector of each image")
        order = tuple(self.images_axes.index(axis) for axis in self.axes)
        if order not in ((0, 1, 2, 3), (0, 2, 3, 1)):
            raise self.error(node, "is preceded by an exchange of axes")
        self.channels_last_flat = order == (0, 2, 3, 1)
        self.flat = True

    # ---------------------------------------------------------------------------- classifier

    def _gemm(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> None:
        factors = {attributes[name].f for name in ("alpha", "beta") if name in attributes}
        if factors - {1.0} or int_(attributes, "transA", 0) or node.input[0] != self.value:
            raise self.error(node, "is not a fully connected layer")
        weight = self.constants[node.input[1]]
        self._fully_connected(node, weight if int_(attributes, "transB", 0) else weight.T)

    def _matmul(self, node: "NodeProto", _: object) -> None:
        if node.input[0] != self.value:
            raise self.error(node, "is not a fully connected layer")
        self._fully_connected(node, self.constants[node.input[1]].T)

    def _fully_connected(self, node: "NodeProto", weight: np.ndarray) -> None:
        """weight: (out, in)."""
        if weight.ndim != 2 or not self.flat:
            raise self.error(node, "does not follow the features, made one vector")
        self._begin_layer(node)
        sizes = [self.channels, *self.side]
        taken = weight.shape[1]
        given = self.channels if None in sizes else prod(sizes)  # type: ignore[arg-type]
        if not given or taken % given or (None not in sizes and taken != given):
            raise self.error(node, f"takes {taken} numbers, and the map has another size")
        if self.channels_last_flat:  # which changes nothing where a map has one place
            o, size = weight.shape
            weight = weight.reshape(o, size // self.channels, self.channels)
            weight = weight.transpose(0, 2, 1).reshape(o, size)
        self.layer, self.channels, self.side = f"classifier.{3 * self.dense}", len(weight), [1, 1]
        self.dense += 1
        self._weights(node, weight)

    def _begin_layer(self, node: "NodeProto") -> None:
        if self.layer:
            raise self.error(node, "follows another layer without ReLU between them")

    def _end_layer(self, node: "NodeProto") -> None:
        """At a layer's activation: add what it lacks, and batch norm where it was arithmetic."""
        self._add_bias()
        if self.affine is not NOTHING:
            if not self.layer.startswith("features"):
                raise self.error(node, "follows arithmetic after a fully connected layer")
            for kind, array in onnx_affine.as_batch_norm(self.affine, self.channels).items():
                self._store(kind, "", array, f"features.{self.index}")
            self.index += 1
        self.layer, self.affine, self.node_of_layer = "", NOTHING, None

    def _add_bias(self) -> None:
        """Add a bias of zeros to a convolution or fully connected layer that has none."""
        name = f"{self.layer}.bias"
        if name not in self.found:
            self._store("bias", "", np.zeros(self.channels, "<f4"))

    # ---------------------------------------------------------------------------- everywhere

    def _same(self, node: "NodeProto", _: object) -> None:
        """The same numbers, in another type or in training only."""

    def _softmax(self, node: "NodeProto", _: object) -> None:
        if not self.layer.startswith("classifier"):
            raise self.error(node, "does not follow the last fully connected layer")
        self.ended = True

    def _arithmetic(self, node: "NodeProto", _: object) -> None:
        """With a constant: pixels normalised, a bias, or a part of batch norm."""
        first, second = node.input
        is_reversed = first != self.value
        constant = self.constants[first if is_reversed else second]
        if is_reversed and node.op_type in ("Sub", "Div"):
            raise self.error(node, "subtracts or divides a constant by what the net computes")
        if self.images_axes is None:
            self.normalisation.append((node.op_type, constant, self.axes))
            return
        axis = 1 if self.flat else self.axes.index(self.images_axes[1])
        vector = onnx_affine.by_channel(constant, axis, 2 if self.flat else 4)
        if not self.layer or vector is None or vector.size not in (1, self.channels):
            raise self.error(node, "is arithmetic that does not follow a layer")
        name = f"{self.layer}.bias"
        is_bias = node.op_type in ("Add", "Sub") and self.affine is NOTHING
        if is_bias and name not in self.found:
            bias = np.broadcast_to(vector if node.op_type == "Add" else -vector, self.channels)
            self._store("bias", first if is_reversed else second, bias)
        else:
            self.affine = onnx_affine.then(self.affine, node.op_type, vector)


OPERATIONS: "dict[str, Callable[[Chain, NodeProto, dict[str, AttributeProto]], None]]" = {
    "Conv": Chain._conv, "BatchNormalization": Chain._batch_norm, "Relu": Chain._relu,
    "MaxPool": Chain._max_pool, "LRN": Chain._local_response_norm,
    "AveragePool": Chain._average_pool, "GlobalAveragePool": Chain._global_pool,
    "GlobalMaxPool": Chain._global_pool, "ReduceMean": Chain._reduce, "ReduceMax": Chain._reduce,
    "Transpose": Chain._transpose, "Flatten": Chain._flatten, "Reshape": Chain._flatten,
    "Squeeze": Chain._flatten, "Gemm": Chain._gemm, "MatMul": Chain._matmul,
    "Dropout": Chain._same, "Identity": Chain._same, "Cast": Chain._same,
    "Softmax": Chain._softmax, "LogSoftmax": Chain._softmax,
    "Add": Chain._arithmetic, "Sub": Chain._arithmetic, "Mul": Chain._arithmetic,
    "Div": Chain._arithmetic,
}  # fmt: skip
