"""What ``diagnose`` needs of its arguments, in one sentence where they are something else."""

from math import isfinite

import numpy as np

from minivgg.data import Dataset, Loader
from minivgg.data.checks import require_dataset
from minivgg.layers import Layer, losses
from minivgg.training.interfaces import Loss, OptimizerLike


def check_arguments(
    net: Layer,
    loader: Loader,
    loss: Loss | None,
    optimizer: OptimizerLike | None,
    others: dict[str, Dataset | None],
    max_gradient_norm: float | None,
) -> None:
    """Refuse what cannot be examined.

    Parameters
    ----------
    net : Layer
        As for ``diagnose``, like all but ``others``.
    loader : Loader
        Of the training images.
    loss : Loss or None
        None for the default.
    optimizer : Optimizer or None
        None if there is none.
    others : dict of str to Dataset or None
        The validation and test images.
    max_gradient_norm : float or None
        None without clipping.

    Raises
    ------
    TypeError
        If an argument is of another kind, or the labels are not class numbers.
    ValueError
        If max_gradient_norm is not a finite number above 0, there are no images, or a label is
        negative.
    """
    if not isinstance(net, Layer):
        raise TypeError(f"diagnose: net must be a Layer, such as models.vgg(...), got {net!r:.60}")
    _require_loader(loader)
    for name, methods in {
        "loss": (loss, ("forward", "backward")),
        "optimizer": (optimizer, ("parameters", "lr", "step")),
    }.items():
        _require_object(name, *methods)
    for name, images in others.items():
        if hasattr(images, "epoch"):
            raise TypeError(
                f"diagnose: {name} must be a Dataset, got a {type(images).__name__}: pass its "
                ".dataset"
            )
        if images is not None:
            require_dataset("diagnose", images)
    if max_gradient_norm is not None and not (
        isinstance(max_gradient_norm, float | int | np.number)
        and isfinite(max_gradient_norm)
        and max_gradient_norm > 0
    ):
        raise ValueError(
            "diagnose: max_gradient_norm must be a finite number above 0, or None, got "
            f"{max_gradient_norm!r:.60}"
        )
    _require_classification(loader, loss)


def _require_loader(loader: Loader) -> None:
    kind = type(loader).__name__
    if not (hasattr(loader, "dataset") and hasattr(loader, "epoch")):
        raise TypeError(
            f"diagnose: the second argument must be a Loader, got {kind}: use "
            "data.Loader(training_images, batch_size, shuffle=True, transforms=[normalize])"
        )
    require_dataset("diagnose", loader.dataset)


def _require_object(name: str, part: object, needed: tuple[str, ...]) -> None:
    if part is None:
        return
    if isinstance(part, type):
        raise TypeError(
            f"diagnose: {name} is the class {part.__name__}: make an object of it, as for Trainer"
        )
    missing = [method for method in needed if not hasattr(part, method)]
    if missing:
        raise TypeError(f"diagnose: the {name} {type(part).__name__} lacks {' and '.join(missing)}")


def _require_classification(loader: Loader, loss: Loss | None) -> None:
    labels = np.asarray(loader.dataset.labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise TypeError(
            "diagnose is for classification only: labels must be class numbers, integers of shape "
            f"(N,), got {labels.dtype} of shape {labels.shape}"
        )
    if not len(labels):
        raise ValueError("diagnose: there are no training images")
    if labels.min() < 0:
        raise ValueError(f"diagnose: labels must be class numbers from 0 on, got {labels.min()}")
    if isinstance(loss, losses.MSELoss):
        raise TypeError(
            "diagnose is for classification only, and MSELoss is a loss for regression: use "
            "losses.SoftmaxCrossEntropy()"
        )
