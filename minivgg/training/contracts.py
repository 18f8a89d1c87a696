"""What a training needs of its parts, checked before the first step rather than after an epoch."""

import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from minivgg.backend.types import Array


class Loss(Protocol):
    """A training objective: a class with these two methods; it need not inherit from this one.

    Examples
    --------
    Half the squared distance to the label's one-hot vector, as a mean over the batch:

    >>> import numpy as np
    >>> class SquaredError:
    ...     def forward(self, logits, labels):
    ...         self.difference = logits - np.eye(logits.shape[1], dtype=logits.dtype)[labels]
    ...         return (self.difference**2).sum() / (2 * len(logits))
    ...
    ...     def backward(self):
    ...         return self.difference / len(self.difference)

    >>> from minivgg.analysis.gradcheck import gradcheck
    >>> logits = np.random.default_rng(0).standard_normal((3, 4))
    >>> bool(gradcheck(SquaredError(), (logits, np.array([0, 3, 1]))))
    True
    """

    def forward(self, logits: Array, labels: Array, /) -> Array | float:
        """The mean loss over the batch.

        Parameters
        ----------
        logits : array of shape (N, K)
            The output of the network.
        labels : array of shape (N,)
            Class numbers.

        Returns
        -------
        loss : scalar
            The mean over the batch.
        """

    def backward(self) -> Array:
        """The gradient of the last loss.

        Returns
        -------
        dlogits : array of shape (N, K)
            With respect to the logits.
        """


NEEDS = {
    "optimizer": ("parameters", "lr", "step"),
    "loss": ("forward", "backward"),
    "schedule": ("step",),
    "loader": ("dataset", "epoch", "share_of"),
    "dataset": ("batch", "labels", "classes", "shape"),
}
CHECKPOINT_NEEDS = {
    "optimizer": ("state_dict", "load_state_dict"),
    "schedule": ("state_dict", "load_state_dict"),
}
DESCRIBED_IN = {
    "optimizer": "minivgg.optim.Optimizer",
    "loss": "minivgg.training.contracts.Loss",
    "schedule": "minivgg.optim.Schedule",
    "loader": "minivgg.data.Loader",
    "dataset": "minivgg.data.Dataset",
}


def require_parts(saves: bool, **parts: object) -> None:
    """Refuse, in one sentence, a part that a training cannot use.

    Parameters
    ----------
    saves : bool
        Whether checkpoints are written, or states are sent to other ranks.
    **parts : object
        By their role, a key of ``NEEDS``; None for a part that is not there.

    Raises
    ------
    TypeError
        If a part is a class, lacks an attribute or a method, or has a state that cannot be saved.
    """
    for role, part in parts.items():
        if part is None:
            continue
        _require_attributes(role, part, NEEDS[role], "")
        if saves and role in CHECKPOINT_NEEDS:
            _require_attributes(role, part, CHECKPOINT_NEEDS[role], ", which checkpoints need")
            _require_savable(role, part)
        if role == "optimizer":
            settings = {name: getattr(part, name) for name in getattr(part, "settings", ())}
            _require_json(f"the settings of {_name(part)}", settings)
        if role == "schedule":
            _require_argument(part)


def _require_attributes(role: str, part: object, names: Sequence[str], purpose: str) -> None:
    if isinstance(part, type):
        raise TypeError(f"Trainer: the {role} is the class {part.__name__}: make an object of it")
    missing = [name for name in names if not hasattr(part, name)]
    if missing:
        raise TypeError(
            f"Trainer: the {role} {_name(part)} lacks {' and '.join(missing)}{purpose}: see "
            f"help({DESCRIBED_IN[role]!r}) and the guide 'Your own parts'"
        )


def _require_savable(role: str, part: Any) -> None:
    state = part.state_dict()
    if role == "schedule":
        _require_json("the schedule's state_dict()", state)
        return
    arrays = isinstance(state, Mapping) and all(
        isinstance(name, str) and getattr(array, "dtype", "O") != "O"
        for name, array in state.items()
    )
    if not arrays:
        raise TypeError(
            "Trainer: the optimizer's state_dict() must be {name: array}, for a file of arrays: "
            "write a number as np.array(number)"
        )


def _require_json(what: str, value: object) -> None:
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"Trainer: {what} must hold plain numbers, text and lists of them, for a file in JSON "
            f"format: {error}"
        ) from error


def _require_argument(schedule: Any) -> None:
    """``step`` must take the validation accuracy, as the one argument it is called with."""
    try:
        inspect.signature(schedule.step).bind(None)
    except TypeError as error:
        raise TypeError(
            f"Trainer: {_name(schedule)}.step must take one argument, the validation accuracy "
            f"(None without a validation set): {error}"
        ) from error


def _name(part: object) -> str:
    return type(part).__name__
