"""The mistake bank: for each assignment its tasks, each with an answer that can make known mistakes on request.

``answer(*arguments)`` is right; ``answer(*arguments, wrong={"kernel-flipped"})`` is wrong in that way. So a mistake is one line beside the
line that is right, and mistakes can be combined.
"""

from minivgg.classroom.bank import (
    activation,
    architecture,
    backward,
    convolution,
    dense,
    learning,
    loss,
    pooling,
)

ASSIGNMENTS = {
    "convolution": convolution.TASKS,
    "convolution_backward": backward.TASKS,
    "pooling": pooling.TASKS,
    "relu_dropout": activation.TASKS,
    "loss": loss.TASKS,
    "learning": learning.TASKS,
    "architecture": architecture.TASKS,
    "dense_evaluation": dense.TASKS,
}
TASKS = {task.name: task for tasks in ASSIGNMENTS.values() for task in tasks}


def assignment_of(task):
    """The name of the assignment that a task's name belongs to."""
    return next(name for name, tasks in ASSIGNMENTS.items() if any(t.name == task for t in tasks))
