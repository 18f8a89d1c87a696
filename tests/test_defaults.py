"""Defaults that a paper or PyTorch gives, or that results depend on, are what the texts say.

Tests usually pass every option, and would not notice another default.
"""

import inspect

import pytest

from minivgg import data, layers, models, ops, optim
from minivgg.analysis.gradcheck import gradcheck
from minivgg.evaluation.features import LinearClassifier, features
from minivgg.evaluation.protocols import evaluate

DEFAULTS = {
    # Krizhevsky et al. 2012, §3.3
    ops.local_response_norm: {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0},
    layers.LocalResponseNorm: {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0},
    # PyTorch's
    ops.batch_norm2d: {"eps": 1e-5, "mean": None, "var": None},
    layers.BatchNorm2d: {"eps": 1e-5, "momentum": 0.1},
    ops.conv2d: {"b": None, "stride": 1, "padding": 0, "groups": 1, "dilation": 1, "relu": False},
    layers.Conv2d: {"stride": 1, "padding": 0, "bias": True, "groups": 1, "dilation": 1},
    layers.Linear: {"bias": True},
    ops.max_pool2d: {"stride": None, "padding": 0, "ceil_mode": False},
    ops.output_size: {"ceil_mode": False},
    layers.MaxPool2d: {"stride": None, "padding": 0, "ceil_mode": False},
    ops.avg_pool2d: {
        "stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True,
    },
    ops.softmax_cross_entropy: {
        "class_weights": None, "label_smoothing": 0.0, "ignore_index": None,
    },
    optim.Adam: {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0},
    optim.AdamW: {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01},
    # Simonyan & Zisserman 2014, §3.1
    optim.SGD: {"momentum": 0.9, "weight_decay": 5e-4, "nesterov": False},
    ops.dropout: {"p": 0.5, "rng": None},
    layers.Dropout: {"p": 0.5},
    models.vgg: {"dropout": 0.5},
    models.vgg16: {
        "weights": None, "include_top": True, "pooling": None, "classes": 1000, "progress": True,
    },
    models.imagenet_file: {"progress": True, "download": True},
    models.published_name: {"batch_norm": False},
    models.decode_predictions: {"top": 5},
    # Krizhevsky et al. 2012, §3.5 and §4.2
    models.alexnet: {"classes": 1000, "input_shape": (3, 227, 227), "groups": 2, "dropout": 0.5},
    data.RandomHorizontalFlip: {"p": 0.5},
    evaluate: {"protocol": "dense", "scales": (256,)},
    # results depend on these
    data.Loader: {"shuffle": False, "seed": 0},
    gradcheck: {"samples": None},
    LinearClassifier: {
        "epochs": 30, "lr": 0.05, "weight_decay": 5e-4, "batch_size": 64, "seed": 0,
    },
    features: {"layer": "fc7"},
}  # fmt: skip


@pytest.mark.parametrize("function", DEFAULTS, ids=lambda function: function.__name__)
def test_the_defaults(function):
    parameters = inspect.signature(function).parameters
    found = {name: parameters[name].default for name in DEFAULTS[function] if name in parameters}
    assert found == DEFAULTS[function]
