"""Whether there is a ReLU between each two layers with weights."""

from minivgg.layers import (
    BatchNorm2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Residual,
    Sequential,
)
from minivgg.training.diagnosis.finding_names import MISSING_RELU
from minivgg.training.diagnosis.findings import Finding, warning
from minivgg.training.diagnosis.passes import innermost

LINEAR = (Conv2d, Linear)
NO_ACTIVATION = (BatchNorm2d, Dropout, Flatten)


def check_nonlinearity(net: Layer) -> list[Finding]:
    """Whether two layers with weights follow each other without a ReLU between them.

    Two linear maps in a row are one linear map. A max-pool between them changes little.

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
        return [Finding(MISSING_RELU, None, "no two layers with weights follow each other")]
    sentence = f"there is no ReLU between {pair[0]} and {pair[1]}"
    advice = "put a ReLU after each layer with weights but the last"
    return [warning(MISSING_RELU, None, sentence, advice)]


def _find_linear_pair(layer: Layer, name: str, previous: str | None, pair: list[str]) -> str | None:
    """Walk through a layer; previous: the layer with weights that nothing has followed yet."""
    if isinstance(layer, Sequential):
        for key, child in layer.children().items():
            previous = _find_linear_pair(child, f"{name}.{key}".lstrip("."), previous, pair)
        return previous
    if isinstance(layer, Residual | Concat):
        ends = [  # branches start alike
            _find_linear_pair(child, f"{name}.{key}".lstrip("."), previous, pair)
            for key, child in layer.children().items()
        ]
        return ends[-1] if isinstance(layer, Concat) and all(ends) else None
    if isinstance(layer, LINEAR):
        if _is_depthwise(layer):
            return None  # with the 1×1 convolution after it, it stands for one convolution
        if previous and not pair:
            pair += [previous, name]
        return name
    # a ReLU, or a custom layer, of which nothing is known
    keeps = isinstance(layer, NO_ACTIVATION) or "Pool" in type(layer).__name__
    return previous if keeps else None


def _is_depthwise(layer: Layer) -> bool:
    """Whether each channel has a filter of its own, as in MobileNet."""
    return isinstance(layer, Conv2d) and layer.groups == layer.in_channels > 1
