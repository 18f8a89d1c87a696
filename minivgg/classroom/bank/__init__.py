"""The mistake bank: the tasks of each assignment, with answers that can make known mistakes.

``answer(*arguments)`` is right; ``answer(*arguments, mistakes={"kernel-flipped"})`` makes this
mistake. So a mistake is a line or two beside the line that is right, and mistakes can be combined.
"""

from minivgg.classroom.bank import (
    architecture,
    backward,
    col2im,
    convolution,
    dense,
    dropout,
    im2col,
    loss,
    parameter_counts,
    plateau,
    pooling,
    pooling_backward,
    posteriors,
    receptive_field,
    relu,
    sgd,
)

ASSIGNMENTS = {
    "convolution": (*im2col.TASKS, *convolution.TASKS),
    "convolution_backward": (*col2im.TASKS, *backward.TASKS),
    "pooling": (*pooling.TASKS, *pooling_backward.TASKS),
    "relu_dropout": (*relu.TASKS, *dropout.TASKS),
    "loss": loss.TASKS,
    "learning": (*sgd.TASKS, *plateau.TASKS),
    "architecture": (*receptive_field.TASKS, *architecture.TASKS, *parameter_counts.TASKS),
    "dense_evaluation": (*dense.TASKS, *posteriors.TASKS),
}
TASKS = {task.name: task for tasks in ASSIGNMENTS.values() for task in tasks}


def assignment_of(task: str) -> str:
    """The name of the assignment that contains the task with this name."""
    return next(name for name, tasks in ASSIGNMENTS.items() if any(t.name == task for t in tasks))
