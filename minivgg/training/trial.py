"""Parts of training, tried before it begins, on copies or without a change to the net.

What fails here would otherwise fail at the end of the first epoch, or when training is
resumed.
"""

import copy
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.data import Loader
from minivgg.evaluation.inference import device_of_net
from minivgg.layers import Layer, eval_mode
from minivgg.training.checks import require_json
from minivgg.training.contract import require_classes
from minivgg.training.history import ACCURACY
from minivgg.training.interfaces import Loss, OptimizerLike, ScheduleLike
from minivgg.training.metric import (
    counts_largest_outputs,
    is_weighted,
    loss_weight,
    metric_name,
    metric_sums,
)

FEW = 2  # images of which a loss is tried
Result = TypeVar("Result")


def try_parts(
    net: Layer,
    loss: Loss,
    optimizer: OptimizerLike,
    schedule: ScheduleLike | None,
    train: Loader,
    validation: Loader | None,
    saves: bool,
) -> None:
    """Let what would fail at the end of the first epoch fail now.

    Parameters
    ----------
    net : Layer
        What is trained; it is not changed.
    loss : Loss
        Of the training.
    optimizer : Optimizer
        Its learning rate is not changed.
    schedule : Schedule or None
        It is not changed.
    train : Loader
        Of the training images.
    validation : Loader or None
        Of the validation images.
    saves : bool
        Whether checkpoints are written.

    Raises
    ------
    TypeError
        If the loss or the schedule fails.
    ValueError
        If no image counts for the loss, or the net has not an output for each class.
    """
    device = device_of_net(net)
    require_counted("training", train, loss, device)
    has_accuracy = False
    if validation is not None:
        try_validation(net, validation, loss)
        require_counted("validation", validation, loss, device)
        has_accuracy = metric_name(loss, validation.dataset.labels) == ACCURACY
    if schedule:
        try_schedule(schedule, optimizer, net, has_accuracy, saves)


def try_schedule(
    schedule: ScheduleLike, optimizer: OptimizerLike, net: Layer, validated: bool, saves: bool
) -> None:
    """Call ``step`` of a copy of a schedule, and the methods that checkpoints use.

    Parameters
    ----------
    schedule : Schedule
        It is not changed.
    optimizer : Optimizer
        Its learning rate is not changed.
    net : Layer
        What is trained; a schedule may refer to it.
    validated : bool
        Whether there are validation images, and so an accuracy.
    saves : bool
        Whether checkpoints are written.

    Raises
    ------
    TypeError
        If a method fails; the message says with what.
    """
    then = getattr(schedule, "then", None)  # after a warm-up
    if then is not None:
        try_schedule(then, optimizer, net, validated, saves)
    rate, stand_in = optimizer.lr, copy.copy(optimizer)
    shared = {id(optimizer): stand_in, id(net): net}
    try:
        trial = copy.deepcopy(schedule, shared)
    except Exception:  # of any class: not everything can be copied, and what cannot is not tried
        return
    kind, accuracy = type(schedule).__name__, 0.5 if validated else None
    without = "" if validated else ", as training without validation accuracy calls it,"
    try:
        _call(f"{kind}.step({accuracy}){without}", lambda: trial.step(accuracy))
        if saves:
            state = _call(f"{kind}.state_dict()", trial.state_dict)  # type: ignore[attr-defined]
            require_json(f"the state_dict() of {kind} after a step", state)
            _call(
                f"{kind}.load_state_dict(...) of what its state_dict() returned",
                lambda: trial.load_state_dict(state),  # type: ignore[attr-defined]
            )
    finally:
        optimizer.lr = rate  # a function that is patched onto a schedule is not copied with it


def _call(what: str, function: Callable[[], Result]) -> Result:
    try:
        return function()
    except Exception as error:
        raise TypeError(f"Trainer: {what} fails: {type(error).__name__}: {error}") from error


def try_validation(net: Layer, loader: Loader, loss: Loss) -> None:
    """Validate on the first images, in eval mode.

    Parameters
    ----------
    net : Layer
        Its layers keep their modes, weights and buffers.
    loader : Loader
        Of the validation images.
    loss : Loss
        Of the training.

    Raises
    ------
    TypeError
        If the loss or its metric is not one number, or fails.
    ValueError
        If the net has not an output for each class.
    """
    if type(loader) is Loader:  # of another class: by its own method, whatever it does
        few = min(FEW, len(loader.dataset))
        loader = Loader(loader.dataset, few, transforms=loader.transforms, prefetch=0)
    images, labels = next(iter(loader.epoch(0)))
    device = device_of_net(net)
    x, y = backend.to_device(images, device), backend.to_device(labels, device)
    with eval_mode(net):
        outputs = net(x)
    classes = loader.dataset.classes
    if counts_largest_outputs(loss, labels):
        require_classes(loss, labels)
        if outputs.ndim != 2 or outputs.shape[1] < len(classes):
            raise ValueError(
                f"Trainer: the net has outputs of shape {outputs.shape[1:]} for an image, but the "
                f"validation images have {len(classes)} classes"
            )
    kind, where = type(loss).__name__, "on the validation images"
    if _call(f"{kind}.weight_sum {where}", lambda: float(loss_weight(loss, y))):
        value = _call(f"{kind}.forward {where}", lambda: loss.forward(outputs, y))
        require_scalar(f"{kind}.forward", value)
    metric = _call(f"{kind}.metric {where}", lambda: metric_sums(loss, outputs, y))
    require_scalar(f"{kind}.metric", metric[0])


def require_counted(role: str, loader: Loader, loss: Loss, device: str) -> None:
    """Refuse images of which none counts, so that there is no loss of them.

    Parameters
    ----------
    role : str
        "training" or "validation".
    loader : Loader
        Of these images.
    loss : Loss
        It may ignore labels, or give classes the weight 0.
    device : str
        Of the net.

    Raises
    ------
    ValueError
        If the weights of all labels are 0.
    """
    labels = loader.dataset.labels
    if not is_weighted(loss):
        return
    kind, there = type(loss).__name__, backend.to_device(labels, device)
    weight = _call(
        f"{kind}.weight_sum of the {role} labels", lambda: float(loss_weight(loss, there))
    )
    if not weight:
        raise ValueError(
            f"Trainer: none of the {len(labels):,} {role} labels counts for {loss!r:.80}: they are "
            "all ignored, or of classes of weight 0"
        )


def require_scalar(what: str, value: object) -> None:
    """Refuse a loss or a metric that is not one number.

    Parameters
    ----------
    what : str
        The method that returned it.
    value : object
        A float, or an array without axes.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if isinstance(value, float | int | np.number):
        return
    shape = getattr(value, "shape", None)
    if shape != ():
        found = f"an array of shape {shape}" if shape else f"{value!r:.60}"
        raise TypeError(
            f"Trainer: {what} must return one number, the mean over the batch, got {found}"
        )


def require_gradient(loss: Loss, gradient: object, outputs: Array) -> None:
    """Refuse a gradient that is not one of the outputs.

    Parameters
    ----------
    loss : Loss
        Its ``backward`` returned it.
    gradient : object
        An array of the shape and dtype of the outputs.
    outputs : array
        Of the net.

    Raises
    ------
    TypeError
        If it is something else.
    """
    shape, dtype = getattr(gradient, "shape", None), getattr(gradient, "dtype", None)
    if shape == outputs.shape and dtype == outputs.dtype:
        return
    found = f"{dtype} of shape {shape}" if dtype else f"a {type(gradient).__name__}"
    found = "None" if gradient is None else found
    raise TypeError(
        f"Trainer: {type(loss).__name__}.backward must return the gradient with respect to the "
        f"net's outputs, {outputs.dtype} of shape {outputs.shape}, got {found}"
    )
