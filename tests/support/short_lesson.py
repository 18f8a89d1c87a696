"""Run the cells of a lesson with its training cut short, for devices that are slow or pretended.

    python tests/support/short_lesson.py lessons/03_receptive_fields.py STEPS

So many steps are taken by loops with a training step (they call ``x.step()``, or ``backward()`` or
``perf_counter()`` in a range of numbers), by each epoch, and where a lesson measures times in
``turns``. There are few test images, only some images get features of their own, the paper's nets
have few units in their fully connected layers, and the packaged blocks of VGG-16 few filters. The
assertions of a lesson hold for the whole, so the cells with them are left out.
"""

import ast
import itertools
import sys
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np

from minivgg import data, models, ops
from minivgg.classroom import lessons
from minivgg.data.loader import Loader
from minivgg.evaluation import features as evaluation_features
from minivgg.evaluation.features import LinearClassifier
from minivgg.layers import Conv2d
from minivgg.training.trainer import Trainer

LIMITED = "short_lesson_limited"
TEST_IMAGES = 7  # of each class
FEATURES = 16  # the rows of the other images are repetitions of these
FILTERS = 24  # of a convolution of VGG-16; lesson 0 draws map 23


class ShortLoops(ast.NodeTransformer):
    """Each loop with a training step or a clock in it goes over the first few items only."""

    def __init__(self, steps):
        self.steps = ast.Constant(steps)

    def visit_arguments(self, node):
        """Few turns by default."""
        names = [argument.arg for argument in node.args][len(node.args) - len(node.defaults) :]
        pairs = zip(names, node.defaults, strict=True)
        node.defaults = [self.steps if name == "turns" else value for name, value in pairs]
        return node

    def visit_keyword(self, node):
        """Few turns where they are asked for."""
        node.value = self.steps if node.arg == "turns" else self.visit(node.value)
        return node

    def visit_For(self, node):
        """Limit a loop, and the loops in it."""
        self.generic_visit(node)
        called = {_called(inner) for inner in ast.walk(node)}
        is_repeated = bool(called & {".backward", ".perf_counter"})
        if ".step" in called or (is_repeated and _is_range(node.iter)):
            node.iter = ast.Call(ast.Name(LIMITED, ast.Load()), [node.iter], [])
        return node


def _called(node):
    """The name of the method that a node calls, after a dot; "" if it calls none."""
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return f".{node.func.attr}" if is_method else ""


def _is_range(node):
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return is_call and node.func.id == "range"


def cut_short(steps):
    """Limit what trains without a loop in the lesson, the data, and nets of 100 million weights."""
    epoch, fit, fit_linear = Loader.epoch, Trainer.fit, LinearClassifier.fit
    vgg, packaged_net, load = models.vgg, models.packaged_net, data.load
    features = evaluation_features.features
    Loader.epoch = lambda *a, **options: itertools.islice(epoch(*a, **options), steps)

    def fit_shortly(self, train, validation=None, epochs=10, **options):
        return fit(self, train, validation, min(epochs, 1), **options)

    def fit_linear_shortly(self, *arguments, **options):
        self.epochs = 1
        return fit_linear(self, *arguments, **options)

    def vgg_with_few_units(name, *arguments, **options):
        if str(name)[0] in "ABCDE":  # of the paper
            options["hidden"] = (64, 64)
        return vgg(name, *arguments, **options)

    def packaged_net_with_few_channels(name):
        net = packaged_net(name)
        if name == "vgg16-pool3":
            _keep_few_channels(net)
        return net

    def features_of_few(net, images, *arguments, **options):
        rows = features(net, images[:FEATURES], *arguments, **options)
        return rows[np.arange(len(images)) % len(rows)]

    def load_few_test_images(name, split="train", **options):
        whole = load(name, split, **options)
        if split != "test":
            return whole
        of_each = [np.flatnonzero(whole.labels == k) for k in range(len(whole.classes))]
        few = np.sort(np.concatenate([numbers[:TEST_IMAGES] for numbers in of_each]))
        return data.ArrayDataset(whole.images[few], whole.labels[few], whole.classes)

    Trainer.fit, LinearClassifier.fit = fit_shortly, fit_linear_shortly
    models.vgg, data.load = vgg_with_few_units, load_few_test_images
    models.packaged_net = packaged_net_with_few_channels
    evaluation_features.features = features_of_few


def _keep_few_channels(net):
    """The first filters of each convolution but the first, which lessons draw whole."""
    _, *others = [layer for layer in net.descendants() if isinstance(layer, Conv2d)]
    in_channels = None  # all
    for conv in others:
        conv.weight.data = ops.filters_channels_last(conv.weight.array[:FILTERS, :in_channels])
        conv.bias.data = conv.bias.array[:FILTERS].copy()
        conv.out_channels, conv.in_channels = conv.weight.array.shape[:2]
        in_channels = FILTERS


def run(source, steps):
    """Run all cells but those of tests; prints the seconds of each that takes more than one."""
    cut_short(steps)
    names = {"__name__": "__main__", LIMITED: lambda items: itertools.islice(items, steps)}
    for number, cell in enumerate(lessons.notebook(source).cells):
        if cell.cell_type != "code" or "tests" in cell.metadata.get("tags", ()):
            continue
        started = time.perf_counter()
        tree = ast.fix_missing_locations(ShortLoops(steps).visit(ast.parse(cell.source)))
        exec(compile(tree, f"{source.name}, cell {number}", "exec"), names)
        seconds = time.perf_counter() - started
        if seconds > 1:
            print(f"{source.name}, cell {number}: {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    mpl.use("Agg")
    run(Path(sys.argv[1]), int(sys.argv[2]))
