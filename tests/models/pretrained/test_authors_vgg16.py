"""The authors' own VGG-16 on real photographs, against ONNX Runtime and PyTorch.

The weights (CC BY 4.0, K. Simonyan and A. Zisserman, Visual Geometry Group, University of Oxford)
and CIFAR-10's test images are looked for in ``$MINIVGG_DATA``.
"""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from minivgg import data, models, weights
from minivgg.weights.onnx import to_onnx

FOLDER = Path(os.environ.get("MINIVGG_DATA") or "none")
WEIGHTS, IMAGES = FOLDER / "vgg16_convolutions.safetensors", FOLDER / "cifar10.zip"
POOLS = [f"pool{n}" for n in range(1, 6)]
ALGORITHMS = ("auto", "im2col", "direct", "winograd")
TOLERANCE = 1e-5  # of the largest output of a block; about 1e-6 was found

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (WEIGHTS.is_file() and IMAGES.is_file()),
        reason="the authors' VGG-16 is not in $MINIVGG_DATA",
    ),
]


@pytest.fixture(scope="module")
def net():
    return models.vgg16(weights=WEIGHTS, include_top=False).eval()


@pytest.fixture(scope="module")
def x(net):
    """A cat and a ship, enlarged to 224 pixels."""
    found = []
    with zipfile.ZipFile(IMAGES) as archive:
        for name in ("cat", "ship"):
            first = min(entry for entry in archive.namelist() if f"test/{name}/" in entry[:-1])
            picture = Image.open(io.BytesIO(archive.read(first))).convert("RGB")
            found.append(np.asarray(picture).transpose(2, 0, 1))
    return net.preprocessing(np.stack(data.Rescale(224)(np.stack(found))))


def blocks(net, x, algorithm):
    """The output of each block, with one algorithm in all convolutions."""
    paths = [models.layer_paths(net)[pool].removeprefix("features.") for pool in POOLS]
    found = []
    for key, layer in net["features"].layers.items():
        if hasattr(layer, "algorithm"):
            layer.algorithm = algorithm
        x = layer(x)
        if key in paths:
            found.append(x)
    return found


def errors(ours, theirs):
    """The largest difference of each block, relative to its largest output."""
    return [float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(ours, theirs, strict=True)]


def test_every_algorithm_gives_onnxruntimes_features(net, x, tmp_path):
    onnx = pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    to_onnx(net, tmp_path / "vgg16.onnx")
    back = weights.read(tmp_path / "vgg16.onnx")
    assert all(np.array_equal(back[name], array) for name, array in net.arrays().items())
    model = onnx.load(tmp_path / "vgg16.onnx")
    names = [node.output[0] for node in model.graph.node if node.op_type == "MaxPool"]
    for name in names[:-1]:
        value = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        model.graph.output.append(value)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    theirs = session.run(names, {"images": x})
    for algorithm in ALGORITHMS:
        found = errors(blocks(net, x, algorithm), theirs)
        assert max(found) < TOLERANCE, (algorithm, found)


def test_every_algorithm_gives_pytorchs_features(net, x):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    y, theirs = torch.tensor(x), []
    with torch.no_grad():
        for layer in net["features"].layers.values():
            if hasattr(layer, "algorithm"):
                w, b = (torch.tensor(p.data) for p in (layer.weight, layer.bias))
                y = torch.relu(torch.nn.functional.conv2d(y, w, b, padding=1))
            elif isinstance(layer, type(net["features"][4])):
                y = torch.nn.functional.max_pool2d(y, 2)
                theirs.append(y.numpy())
    for algorithm in ALGORITHMS:
        found = errors(blocks(net, x, algorithm), theirs)
        assert max(found) < TOLERANCE, (algorithm, found)
