"""The model card of a run folder: what its net is, on what it was trained and how well it does."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from minivgg import data
from minivgg.evaluation.metrics import Evaluation
from minivgg.models.configurations import net_name
from minivgg.training.history import EpochRow
from minivgg.training.recipes import OPTIMIZERS
from minivgg.training.run import Run
from minivgg.utils.markup import escape_markdown, markdown_name
from minivgg.utils.printable_text import without_control_characters

MODEL_CARD = "MODEL_CARD.md"
MAX_NAMES = 20  # classes that are named
WORST = 3  # classes of which the share of right answers is given


def model_card(run: Run, history: Sequence[EpochRow], result: Evaluation, trained_on: int) -> str:
    """The model card of a finished run, as Markdown.

    Parameters
    ----------
    run : Run
        With its config.
    history : list of EpochRow
        Its epochs.
    result : Evaluation
        On the test images.
    trained_on : int
        The number of training images.

    Returns
    -------
    str
        What the config and the results say; purpose and licence are for the author to fill in.
    """
    c = run.config
    channels, height, width = run.shape
    kind = "RGB" if channels == 3 else "grey" if channels == 1 else f"{channels}-channel"
    classes = [str(name) for name in c["classes"]]
    more = f" and {len(classes) - MAX_NAMES} more" if len(classes) > MAX_NAMES else ""
    norm = " with batch norm" if c["batch_norm"] else ""
    epochs = f"{len(history)} epoch{'s' * (len(history) != 1)}"
    source = c["data"] if c["data"] in data.NAMES else Path(c["data"]).name
    sections = {
        "Net": f"{markdown_name(net_name(c['net']))}{norm}, for one of {len(classes)} classes: "
        f"{', '.join(map(escape_markdown, classes[:MAX_NAMES]))}{more}.",
        "Training data": f"{trained_on:,} images of {markdown_name(source)}.",
        "Training": f"{epochs}, batches of {c['batch_size']}, {_optimizer(run)}, seed "
        f"{c['seed']}; all settings are in `config.json`. {_start(run)}",
        "Accuracy": f"{_accuracy(result)}{_test_images(run)}",
        "Loss": f"{_losses(history, result)}{_kind_of_loss(run)}",
        "Input": f"{kind[0].upper()}{kind[1:]} images of {height}×{width} pixels, values 0 to 1 "
        f"minus ({_numbers(c['mean'])}), divided by ({_numbers(c['std'])}).",
        "Limits": "It names one of its classes for any image. It was tested only on images of the "
        "same source, and its probabilities are not calibrated.",
        "Intended use": "To be filled in.",
        "Licence": "To be filled in: that of the images, and of the weights that the training "
        "started from, may matter.",
    }
    parts = [f"**{name}.** {text.strip()}" for name, text in sections.items()]
    version = c.get("minivgg", "")
    made = escape_markdown(f"Written by minivgg {version} at the end of training.")
    card = "\n\n".join([f"# {escape_markdown(run.folder.name)}", *parts, made]) + "\n"
    return without_control_characters(card)


def _optimizer(run: Run) -> str:
    c = run.config
    warmup = f", after {c['warmup']} epochs of warm-up" if c["warmup"] else ""
    name = OPTIMIZERS[c["optimizer"]]
    return f"{name} with learning rate {c['lr']:g} ({c['schedule']}{warmup})"


def _start(run: Run) -> str:
    init, freeze = run.config["init"], run.config["freeze"]
    if not init:
        return "It was trained from scratch."
    until = f"up to {escape_markdown(freeze)}" if freeze else "but the last"
    frozen = "" if freeze is None else f", frozen {until}"
    return f"It started from the weights of {markdown_name(Path(init).name)}{frozen}."


def _accuracy(result: Evaluation) -> str:
    low, high = (100 * share for share in result.interval)
    recall = result.recall
    tested = [k for k in range(len(recall)) if not np.isnan(recall[k])]
    worst = sorted(tested, key=lambda k: recall[k])[:WORST]
    shares = ", ".join(
        f"{escape_markdown(result.classes[k])} ({100 * recall[k]:.0f} %)" for k in worst
    )
    return (
        f"{100 * result.accuracy:.2f} % of {len(result.labels):,} test images are classified "
        f"correctly (95 % interval {low:.1f} to {high:.1f} %). Lowest recalls: {shares}. "
    )


def _losses(history: Sequence[EpochRow], result: Evaluation) -> str:
    """Training, validation and test loss side by side: a gap shows overfitting."""
    last = history[-1] if history else None
    parts = [f"{result.loss:.4f} on the test images"]
    if last:
        parts.append(f"{last['loss']:.4f} on the training images of the last epoch")
    if last and last["validation_loss"] is not None:
        parts.append(f"{last['validation_loss']:.4f} on the validation images after it")
    return f"{', '.join(parts)}."


def _kind_of_loss(run: Run) -> str:
    """How the loss of the training differs from the plain cross-entropy of the test."""
    weighted, smoothing = run.config["class_weights"], run.config["label_smoothing"]
    parts = [f"label smoothing {smoothing:g}"] if smoothing else []
    parts += ["class weights"] if weighted else []
    if not parts:
        return ""
    return f" The first is plain cross-entropy; the others include {' and '.join(parts)}."


def _test_images(run: Run) -> str:
    test, validation = run.config["test"], run.config["validation"]
    if isinstance(test, str) and test == validation:
        return (
            f"The test images are the validation images ({escape_markdown(test)}), by which "
            "settings may have been chosen, so the accuracy is slightly optimistic."
        )
    if isinstance(test, float):
        return f"The test images are {100 * test:g} % of each class, chosen at random."
    return ""


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.4g}" for value in values)
