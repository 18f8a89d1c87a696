"""Assignment 7: the number of parameters of VGG from its configuration."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from minivgg.classroom.bank.architecture import Layer, layer_shapes
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task
from minivgg.models.configurations import CONFIGURATIONS

HIDDEN = (4096, 4096)  # the paper's


def count_parameters(
    configuration: Sequence[Layer],
    classes: int,
    input_shape: Sequence[int],
    mistakes: Mistakes = (),
) -> int:
    """Weights and biases of the convolutions and of three fully connected layers."""
    channels, total = _count_convolutions(configuration, input_shape[0], mistakes)
    pooling = ("rounded-up",) if "pools-round-up" in mistakes else ()
    c, h, w = map(int, layer_shapes(configuration, input_shape, pooling)[-1])
    if "channels-not-passed-on/2" in mistakes:
        c = channels
    if "always-7x7" in mistakes:
        h = w = 7
    if "pools-do-nothing" in mistakes:
        h, w = input_shape[1:]
    if "maps-taken-for-square" in mistakes:
        w = h
    hidden_layers = {"hidden-layers-missing": 1, "hidden-layers-missing/2": 0}
    sizes = [
        c if "map-size-forgotten" in mistakes else prod((c, h, w)),
        *HIDDEN[: select(hidden_layers, mistakes, 2)],
        1000 if "always-1000-classes" in mistakes else classes,
    ]
    pairs = list(pairwise(sizes))
    if "fully-connected-forgotten" in mistakes:
        pairs = []
    if "last-layer-missing" in mistakes:
        pairs = pairs[:-1]
    for ins, outs in pairs:
        total += ins * outs + _count_biases("fully-connected", ins, outs, mistakes)
    return total


def _count_biases(kind: str, ins: int, outs: int, mistakes: Mistakes) -> int:
    """The number of biases of one layer."""
    if "biases-forgotten" in mistakes or f"biases-of-{kind}-forgotten" in mistakes:
        return 0
    biases = {
        "one-bias-for-each-layer": 1,
        "one-bias-for-each-input": ins,
        "one-bias-for-each-input/2": ins if kind == "convolutions" else outs,
        "one-bias-for-each-input/3": outs if kind == "convolutions" else ins,
        "one-bias-for-each-kernel": ins * outs if kind == "convolutions" else outs,
    }
    return select(biases, mistakes, outs)


def _count_convolutions(
    configuration: Sequence[Layer], input_channels: int, mistakes: Mistakes
) -> tuple[int, int]:
    """(channels after the last convolution, number of parameters of all)."""
    channels, total = 3 if "always-rgb" in mistakes else input_channels, 0
    for item in configuration:
        if item == "M":
            total += 4 * channels if "pools-counted" in mistakes else 0
            continue
        filters, kernel = item if isinstance(item, tuple | list) else (item, 3)
        if "always-3x3" in mistakes:
            kernel = 3
        window = kernel if "kernel-side-once" in mistakes else kernel**2
        if "convolutions-forgotten" not in mistakes:
            ins = 1 if "one-channel-for-each-filter" in mistakes else channels
            total += window * ins * filters + _count_biases("convolutions", ins, filters, mistakes)
        if "batch-norm-counted" in mistakes:
            total += 2 * filters
        if not any(name.startswith("channels-not-passed-on") for name in mistakes):
            channels = filters
    return channels, total


_SMALL = [8, "M", 16, 16, "M"]
_VGG_16 = CONFIGURATIONS["D"].layers
_C = [list(item) if isinstance(item, tuple) else item for item in CONFIGURATIONS["C"].layers]

COUNT_PARAMETERS = Task(
    "count_parameters(configuration, classes, input_shape)",
    ("parameters",),
    "The number of weights and biases of the convolutions and of three fully connected layers with "
    "4096, 4096 and `classes` outputs.",
    count_parameters,
    (
        Case("VGG-16, 138 million", ([_VGG_16, 1000, [3, 224, 224]],)),
        Case("VGG-11", ([CONFIGURATIONS["A"].layers, 1000, [3, 224, 224]],)),
        Case("C, with 1×1 convolutions", ([_C, 1000, [3, 224, 224]],)),
        Case("ten classes, grey images", ([_SMALL, 10, [1, 28, 28]],)),
        Case("H > W, odd sizes", ([_SMALL, 7, [3, 50, 35]],)),
        # each of these differs from the first of them, or from the one before it, in one respect
        Case("one filter, one pixel, one class", ([[1], 1, [1, 1, 1]],)),
        Case("two filters", ([[2], 1, [1, 1, 1]],)),
        Case("three channels", ([[1], 1, [3, 1, 1]],)),
        Case("two classes", ([[1], 2, [1, 1, 1]],)),
        Case("a 1×1 kernel", ([[[1, 1]], 1, [1, 1, 1]],)),
        Case("a 5×5 kernel", ([[[1, 5]], 1, [1, 1, 1]],)),
        Case("two convolutions", ([[2, 3], 1, [1, 1, 1]],)),
        Case("two pixels by two", ([[1], 1, [1, 2, 2]],)),
        Case("two pixels by two, and a pool", ([[1, "M"], 1, [1, 2, 2]],)),
        Case("two pixels by three", ([[1], 1, [1, 2, 3]],)),
        Case("two pixels by three, and a pool", ([[1, "M"], 1, [1, 2, 3]],)),
    ),
    (
        Mistake("biases-forgotten", "Your count leaves out the biases.",
                "How many biases does a layer have for each filter, or each output?", 4),
        Mistake("biases-of-convolutions-forgotten",
                "Your count leaves out the biases of the convolutions.",
                "How many biases does each filter have?", 4),
        Mistake("biases-of-fully-connected-forgotten",
                "Your count leaves out the biases of the fully connected layers.",
                "How many biases does each output have?", 4),
        Mistake("one-bias-for-each-layer", "Your count has only one bias for each layer.",
                "Do all filters of a layer share one bias?", 4),
        Mistake("one-bias-for-each-input",
                "Your count has a bias for each input, not for each output, in all layers or in "
                "those of one kind.",
                "To which numbers is a bias added: the inputs, or the outputs?", 4, variants=3),
        Mistake("one-bias-for-each-kernel",
                "Your count has a bias for each input channel of each filter.",
                "A filter adds up the products of all its channels. How many biases are added to "
                "this sum?", 4),
        Mistake("always-rgb", "Your count assumes images with three channels.",
                "Which argument contains the number of channels?", 4),
        Mistake("channels-not-passed-on",
                "Your count gives every convolution as many input channels as the image has.",
                "What is the input of the second convolution?", 4, variants=2),
        Mistake("one-channel-for-each-filter",
                "Your count gives each filter only one input channel.",
                "How many kernels does a filter have if its input has 64 channels?", 4),
        Mistake("kernel-side-once", "Your count gives a k×k kernel only k weights.",
                "How many weights does a 3×3 kernel have?", 4),
        Mistake("always-3x3", "Your count treats every kernel as 3×3.",
                "What does (256, 1) mean in a configuration?", 4),
        Mistake("always-7x7", "Your count assumes a last map of 7×7.",
                "For which image size is the last map 7×7?", 4),
        Mistake("pools-do-nothing",
                "Your first fully connected layer reads a map as large as the image.",
                "How do the pools change height and width?", 4),
        Mistake("map-size-forgotten",
                "Your first fully connected layer has only one input for each channel.",
                "How many numbers does Flatten make of a (C, H, W) map?", 4),
        Mistake("always-1000-classes", "Your count assumes 1000 classes.",
                "Which argument contains the number of classes?", 4),
        Mistake("hidden-layers-missing",
                "Your count leaves out one or both layers of 4096 outputs.",
                "Which three fully connected layers are in Table 1?", 4, variants=2),
        Mistake("last-layer-missing", "Your count leaves out the last fully connected layer.",
                "Which three fully connected layers are in Table 1?", 4),
        Mistake("maps-taken-for-square",
                "Your count assumes that the last map is as wide as it is high.",
                "Try an image whose height and width differ.", 4),
        Mistake("pools-round-up", "Your last map is too large where a size is odd.",
                "How many windows of 2 with stride 2 fit into 35?", 4),
        Mistake("fully-connected-forgotten",
                "Your count leaves out the fully connected layers, which have nine tenths of the "
                "parameters of VGG-16.",
                "Which layers come after the last pool?", 4),
        Mistake("convolutions-forgotten", "Your count leaves out the convolutions.",
                "How many weights and biases does a 3×3 convolution have?", 4),
        Mistake("batch-norm-counted",
                "Your count has two more parameters for each filter, as batch normalisation has.",
                "Does the paper use batch normalisation?", 4),
        Mistake("pools-counted", "Your count has weights for the pools.",
                "What does a max-pool compute? Does it need weights?", 4),
    ),
)  # fmt: skip

TASKS = (COUNT_PARAMETERS,)
