"""An exported net gives the same answers in another runtime."""

import json
import sys

import numpy as np
import pytest

from minivgg import data, layers, models, weights
from minivgg.weights import onnx as onnx_module
from minivgg.weights.onnx import to_onnx

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


def answers(path, x):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {"images": x})[0]


NETS = {
    "A-LRN": lambda: models.vgg("A-LRN", 7, (3, 32, 64), (9,)),
    "batch norm": lambda: models.vgg(
        [4, (6, 1), "M", (5, 5)], 7, (3, 9, 8), (9, 8), batch_norm=True
    ),
    "avg": lambda: models.vgg11(include_top=False, pooling="avg", input_shape=(3, 32, 32)),
    "max": lambda: models.vgg11(include_top=False, pooling="max", input_shape=(3, 32, 32)),
    "map": lambda: models.vgg11(include_top=False, input_shape=(3, 32, 32)),
    "densely": lambda: models.to_fully_convolutional(models.vgg([4, "M", 4], 3, (3, 8, 8), (5,))),
    "poolings": lambda: layers.Sequential(
        layers.Conv2d(3, 4, (3, 2), stride=(2, 1), padding=(1, 0), bias=False),
        layers.MaxPool2d(3, 2, 1, ceil_mode=True),
        layers.AvgPool2d(2, 1, 1),
        layers.AvgPool2d(2, 2, 1, count_include_pad=False),
        layers.GlobalAvgPool2d(),
        layers.Linear(4, 2, bias=False),
    ),
    "dilated": lambda: layers.Sequential(
        layers.Conv2d(3, 4, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(2, 3)),
        layers.Conv2d(4, 5, (2, 4), padding="same", dilation=(1, 2), groups=1),
        layers.Conv2d(5, 2, 3, padding="same", dilation=2),
    ),
    "side by side": lambda: layers.Sequential(
        layers.Concat(
            layers.Sequential(layers.Conv2d(3, 4, 1), layers.BatchNorm2d(4, 0.001), layers.ReLU()),
            layers.Sequential(
                layers.MaxPool2d(3, 1, 1, ceil_mode=True), layers.Concat(layers.Conv2d(3, 2, 1))
            ),
        ),
        layers.GlobalAvgPool2d(),
        layers.Linear(6, 2),
    ),
    "residual": lambda: layers.Sequential(
        layers.Residual(layers.Sequential(layers.Conv2d(3, 3, 3, padding=1), layers.ReLU())),
        layers.Residual(layers.Conv2d(3, 5, 1), layers.Conv2d(3, 5, 1)),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Linear(5 * 144, 2),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NETS)
def test_onnxruntime_says_the_same(name, tmp_path, rng):
    net = NETS[name]()
    for array in net.arrays().values():
        if array.ndim == 1:  # biases and statistics that are not 0 and 1
            array[...] = rng.uniform(0.5, 1.5, array.shape)
    shape = getattr(net, "input_shape", (3, 12, 12))
    to_onnx(net, tmp_path / "net.onnx", shape)
    for n in (1, 3):
        x = rng.standard_normal((n, *shape)).astype(np.float32)
        expected = net.eval()(x)
        assert (
            np.abs(answers(tmp_path / "net.onnx", x) - expected).max()
            <= 1e-4 * np.abs(expected).max()
        )


def test_what_pixels_mean_and_classes_are_called_stands_in_the_file(tmp_path):
    net = models.vgg([4, "M"], 2, (1, 4, 4), (3,))
    net.preprocessing = data.Normalize((0.25,), (0.5,))
    to_onnx(net, tmp_path / "net.onnx", classes=["owl", "no owl"])
    notes = {
        entry.key: json.loads(entry.value)
        for entry in onnx.load(tmp_path / "net.onnx").metadata_props
    }
    assert notes["classes"] == ["owl", "no owl"]
    assert (notes["preprocessing"]["mean"], notes["preprocessing"]["std"]) == ([0.25], [0.5])


def test_groups_and_what_has_no_counterpart(tmp_path, rng):
    net = layers.Sequential(layers.Conv2d(4, 6, 3, groups=2), layers.ReLU()).eval()
    to_onnx(net, tmp_path / "g.onnx", (4, 5, 5))
    x = rng.standard_normal((2, 4, 5, 5)).astype(np.float32)
    assert answers(tmp_path / "g.onnx", x) == pytest.approx(net(x), abs=1e-5)
    for wrong, words in (
        (layers.LocalResponseNorm(4), "is odd"),
        (layers.Dropout(0.5), "there is no layer to export"),
    ):
        with pytest.raises(ValueError, match=words):
            to_onnx(layers.Sequential(wrong), tmp_path / "x.onnx", (4, 5, 5))
    with pytest.raises(ValueError, match="give input_shape"):
        to_onnx(net, tmp_path / "x.onnx")


def test_without_the_package_the_user_is_told_how_to_install_it(tmp_path, monkeypatch):
    path = tmp_path / "net.onnx"
    net = models.vgg([2, "M"], 2, (1, 4, 4), (3,))
    to_onnx(net, path)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(RuntimeError, match="export to ONNX needs the package onnx: "):
        to_onnx(net, path)
    with pytest.raises(
        RuntimeError, match=r"net\.onnx is an ONNX file, which needs the package onn"
    ):
        weights.read(path)


def test_the_file_says_what_each_value_is(tmp_path):
    net = models.vgg([2, "M"], 3, (1, 4, 4), (), batch_norm=True)
    to_onnx(net, tmp_path / "net.onnx")
    model = onnx.load(tmp_path / "net.onnx")
    onnx.checker.check_model(model, full_check=True)
    (images,), (logits,) = model.graph.input, model.graph.output
    shapes = [
        [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (images, logits)
    ]
    assert (images.name, logits.name, shapes) == ("images", "logits", [["N", 1, 4, 4], ["N", 3]])
    assert {each.name: tuple(each.dims) for each in model.graph.initializer} == {
        "features.0.weight": (2, 1, 3, 3), "features.0.bias": (2,), "features.1.scale": (2,),
        "features.1.B": (2,), "features.1.mean": (2,), "features.1.var": (2,),
        "classifier.0.weight": (3, 8), "classifier.0.bias": (3,),
    }  # fmt: skip
    assert [node.name for node in model.graph.node] == [
        "features.0.Conv", "features.1.BatchNormalization", "features.2.Relu",
        "features.3.MaxPool", "flatten.Flatten", "classifier.0.Gemm",
    ]  # fmt: skip
    assert (model.producer_name, model.ir_version, model.opset_import[0].version) == (
        "minivgg", 8, 17,
    )  # fmt: skip
    assert not model.metadata_props
    settings = {each.name for each in model.graph.node[0].attribute}
    assert settings == {"kernel_shape", "strides", "pads", "group"}


def test_a_net_that_one_file_cannot_hold_is_refused(tmp_path, monkeypatch):
    net = models.vgg([2, "M"], 3, (1, 4, 4), (), initializer="zeros")
    count = sum(p.data.size for p in net.parameters().values())
    monkeypatch.setattr(onnx_module, "MAX_WEIGHT_BYTES", 4 * count + 1)
    to_onnx(net, tmp_path / "net.onnx")
    monkeypatch.setattr(onnx_module, "MAX_WEIGHT_BYTES", 4 * count)
    with pytest.raises(ValueError, match=f"the net has {4 * count} bytes of weights, and one"):
        to_onnx(net, tmp_path / "net.onnx")


def test_what_onnx_does_not_know_or_cannot_be_written(tmp_path):
    class Strange(layers.Layer):
        pass

    with pytest.raises(ValueError, match=r"Strange\(\) has no counterpart in ONNX"):
        to_onnx(layers.Sequential(Strange()), tmp_path / "x.onnx", (3, 4, 4))
    with pytest.raises(OSError, match="cannot write"):
        to_onnx(models.vgg([4, "M"], 2, (1, 4, 4), (3,)), tmp_path / "none" / "x.onnx")
    assert not list(tmp_path.iterdir())
