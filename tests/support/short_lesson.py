"""Run the cells of a lesson with its training cut short, for devices that are slow or pretended.

    python tests/support/short_lesson.py lessons/03_receptive_fields.py STEPS

Loops with a training step (they call ``step()``, or ``backward()`` in a range of numbers) and the
batches of each epoch end after so many steps. VGG nets with random weights have few units in their
fully connected layers. The assertions of a lesson hold for whole trainings, so the cells with them
are left out.
"""

import ast
import itertools
import sys
import time
from pathlib import Path

import matplotlib as mpl

from minivgg import models
from minivgg.classroom import lessons
from minivgg.data.loader import Loader
from minivgg.evaluation.features import LinearClassifier
from minivgg.training.trainer import Trainer

LIMITED = "short_lesson_limited"


class ShortLoops(ast.NodeTransformer):
    """Each loop with a training step in it goes over the first few items only."""

    def visit_For(self, node):
        """Limit a loop, and the loops in it."""
        self.generic_visit(node)
        called = {_method(inner) for inner in ast.walk(node)}
        if "step" in called or ("backward" in called and _is_range(node.iter)):
            node.iter = ast.Call(ast.Name(LIMITED, ast.Load()), [node.iter], [])
        return node


def _method(node):
    """The name of the method that a node calls, "" if it calls none."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return node.func.attr if is_call else ""


def _is_range(node):
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return is_call and node.func.id == "range"


def cut_short(steps):
    """Limit what trains without a loop in the lesson, and what draws 100 million random weights."""
    epoch, fit, fit_linear, vgg = Loader.epoch, Trainer.fit, LinearClassifier.fit, models.vgg
    Loader.epoch = lambda *a, **options: itertools.islice(epoch(*a, **options), steps)

    def fit_shortly(self, train, validation=None, epochs=10, **options):
        return fit(self, train, validation, min(epochs, 1), **options)

    def fit_linear_shortly(self, *arguments, **options):
        self.epochs = 1
        return fit_linear(self, *arguments, **options)

    def vgg_with_few_units(name, *arguments, initializer="kaiming_normal", **options):
        if name in models.CONFIGURATIONS and len(name) == 1 and initializer != "zeros":
            options.setdefault("hidden", (64, 64))
        return vgg(name, *arguments, initializer=initializer, **options)

    Trainer.fit, LinearClassifier.fit = fit_shortly, fit_linear_shortly
    models.vgg = vgg_with_few_units


def run(source, steps):
    """Run all cells but those of tests; prints the seconds of each that takes more than one."""
    cut_short(steps)
    names = {"__name__": "__main__", LIMITED: lambda items: itertools.islice(items, steps)}
    for number, cell in enumerate(lessons.notebook(source).cells):
        if cell.cell_type != "code" or "tests" in cell.metadata.get("tags", ()):
            continue
        started = time.perf_counter()
        tree = ast.fix_missing_locations(ShortLoops().visit(ast.parse(cell.source)))
        exec(compile(tree, f"{source.name}, cell {number}", "exec"), names)
        seconds = time.perf_counter() - started
        if seconds > 1:
            print(f"{source.name}, cell {number}: {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    mpl.use("Agg")
    run(Path(sys.argv[1]), int(sys.argv[2]))
