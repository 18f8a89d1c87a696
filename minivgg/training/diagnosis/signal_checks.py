"""Whether the signal and its gradient keep their size from layer to layer."""

from math import isfinite

from minivgg.training.diagnosis.finding_names import GRADIENT_SIZE, SIGNAL_SIZE
from minivgg.training.diagnosis.findings import Finding, problem
from minivgg.training.diagnosis.layer_sizes import LayerSizes

# The output of a layer, as a root mean square and relative to the net's input. Each factor that is
# not 1 is there once for each layer (Glorot & Bengio 2010; He et al. 2015). Glorot's weights halve
# the variance at each ReLU: √½¹⁹ = 1/700 in VGG-19, which is healthy.
SMALLEST, LARGEST = 1e-4, 1e4
MOST_GRADIENTS_DIFFER = 1e3  # between the first and the last layer, where one batch is not learned


def check_signal(rows: list[LayerSizes], input_size: float) -> list[Finding]:
    """Whether the signal keeps its size from the first layer to the last.

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
    name = SIGNAL_SIZE
    factors = [(row.output / max(input_size, 1e-12), row) for row in weighted]
    last = factors[-1][0]
    for factor, row in factors:
        if not isfinite(row.output):
            return [_not_finite(next(row for row in rows if not isfinite(row.output)))]
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


def _not_finite(row: LayerSizes) -> Finding:
    """The first layer whose output has a NaN or an infinite number."""
    name = f"{row.name} {row.kind}"
    if row.weight is not None and not isfinite(row.weight):
        sentence = f"some weights of {name} are not finite (NaN or infinite)"
        advice = "start from other weights: a training that diverges leaves such weights"
    else:
        sentence = f"the output of {name}, from a finite input, is not finite (NaN or infinite)"
        advice = "check the forward of this layer, and its biases"
    return problem(SIGNAL_SIZE, row.output, sentence, advice)


def check_gradient_sizes(rows: list[LayerSizes]) -> list[Finding]:
    """Whether the gradient vanishes or explodes in the backward pass of a net that does not learn.

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
    if len(found) < 2 or not all(isfinite(gradient) for gradient, _ in found):
        return []
    (first, begin), (last, end) = found[0], found[-1]
    factor = first / last
    if 1 / MOST_GRADIENTS_DIFFER < factor < MOST_GRADIENTS_DIFFER:
        return []
    what = "vanishes" if factor < 1 else "explodes"
    sentence = (
        f"the gradient {what} during backpropagation: its size is {last:.2g} at {end} and "
        f"{first:.2g} at {begin}, {max(factor, 1 / factor):,.0f} times as "
        f"{'small' if factor < 1 else 'large'}"
    )
    advice = (
        "use ReLUs instead of sigmoids, the initializer kaiming_normal, and batch norm or "
        "residual blocks in deep nets"
    )
    return [problem(GRADIENT_SIZE, factor, sentence, advice)]
