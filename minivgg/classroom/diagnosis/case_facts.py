"""What distinguishes the cases of a task: sizes, stride, padding and such, by their names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from minivgg.classroom.tasks import Case, Task

Facts: TypeAlias = dict[str, float]  # numbers by their usual names: "N", "kh", "padding"

AXES = {  # by the name of the argument
    "x": ("N", "C", "H", "W"),
    "x_shape": ("N", "C", "H", "W"),
    "w": ("F", "C", "kh", "kw"),
    "dy": ("N", "F", "OH", "OW"),
    "logits": ("N", "K"),
}
NUMBERS = ("kh", "kw", "stride", "padding", "size", "p", "training", "momentum", "weight_decay")


def facts_of(task: Task, case: Case) -> Facts:
    """The numbers that describe the first call of a case.

    Parameters
    ----------
    task : Task
        Whose case it is.
    case : Case
        Public or hidden.

    Returns
    -------
    facts : dict
        {name: number}, of what the arguments have.

    Examples
    --------
    >>> from minivgg.classroom.bank import TASKS
    >>> task = TASKS["maxpool_forward"]
    >>> facts = facts_of(task, task.cases[0])
    >>> facts["N"], facts["H"], facts["size"], facts["stride"]
    (1, 4, 2, 2)
    """
    arguments = dict(zip(task.argument_names, case.arguments()[0], strict=False))
    facts: Facts = {"calls": len(case.calls)}
    for name, value in arguments.items():
        shape = tuple(value) if name == "x_shape" else np.shape(_as_array(value))
        if name in AXES and len(shape) == len(AXES[name]):
            facts |= dict(zip(AXES[name], shape, strict=True))
        if name in NUMBERS and isinstance(value, int | float):
            facts[name] = value
    if "size" in facts:
        facts |= {"kh": facts["size"], "kw": facts["size"]}
        facts.setdefault("padding", 0)
    if {"H", "W", "kh", "kw", "stride", "padding"} <= facts.keys():
        for side, k, out in (("H", "kh", "OH"), ("W", "kw", "OW")):
            facts[out] = (facts[side] + 2 * facts["padding"] - facts[k]) // facts["stride"] + 1
    return facts | _facts_of_arrays(arguments)


def _as_array(value: Any) -> Any:
    return value if isinstance(value, np.ndarray) else ()


def _facts_of_arrays(arguments: dict[str, Any]) -> Facts:
    """What the numbers of the arrays have in common."""
    facts: Facts = {}
    x = arguments.get("x")
    if isinstance(x, np.ndarray) and x.size:
        facts |= {
            "dimensions": x.ndim,
            "zeros": int((x == 0).sum()),
            "negative": int((x < 0).sum()),
            "positive": int((x > 0).sum()),
            "integer": x.dtype.kind in "iu",
        }
    logits, labels = arguments.get("logits"), arguments.get("labels")
    if isinstance(logits, np.ndarray) and isinstance(labels, np.ndarray):
        facts["largest"] = logits.max()
        facts["smallest maximum"] = logits.max(axis=1).min()
        facts["gap"] = (logits.max(axis=1) - logits[np.arange(len(labels)), labels]).max()
        facts["range"] = np.ptp(logits, axis=1).max()
        facts["range of the batch"] = np.ptp(logits)
        facts["different labels"] = len(set(labels.tolist()))
        facts["repeated labels"] = len(labels) - len(set(labels.tolist()))
    return facts


@dataclass(frozen=True)
class Condition:
    """Something that is true in some cases and false in others.

    Parameters
    ----------
    holds : function
        Of the facts of a case; a KeyError means that the condition does not apply to the task.
    phrase, otherwise : str
        The cases where it is true, and the others: "checks {phrase}".
    """

    holds: Callable[[Facts], bool]
    phrase: str
    otherwise: str


def _covers(f: Facts) -> bool:
    """Whether the windows reach the end of the image."""
    return all(
        (f[side] + 2 * f["padding"] - f[k]) % f["stride"] == 0
        for side, k in (("H", "kh"), ("W", "kw"))
    )


# Simple ones first: where two say the same about all cases, the first is taken.
CONDITIONS = (
    Condition(lambda f: f["padding"] == 0, "with padding 0", "with padding"),
    Condition(lambda f: f["stride"] == 1, "with stride 1", "with stride 2 or more"),
    Condition(lambda f: f["H"] > 0 and f["N"] == 1, "with one image", "with several images"),
    Condition(lambda f: f["C"] == 1, "with one channel", "with several channels"),
    Condition(lambda f: f["F"] == 1, "with one filter", "with several filters"),
    Condition(lambda f: f["H"] == f["W"], "with a square image", "where the image is not square"),
    Condition(
        lambda f: f["kh"] == f["kw"], "with a square kernel", "where the kernel is not square"
    ),
    Condition(
        lambda f: f["stride"] == f["size"],
        "where the stride is the size of the window",
        "where the stride is not the size of the window",
    ),
    Condition(
        lambda f: f["stride"] >= max(f["kh"], f["kw"]),
        "where windows do not overlap",
        "where windows overlap",
    ),
    Condition(
        _covers,
        "where the windows cover the whole image",
        "where rows or columns are left over at the end",
    ),
    Condition(
        lambda f: f["H"] % f["size"] == 0 and f["W"] % f["size"] == 0,
        "where height and width are multiples of the window's size",
        "where height or width is not a multiple of the window's size",
    ),
    Condition(lambda f: f["padding"] <= 1, "with padding 0 or 1", "with padding 2 or more"),
    Condition(lambda f: f["padding"] == 1, "with padding 1", "with another padding than 1"),
    Condition(lambda f: f["stride"] <= 2, "with stride 1 or 2", "with stride 3 or more"),
    Condition(
        lambda f: f["kh"] == f["stride"] and f["kw"] == f["stride"],
        "where the stride is the size of the kernel",
        "where the stride is not the size of the kernel",
    ),
    Condition(
        lambda f: f["stride"] <= min(f["kh"], f["kw"]),
        "where the windows leave no gaps",
        "where the stride is larger than the window",
    ),
    Condition(
        lambda f: f["kh"] == 1 and f["kw"] == 1,
        "with a kernel of 1×1",
        "with a kernel larger than 1×1",
    ),
    Condition(
        lambda f: 2 * f["padding"] == f["kh"] - 1 == f["kw"] - 1,
        "where padding = (kernel − 1) / 2",
        "where padding ≠ (kernel − 1) / 2",
    ),
    Condition(
        lambda f: 2 * f["padding"] < min(f["kh"], f["kw"]),
        "where 2·padding < kernel",
        "where 2·padding ≥ kernel",
    ),
    Condition(
        lambda f: f["OH"] == f["OW"], "where the output is square", "where the output is not square"
    ),
    Condition(
        lambda f: f["OH"] == 1 and f["OW"] == 1,
        "with one window an image",
        "with several windows an image",
    ),
    Condition(lambda f: f["OH"] <= f["OW"], "where OH ≤ OW", "where OH > OW"),
    Condition(lambda f: f["OH"] >= f["OW"], "where OH ≥ OW", "where OH < OW"),
    Condition(lambda f: f["size"] == 2, "with a window of 2×2", "with another window than 2×2"),
    Condition(
        lambda f: -(-f["H"] // f["stride"]) <= f["OH"] and -(-f["W"] // f["stride"]) <= f["OW"],
        "where no further window begins inside the image",
        "where a further window, which does not fit, begins inside the image",
    ),
    Condition(lambda f: f["C"] == f["F"], "with as many filters as channels", "where C ≠ F"),
    Condition(lambda f: f["H"] >= f["W"], "where H ≥ W", "where H < W"),
    Condition(lambda f: f["H"] <= f["W"], "where H ≤ W", "where H > W"),
    Condition(lambda f: f["kh"] >= f["kw"], "where kh ≥ kw", "where kh < kw"),
    Condition(lambda f: f["kh"] <= f["kw"], "where kh ≤ kw", "where kh > kw"),
    Condition(lambda f: f["positive"] > 0, "with a positive number", "with negative numbers only"),
    Condition(lambda f: f["negative"] == 0, "without negative numbers", "with negative numbers"),
    Condition(lambda f: f["zeros"] == 0, "without an exact 0", "with an exact 0"),
    Condition(lambda f: not f["integer"], "with floats", "with integers"),
    Condition(lambda f: f["dimensions"] == 1, "with a vector", "with more than one axis"),
    Condition(lambda f: f["dimensions"] <= 2, "with at most two axes", "with more than two axes"),
    Condition(lambda f: f["dimensions"] >= 2, "with two axes or more", "with a vector"),
    Condition(lambda f: f["dimensions"] == 2, "with a matrix", "where x is not a matrix"),
    Condition(lambda f: f["dimensions"] == 4, "with four axes", "where x does not have four axes"),
    Condition(lambda f: f["K"] == f["N"], "with as many rows as classes", "where N ≠ K"),
    Condition(lambda f: f["K"] == 2, "with two classes", "with another number of classes"),
    Condition(
        lambda f: f["repeated labels"] == 0, "where all labels differ", "where labels are repeated"
    ),
    Condition(lambda f: f["K"] > 0 and f["N"] == 1, "with one row", "with several rows"),
    Condition(lambda f: f["different labels"] == 1, "with one label only", "where labels differ"),
    Condition(lambda f: f["OH"] == 1, "with one row of windows", "with several rows of windows"),
    Condition(
        lambda f: f["OW"] == 1, "with one column of windows", "with several columns of windows"
    ),
    Condition(
        lambda f: f["gap"] < 745,
        "where no logit exceeds that of the label by 745 or more",
        "where a logit exceeds that of the label by 745 or more, so that p underflows to 0",
    ),
    Condition(
        lambda f: f["range"] < 745,
        "where the logits of a row differ by less than 745",
        "where the logits of a row differ by 745 or more, so that some p underflow to 0",
    ),
    Condition(
        lambda f: f["gap"] < 30,
        "where no logit exceeds that of the label by 30 or more",
        "where another logit exceeds that of the label by 30 or more",
    ),
    Condition(
        lambda f: f["largest"] < 709,
        "where all logits are below 709",
        "with logits of 709 or more, whose exponential overflows",
    ),
    Condition(
        lambda f: abs(f["largest"]) < 709 and f["smallest maximum"] > -745,
        "where the exponentials of the logits neither overflow nor are all 0",
        "where the exponential of a logit overflows, or those of a whole row are 0",
    ),
    Condition(
        lambda f: f["range of the batch"] < 745,
        "where all logits of the batch differ by less than 745",
        "where logits of different rows differ by 745 or more",
    ),
    Condition(lambda f: bool(f["training"]), "in training", "at test time"),
    Condition(lambda f: f["p"] == 0.5, "with p = 0.5", "with another p than 0.5"),
    Condition(lambda f: f["p"] == 0, "with p = 0", "with p > 0"),
    Condition(lambda f: f["weight_decay"] == 0, "without weight decay", "with weight decay"),
    Condition(lambda f: f["momentum"] == 0, "without momentum", "with momentum"),
    Condition(lambda f: f["calls"] == 1, "of one call", "of several calls"),
)


def known_for_all(condition: Condition, facts: list[Facts]) -> list[bool] | None:
    """Whether the condition holds in each case.

    Parameters
    ----------
    condition : Condition
        Of any task.
    facts : list of dict
        Of the cases.

    Returns
    -------
    holds : list of bool, or None
        None if the facts of a case do not say.
    """
    try:
        return [condition.holds(f) for f in facts]
    except KeyError:
        return None
