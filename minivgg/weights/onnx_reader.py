"""ONNX files of nets like VGG: their weights under the names that this package gives them.

The file's own names say little ("onnx::Conv_123"), so layers are recognised by what the graph does:
it is followed from its input to its output, and whatever a net of ``models.vgg`` does not do is an
error that names the node. What other programs fold or rewrite is put back where that is possible:

- a bias that is added after its layer;
- batch norm written as a multiplication and an addition;
- channels in the last axis (Keras, TensorFlow), also in the first fully connected layer;
- a fully connected layer that is a convolution over the whole map;
- pixels normalised by the graph itself, which become ``metadata["preprocessing"]``.

Files that ``weights.onnx`` wrote have the names already, and may be of any net. No file has code.
"""

import json
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from minivgg.utils.installation import how_to_install
from minivgg.weights.memory_map import Budget, Contents, CorruptFileError
from minivgg.weights.onnx_affine import NOTHING, as_normalisation
from minivgg.weights.onnx_chain import Chain
from minivgg.weights.onnx_file import check_size
from minivgg.weights.onnx_tensors import Constants

if TYPE_CHECKING:  # onnx is optional
    from onnx import ModelProto

OURS = "minivgg"  # the producer of files that this package wrote
OWN_NAMES = {  # names there, by operation, and in a net's state
    "BatchNormalization": {
        "scale": "weight", "B": "bias", "mean": "running_mean", "var": "running_var",
    },
    "Conv": {"weight": "weight", "bias": "bias"},
    "Gemm": {"weight": "weight", "bias": "bias"},
}  # fmt: skip


def read_onnx(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The weights of an ONNX file of a net like VGG.

    Parameters
    ----------
    path : path
        Of the file. Weights in a second file are read where that lies in the same folder.
    memory : mmap
        The same file.
    budget : Budget
        The memory and the work that the file may take.

    Returns
    -------
    arrays : dict of str to array
        By the names of this package, ``features.0.weight`` and so on. They need as much memory as
        the file.
    metadata : dict of str to str
        "preprocessing", where the file says it or does it, and "classes", both in JSON; and
        "onnx_names", a JSON object of the names in the file by the names here.

    Raises
    ------
    CorruptFileError
        If the file is damaged, or the net does something that nets of ``models.vgg`` do not do.
    RuntimeError
        If the package onnx is not installed.
    """
    model = _parsed(path, memory)
    budget.count(len(model.graph.initializer))
    constants = Constants(path, budget)
    for tensor in model.graph.initializer:
        constants.add_tensor(tensor)
    metadata = _own_metadata(model)
    found = _own_names(model, constants) if model.producer_name == OURS else None
    if found is None:
        found = _follow(model, constants, metadata)
    arrays = {name: array for name, (_, array) in found.items()}
    metadata["onnx_names"] = json.dumps({name: theirs for name, (theirs, _) in found.items()})
    return arrays, metadata


def _parsed(path: Path, memory: mmap) -> "ModelProto":
    try:
        import onnx
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    except ImportError as error:
        raise RuntimeError(
            f"{path} is an ONNX file, which needs the package onnx: {how_to_install('onnx')}"
        ) from error
    check_size(memory)
    model = onnx.ModelProto()
    try:
        model.ParseFromString(memory[:])
    except DecodeError as error:
        raise CorruptFileError("it is truncated or damaged: its graph cannot be read") from error
    return model


def _own_metadata(model: "ModelProto") -> dict[str, str]:
    """What ``weights.onnx`` stores, also in files that other programs have simplified since."""
    stored = {entry.key: entry.value for entry in model.metadata_props}
    found = {}
    for key, kind in (("preprocessing", dict), ("classes", list)):
        try:
            if isinstance(json.loads(stored.get(key, "")), kind):
                found[key] = stored[key]
        except (ValueError, RecursionError):
            continue
    return found


def _own_names(
    model: "ModelProto", constants: Constants
) -> dict[str, tuple[str, np.ndarray]] | None:
    """{our name: (name in the file, array)} of a file of this package; None if it was changed."""
    found: dict[str, tuple[str, np.ndarray]] = {}
    for node in model.graph.node:
        stem = node.name.removesuffix(node.op_type)
        kinds = OWN_NAMES.get(node.op_type, {})
        for name in node.input[1:] if kinds else ():
            kind = kinds.get(name.removeprefix(stem))
            if kind is None or name not in constants.arrays or f"{stem}{kind}" in found:
                return None
            found[f"{stem}{kind}"] = name, constants.arrays[name]
    return found


def _follow(
    model: "ModelProto", constants: Constants, metadata: dict[str, str]
) -> dict[str, tuple[str, np.ndarray]]:
    """{our name: (name in the file, array)}, from following the graph; extends the metadata."""
    graph = model.graph
    inputs = [value for value in graph.input if value.name not in constants]
    if len(inputs) != 1:
        raise CorruptFileError(f"its graph has {len(inputs)} inputs; a VGG net has one, images")
    dims = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
    chain = Chain(constants, inputs[0].name, [n if n > 0 else None for n in dims])
    shapes: set[str] = set()  # values that are computed from shapes alone
    for node in graph.node:
        names = [name for name in node.input if name]
        if not node.output:
            continue
        if node.domain not in ("", "ai.onnx"):
            raise chain.error(node, f"is of {node.domain!r:.60}, not of ONNX itself")
        if all(name in constants for name in names):
            constants.add_node(node)
        elif node.op_type == "Shape" or all(n in constants or n in shapes for n in names):
            shapes.update(node.output)
        else:
            chain.add(node)
    chain.finish([value.name for value in graph.output])
    if not chain.found:
        raise CorruptFileError("its graph has no convolutions")
    if chain.input_affine is not NOTHING:
        channels = chain.found["features.0.weight"][1].shape[1]
        normalize = as_normalisation(chain.input_affine, channels)
        if normalize is None:
            raise CorruptFileError("its graph changes pixels in a way that is not a normalisation")
        if "preprocessing" in metadata:
            raise CorruptFileError("its graph and its metadata both normalise pixels")
        metadata["preprocessing"] = json.dumps(normalize)
    return chain.found
