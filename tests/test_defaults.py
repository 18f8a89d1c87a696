"""Defaults that a paper or PyTorch gives, or that results depend on, are what the texts say.

Tests usually pass every option, and would not notice another default.
"""

import inspect

import pytest

from minivgg import data, layers, models, ops, optim
from minivgg.analysis.explanations import occlusion
from minivgg.analysis.gradcheck import examples, gradcheck, loss_examples
from minivgg.analysis.gradcheck_result import Entry
from minivgg.classroom.assignments import release
from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.grading.scheme import Scheme
from minivgg.classroom.tasks import Case, Mistake, Task
from minivgg.data.images import from_pillow
from minivgg.data.source import Source
from minivgg.evaluation import metrics, protocols, synthesis
from minivgg.evaluation.features import LinearClassifier, features, similar
from minivgg.evaluation.picture_loss import PictureLoss
from minivgg.evaluation.predictor import Predictor
from minivgg.evaluation.significance import wilson_interval
from minivgg.layers import initializers, losses
from minivgg.models.googlenet import googlenet
from minivgg.models.resnet import cifar_net
from minivgg.textbook import im2col, loops, winograd
from minivgg.training import checkpoint, recipes
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.diagnosis import diagnose
from minivgg.training.gradient_reducer import GradientReducer, NullReducer
from minivgg.training.run import Run
from minivgg.training.run_setup import configure_run
from minivgg.training.trainer import Trainer
from minivgg.training.training_plan import plan_training
from minivgg.utils import downloads
from minivgg.utils.remote_file import Limits, RemoteFile
from minivgg.utils.suggest import suggest

DEFAULTS = {
    # Krizhevsky et al. 2012, §3.3
    ops.local_response_norm: {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0},
    layers.LocalResponseNorm: {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0},
    # PyTorch's
    ops.batch_norm2d: {"eps": 1e-5, "mean": None, "var": None},
    layers.BatchNorm2d: {"eps": 1e-5, "momentum": 0.1},
    ops.conv2d: {"b": None, "stride": 1, "padding": 0, "groups": 1, "dilation": 1, "relu": False},
    ops.conv2d_backward: {"need_dx": True, "need_dw": True, "relu": False},
    ops.im2col: {"stride": 1, "padding": 0, "dilation": 1},
    ops.col2im: {"stride": 1, "padding": 0, "dilation": 1},
    layers.Conv2d: {
        "stride": 1, "padding": 0, "groups": 1, "bias": True, "dilation": 1,
        "initializer": "kaiming_normal", "algorithm": "auto",
    },
    layers.Linear: {"bias": True, "initializer": "kaiming_normal"},
    ops.linear_backward: {"need_dx": True, "need_dw": True},
    ops.max_pool2d: {"stride": None, "padding": 0, "ceil_mode": False},
    ops.output_size: {"ceil_mode": False},
    ops.max_pool2d_backward: {"relu": False},
    layers.MaxPool2d: {"stride": None, "padding": 0, "ceil_mode": False},
    ops.avg_pool2d: {
        "stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True,
    },
    layers.AvgPool2d: {
        "stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True,
    },
    ops.softmax_cross_entropy: {
        "class_weights": None, "label_smoothing": 0.0, "ignore_index": None,
    },
    losses.SoftmaxCrossEntropy: {
        "class_weights": None, "label_smoothing": 0.0, "ignore_index": None,
    },
    optim.Adam: {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0},
    optim.AdamW: {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01},
    # Simonyan & Zisserman 2014, §3.1
    optim.SGD: {"lr": 1e-2, "momentum": 0.9, "weight_decay": 5e-4, "nesterov": False},
    optim.StepLR: {"gamma": 0.1},
    optim.ReduceOnPlateau: {"factor": 0.1, "patience": 3, "threshold": 1e-4, "drops": 3},
    optim.WarmUp: {"start_factor": 0.01, "then": None},
    recipes.Recipe: {
        "batch_size": 128, "lr": 1e-2, "momentum": 0.9, "weight_decay": 5e-4, "dropout": 0.5,
        "batch_norm": False, "crop": 0, "flip": False, "color": 0.0, "mean_only": False,
        "warmup": 0, "label_smoothing": 0.0,
    },
    ops.dropout: {"p": 0.5, "rng": None},
    layers.Dropout: {"p": 0.5},
    models.vgg: {"dropout": 0.5},
    models.vgg16: {
        "weights": None, "include_top": True, "pooling": None, "classes": 1000, "progress": True,
    },
    models.imagenet_file: {"progress": True, "download": True},
    models.published_name: {"batch_norm": False},
    models.decode_predictions: {"top": 5},
    # torchvision's
    googlenet: {"weights": None, "classes": 1000, "dropout": 0.2, "progress": True},
    cifar_net: {"residual": True, "classes": 10},
    # Krizhevsky et al. 2012, §3.5 and §4.2
    models.alexnet: {"classes": 1000, "input_shape": (3, 227, 227), "groups": 2, "dropout": 0.5},
    winograd.conv2d: {"b": None, "padding": 1},
    winograd.conv2d_dx: {"padding": 1},
    # He et al. 2015, §3.3
    layers.SubsamplePad: {"stride": 2},
    data.RandomHorizontalFlip: {"p": 0.5},
    data.RandomCrop: {"padding": 0},
    data.PCAColorShift: {"std": 0.1},
    data.PCAColorShift.from_dataset: {"std": 0.1},
    data.Normalize.from_dataset: {"mean_only": False},
    protocols.evaluate: {"protocol": "dense", "scales": (256,), "progress": False},
    protocols.ModelUnderTest: {"mirror": True},
    protocols.paper_scales: {"stride": 32},
    protocols.crop_corners: {"grid": 5},  # Simonyan & Zisserman 2014, §3.2
    layers.Conv2d.backward: {"need_dx": True, "relu": False},
    layers.Conv2d.forward: {"relu": False, "pool": False},
    layers.Linear.backward: {"need_dx": True},
    layers.MaxPool2d.backward: {"relu": False},
    initializers.normal: {"std": 0.1},
    wilson_interval: {"z": pytest.approx(1.96, abs=1e-4)},  # 95 % of a normal distribution
    # results depend on these
    synthesis.style_transfer: {"content_weight": 1.0, "style_weight": 100.0, "smoothness": 1.0},
    synthesis.texture: {"smoothness": 1.0, "seed": 0},
    synthesis.inversion: {"smoothness": 1.0, "seed": 0},
    PictureLoss: {"smoothness": 0.0},
    similar: {"count": 5},
    occlusion: {"progress": False},
    plan_training: {"progress": True, "keep": 2, "save_every": 10.0, "cuda_graph": False},
    checkpoint.save: {"keep": 2},
    models.load_weights: {"new_head": False},
    Source.content: {"limit": 256 << 20},
    release: {"replace": False},
    grade_class: {"progress": False, "as_one": False, "again": False},
    Scheme: {"late_factor": 1.0},
    Task: {"points": 10},
    Case: {"seed": 0},
    Mistake: {"convention": False, "variants": 1},
    data.Loader: {"batch_size": 128, "shuffle": False, "seed": 0, "prefetch": 2, "workers": 1},
    data.load: {"channels": 3, "in_memory": True, "progress": True, "seed": 0},
    data.ImageFolder: {"channels": 3, "in_memory": False, "progress": True, "seed": 0},
    data.read_image: {"channels": 3},
    from_pillow: {"channels": 3},
    data.statistics: {"progress": False},
    data.train_val_split: {"seed": 0},
    metrics.evaluate: {"progress": False},
    Predictor.from_weights: {"progress": True},
    Predictor.predict: {"top": 5},
    Trainer: {
        "loss": None, "schedule": None, "folder": None, "seed": 0, "progress": True, "keep": 2,
        "max_gradient_norm": None, "save_every": 10.0, "cuda_graph": False,
    },
    Trainer.fit: {"epochs": 10, "resume": False},
    EarlyStopping: {"min_delta": 0.0},
    diagnose: {"seed": 0, "warmup": 0, "progress": False},
    GradientReducer: {"overlap": True},
    GradientReducer.prepare: {"passes": 1},
    NullReducer.prepare: {"passes": 1},
    Run: {"best": False},
    Run.open: {"best": False},
    Run.dataset: {"progress": False, "largest": 0},
    Run.training_sets: {"progress": False},
    configure_run: {"validation": 0.1, "seed": 0, "progress": False},
    downloads.search_path: {"alone": True},
    downloads.fetch: {"progress": True},
    Limits: {
        "idle_seconds": 30, "slow_seconds": 60, "attempts": 4, "first_wait_seconds": 1,
        "longest_wait_seconds": 60,
    },
    RemoteFile: {"rounding": 0},
    suggest: {"cutoff": 0.0},
    gradcheck: {
        "samples": None, "tolerance": 1e-7, "step": 1e-5, "seed": 0, "keep_parameters": False,
    },
    Entry: {"compared": 0, "kinks": 0, "error": 0.0, "analytic": 0.0, "numeric": 0.0},
    examples: {"seed": 0},
    loss_examples: {"seed": 0},
    layers.Layer.train: {"training": True},
    layers.Layer.freeze: {"frozen": True},
    layers.Layer.load_state_dict: {"strict": True},
    LinearClassifier: {
        "epochs": 30, "lr": 0.05, "weight_decay": 5e-4, "batch_size": 64, "seed": 0,
    },
    features: {"layer": "fc7", "mirror": True, "normalize": True, "progress": False, "grid": 1},
}  # fmt: skip


def defaults(function):
    """{name: default} of the parameters that have one."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


@pytest.mark.parametrize("function", DEFAULTS, ids=lambda function: function.__qualname__)
def test_the_defaults(function):
    found = defaults(function)
    assert {name: found.get(name, "none") for name in DEFAULTS[function]} == DEFAULTS[function]


@pytest.mark.parametrize("chapter", [loops, im2col], ids=lambda chapter: chapter.__name__)
def test_the_textbook_has_the_defaults_of_the_operations(chapter):
    compared = 0
    for name, function in inspect.getmembers(chapter, inspect.isfunction):
        if name in ops.__all__:
            of_operation = defaults(getattr(ops, name))
            for option, default in defaults(function).items():
                compared += 1
                # padding has a value in the textbook's im2col; images have zeros around them
                assert default == of_operation.get(option, 0), (name, option)
    assert compared > 5
