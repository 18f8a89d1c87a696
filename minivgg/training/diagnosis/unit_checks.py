"""Units that do not learn: dead ReLUs, and units that stay equal to each other."""

from minivgg.backend import Array
from minivgg.training.diagnosis.finding_names import DEAD_RELUS, EQUAL_UNITS
from minivgg.training.diagnosis.findings import Finding, percent, problem, warning
from minivgg.training.diagnosis.layer_sizes import LayerSizes
from minivgg.training.diagnosis.passes import RecordedPass

# Share of units that are 0 for all images. Stanford's course CS231n (notes, "Neural Networks part
# 1") names 40 % for a rate that is too high; but new deep nets of this package have up to 46 % in
# their hidden fully connected layer, and trained ones 60 %, and learn.
MOST_DEAD, NEARLY_ALL_DEAD = 0.75, 0.95
ROUNDING = 1e-4  # relative difference of two float32 sums of the same numbers in another order


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
        return [Finding(DEAD_RELUS, dead, sentence)]
    advice = (
        "they get no gradient: initialise the net again, with biases of 0 and the initializer "
        "kaiming_normal, and use a lower learning rate"
    )
    return [(problem if dead > NEARLY_ALL_DEAD else warning)(DEAD_RELUS, dead, sentence, advice)]


def check_symmetry(recorded: RecordedPass) -> list[Finding]:
    """Whether units of a layer are equal and get equal gradients, and so stay equal.

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
            return [problem(EQUAL_UNITS, None, sentence, advice)]
    return [Finding(EQUAL_UNITS, None, "the units of each layer differ")]


def _rows_are_equal(a: Array) -> bool:
    """Whether all rows are the same, but for rounding."""
    return bool(abs(a - a[:1]).max() <= ROUNDING * abs(a).max())
