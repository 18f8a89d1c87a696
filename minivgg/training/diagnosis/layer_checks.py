"""What one forward and one backward pass show of each layer: sizes, dead ReLUs, lost gradients."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from minivgg import backend
from minivgg.backend import Array
from minivgg.layers import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    ReLU,
    Residual,
    Sequential,
)
from minivgg.training.diagnosis.findings import Finding, percent, problem, warning
from minivgg.training.diagnosis.passes import LayerPass, RecordedPass, innermost
from minivgg.training.diagnosis.subject import Subject

# The output of a layer, as a root mean square and relative to the net's input. Each factor that is
# not 1 is there once for each layer (Glorot & Bengio 2010; He et al. 2015). Glorot's weights halve
# the variance at each ReLU: √½¹⁹ = 1/700 in VGG-19, which is healthy.
SMALLEST, LARGEST = 1e-4, 1e4
MOST_GRADIENTS_DIFFER = 1e3  # between the first and the last layer, where one batch is not learned
# Share of units that are 0 for all images. Stanford's course CS231n (notes, "Neural Networks part
# 1") names 40 % for a rate that is too high; but new deep nets of this package have up to 46 % in
# their hidden fully connected layer, and trained ones 60 %, and learn.
MOST_DEAD, NEARLY_ALL_DEAD = 0.75, 0.95
ROUNDING = 1e-4  # relative difference of two float32 sums of the same numbers in another order
IMAGES = 128  # for which a unit must be 0 to count as dead


@dataclass(frozen=True)
class LayerSizes:
    """The size of what goes through a layer, as root mean squares.

    Parameters
    ----------
    name : str
        As in "features.0".
    kind : str
        The layer's class.
    output : float
        Of its output.
    gradient : float or None
        Of the gradient of the loss with respect to the output, for the mean over the batch; None
        for the first layers where they are frozen.
    weight : float or None
        Of its weights; None for a layer without.
    dead : float or None
        For a ReLU, the share of units, or channels of a map, that are 0 for all images.
    update : float or None
        The length of one step of the optimizer, relative to that of the weights.
    """

    name: str
    kind: str
    output: float
    gradient: float | None
    weight: float | None = None
    dead: float | None = None
    update: float | None = None


def record(subject: Subject) -> RecordedPass:
    """A forward and a backward pass with the weights of the start.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    RecordedPass
        The gradients of the parameters are those of this pass.
    """
    subject.restart()
    x, labels = next(subject.batches(1, IMAGES))
    with backend.fixed_seed([subject.seed]):
        recorded = RecordedPass(subject.net, x)
    subject.loss.forward(recorded.output, labels)
    recorded.backward(subject.loss.backward())
    return recorded


def layer_sizes(recorded: RecordedPass, updates: dict[str, float]) -> list[LayerSizes]:
    """A row for each innermost layer.

    Parameters
    ----------
    recorded : RecordedPass
        After its backward pass.
    updates : dict of str to float
        The update-to-weight ratio of parameters, by name.

    Returns
    -------
    list of LayerSizes
        In the order of the forward pass.
    """
    rows = []
    for layer in recorded.layers:
        weight = layer.layer.parameters().get("weight")
        rows.append(
            LayerSizes(
                layer.name,
                type(layer.layer).__name__,
                rms(layer.output),
                None if layer.output_gradient is None else rms(layer.output_gradient),
                None if weight is None else rms(weight.array),
                dead_share(layer.output) if isinstance(layer.layer, ReLU) else None,
                updates.get(f"{layer.name}.weight".lstrip(".")),
            )
        )
    return rows


def rms(x: Array | None) -> float:
    """The root mean square of an array.

    Parameters
    ----------
    x : array or None
        Of any shape.

    Returns
    -------
    float
        0 for None.
    """
    if x is None or not x.size:
        return 0.0
    return sqrt(float((x.astype(np.float64) ** 2).mean()))


def dead_share(y: Array) -> float:
    """The share of units that are 0 for all images.

    Parameters
    ----------
    y : array of shape (N, D) or (N, C, H, W)
        The output of a ReLU. A channel of a map is one unit: it has one filter.

    Returns
    -------
    float
        From 0 to 1.
    """
    axes = (0, *range(2, y.ndim))
    return float((y.max(axis=axes) <= 0).mean())


def check_sizes(rows: list[LayerSizes], input_size: float) -> list[Finding]:
    """Whether the signal keeps its size on its way through the layers.

    Parameters
    ----------
    rows : list of LayerSizes
        Of all layers.
    input_size : float
        The root mean square of the net's input.

    Returns
    -------
    list of Finding
        "size of the signal".
    """
    weighted = [row for row in rows if row.weight is not None]
    if not weighted:
        return []
    name = "size of the signal"
    factors = [(row.output / max(input_size, 1e-12), row) for row in weighted]
    last = factors[-1][0]
    for factor, row in factors:
        if not SMALLEST < factor < LARGEST:
            what = "is smaller" if factor <= SMALLEST else "is larger"
            sentence = (
                f"the output of {row.name} {row.kind} has a size of {row.output:.2g}, the net's "
                f"input {input_size:.2g}: the signal {what} from layer to layer"
            )
            if row.weight == 0:
                sentence = f"the weights of {row.name} {row.kind} are all 0, and so is its output"
                if row is weighted[-1]:  # a head of zeros learns, as its input is not 0
                    continue
            advice = "initialise the weights with kaiming_normal, or use batch norm"
            return [problem(name, factor, sentence, advice)]
    sentence = f"from the net's input to its output the signal changes its size by {last:.2g}"
    return [Finding(name, last, sentence)]


def check_backward(rows: list[LayerSizes]) -> list[Finding]:
    """Whether the gradient has vanished or exploded on its way back, in a net that does not learn.

    The gradients of a net that learns well may differ as much, with pools and layers of different
    widths. So this is to be asked only where one batch cannot be learned.

    Parameters
    ----------
    rows : list of LayerSizes
        Of all layers.

    Returns
    -------
    list of Finding
        "size of the gradients", if they differ very much from layer to layer.
    """
    found = [(row.gradient, row.name) for row in rows if row.weight is not None and row.gradient]
    if len(found) < 2:
        return []
    (first, begin), (last, end) = found[0], found[-1]
    factor = first / last
    if 1 / MOST_GRADIENTS_DIFFER < factor < MOST_GRADIENTS_DIFFER:
        return []
    what = "vanishes" if factor < 1 else "explodes"
    sentence = (
        f"the gradient {what} on its way back: it has a size of {last:.2g} after {end}, and of "
        f"{first:.2g} after {begin}, {max(factor, 1 / factor):,.0f} times as "
        f"{'small' if factor < 1 else 'large'}"
    )
    advice = (
        "use ReLUs instead of sigmoids, the initializer kaiming_normal, and batch norm or "
        "residual blocks in deep nets"
    )
    return [problem("size of the gradients", factor, sentence, advice)]


def check_dead_relus(rows: list[LayerSizes]) -> list[Finding]:
    """How many units are 0 whatever the image, and cannot learn.

    Parameters
    ----------
    rows : list of LayerSizes
        Of all layers.

    Returns
    -------
    list of Finding
        "dead ReLUs", if there are ReLUs.
    """
    found = [(row.dead, row.name) for row in rows if row.dead is not None]
    if not found:
        return []
    dead, name = max(found)
    sentence = (
        f"in {name}, the ReLU with most of them, {percent(dead)} of the units are 0 for all images"
    )
    if dead <= MOST_DEAD:
        return [Finding("dead ReLUs", dead, sentence)]
    advice = (
        "they get no gradient: start anew, with biases of 0, the initializer kaiming_normal and a "
        "lower learning rate"
    )
    return [(problem if dead > NEARLY_ALL_DEAD else warning)("dead ReLUs", dead, sentence, advice)]


def check_symmetry(recorded: RecordedPass) -> list[Finding]:
    """Whether units of a layer are equal and get equal gradients, and so stay equal for ever.

    Parameters
    ----------
    recorded : RecordedPass
        After its backward pass.

    Returns
    -------
    list of Finding
        "equal units".
    """
    for layer in recorded.layers:
        weight = layer.layer.parameters().get("weight")
        if weight is None or weight.array.ndim < 2 or len(weight.array) < 2:
            continue
        both = [a.reshape(len(a), -1) for a in (weight.array, weight.grad)]
        if all(_rows_are_equal(a) for a in both):
            sentence = (
                f"all units of {layer.name} {layer.layer!r} have the same weights and the same "
                "gradient: they stay equal, however long the training is"
            )
            advice = "draw the initial weights at random (initializer='kaiming_normal')"
            return [problem("equal units", None, sentence, advice)]
    return [Finding("equal units", None, "the units of each layer differ")]


def _rows_are_equal(a: Array) -> bool:
    """Whether all rows are the same, but for rounding."""
    return bool(abs(a - a[:1]).max() <= ROUNDING * abs(a).max())


LINEAR = (Conv2d, Linear)
NO_ACTIVATION = (BatchNorm2d, Dropout, Flatten)


def check_nonlinearity(net: Layer) -> list[Finding]:
    """Whether two layers with weights follow each other without a ReLU between them.

    Two linear maps in a row are one linear map. A max-pool between them is little help.

    Parameters
    ----------
    net : Layer
        What is examined.

    Returns
    -------
    list of Finding
        "missing ReLU", if the net has layers of the package.
    """
    if not any(isinstance(layer, LINEAR) for _, layer in innermost(net)):
        return []
    pair: list[str] = []
    _find_linear_pair(net, "", None, pair)
    if not pair:
        return [Finding("missing ReLU", None, "no two layers with weights follow each other")]
    sentence = f"there is no ReLU between {pair[0]} and {pair[1]}"
    advice = "put a ReLU after each layer with weights but the last"
    return [warning("missing ReLU", None, sentence, advice)]


def _find_linear_pair(layer: Layer, name: str, previous: str | None, pair: list[str]) -> str | None:
    """Walk through a layer; previous: the layer with weights that nothing has followed yet."""
    if isinstance(layer, Sequential | Residual):
        before = previous
        for key, child in layer.children().items():
            start = before if isinstance(layer, Residual) else previous  # branches start alike
            previous = _find_linear_pair(child, f"{name}.{key}".lstrip("."), start, pair)
        return None if isinstance(layer, Residual) else previous
    if isinstance(layer, LINEAR):
        if _is_depthwise(layer):
            return None  # with the 1×1 convolution after it, it stands for one convolution
        if previous and not pair:
            pair += [previous, name]
        return name
    # a ReLU, or a layer of one's own, of which nothing is known
    keeps = isinstance(layer, NO_ACTIVATION) or "Pool" in type(layer).__name__
    return previous if keeps else None


def _is_depthwise(layer: Layer) -> bool:
    """Whether each channel has a filter of its own, as in MobileNet."""
    return isinstance(layer, Conv2d) and layer.groups == layer.in_channels > 1


def lost_gradient(layers: list[LayerPass]) -> LayerPass | None:
    """The layer nearest to the loss whose backward pass returns zeros for a gradient.

    Parameters
    ----------
    layers : list of LayerPass
        After the backward pass.

    Returns
    -------
    LayerPass or None
        None if there is none.
    """
    for layer in reversed(layers):
        lost = layer.input_gradient is not None and not rms(layer.input_gradient) > 0
        if lost and rms(layer.output_gradient) > 0:
            return layer
    return None
