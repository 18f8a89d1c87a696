"""The argument ``weights`` of the functions that build nets by name."""

from pathlib import Path
from typing import TypeAlias

from minivgg.utils.foreign_spellings import our_name

IMAGENET_CLASSES = 1000

Weights: TypeAlias = str | Path | None


def check_weights(name: str, weights: Weights, classes: int) -> None:
    """Raise an error unless the weights are None, "imagenet" or a path, and fit the classes.

    Parameters
    ----------
    name : str
        Of the function, for messages.
    weights : "imagenet" or path, optional
        What was given.
    classes : int
        The number of classes of the net; that of ImageNet where the net has no classes.

    Raises
    ------
    ValueError
        If the weights are of ImageNet and the classes are not, or have the name of another library.
    TypeError
        If the weights are something else.
    """
    if weights == "imagenet" and classes != IMAGENET_CLASSES:
        raise ValueError(
            f"{name}: the weights of ImageNet are for {IMAGENET_CLASSES} classes, not {classes}: "
            f"load them as they are, then models.replace_head(net, {classes})"
        )
    # torchvision's are members of an enum: VGG16_Weights.IMAGENET1K_V1
    spelled = our_name(str(getattr(weights, "name", weights)))
    if spelled == "imagenet" and not isinstance(weights, Path) and weights != spelled:
        raise ValueError(f"{name}: weights {weights!r:.60} are called 'imagenet' here")
    if weights is not None and not (isinstance(weights, str | Path) and str(weights)):
        raise TypeError(
            f"{name}: weights must be None, 'imagenet' or a file path, got {weights!r} "
            "(classes=… is an option of its own)"
        )
