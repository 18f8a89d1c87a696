"""What ``train`` prints and writes: the head of the table, a row for each epoch, the results."""

import errno
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from minivgg import backend, data, models
from minivgg.cli.arguments import quoted
from minivgg.cli.command_parser import program
from minivgg.cli.model_card import MODEL_CARD, model_card
from minivgg.cli.train_setup import Dataset
from minivgg.evaluation.metrics import Evaluation
from minivgg.models.configurations import net_name
from minivgg.training.checkpointer import BEST
from minivgg.training.distributed import Ranks
from minivgg.training.history import EpochRow, best_epoch
from minivgg.training.initial_weights import (
    find_initial_weights,
    input_unit_ratio,
    options_for_all_layers,
)
from minivgg.training.own_files import require_inside
from minivgg.training.recipes import LARGE_SIDE
from minivgg.training.run import Run, display_name
from minivgg.training.run_weights import WEIGHTS
from minivgg.utils.file_names import safe_file_names
from minivgg.utils.files import remove_leftovers, replacing, write_text
from minivgg.weights.tensor_checksums import checksum_of, with_checksum

if TYPE_CHECKING:
    from minivgg.plots.figure import Figure

FEW_IMAGES = 1000  # below which a trained net is a better start than new weights
TABLE_HEAD = "epoch     loss  val. loss  training  validation  learning rate  images/s"
MAX_SAMPLES = 10  # classes of which the first test image is written


def print_header(
    run: Run, net: models.Net, counts: Sequence[int], started: Sequence[str], world: Ranks
) -> None:
    """Describe the data, the net and the machine, and begin the table of epochs.

    counts: of training, validation and test images. started: names of the layers with ``init``'s
    weights.
    """
    c, totals = run.config, models.summary(net, run.shape)
    shape = "×".join(map(str, run.shape))
    sets = "{:,} training, {:,} validation and {:,} test images".format(*counts)
    print(f"data    {c['data']}: {sets} of {shape}, {len(c['classes'])} classes")
    print(
        f"net     {net_name(c['net'])}: {totals.parameters:,} parameters, {totals.macs:,} "
        "multiply-adds an image"
    )
    if started:
        _print_start(run, net, started)
    frozen = sum(p.data.size for p in net.parameters().values() if p.frozen)
    if frozen:
        until = f"up to {c['freeze']}" if c["freeze"] else "all but the head"
        print(f"frozen  {frozen:,} of {totals.parameters:,} parameters, {until}")
    ranks = f"{world.size} ranks, each on " if world.size > 1 else ""
    count = backend.get_num_threads()
    threads = f", {count} thread{'s' * (count != 1)}" if backend.device() == "cpu" else ""
    print(f"on      {ranks}{backend.device()}{threads}")
    print(f"folder  {run.folder}\n\n{TABLE_HEAD}")


def _print_start(run: Run, net: models.Net, started: Sequence[str]) -> None:
    """Which layers have the weights of ``init``, which are new, and how to take all of a run's."""
    c, names = run.config, list(models.layer_names(net))
    init = c["init"]
    shown = display_name(init)
    layers = [name for name in names if not name.startswith("bn")]
    taken, new = ([n for n in layers if (n in started) == is_taken] for is_taken in (True, False))
    norm = " with batch norm" if run.config["batch_norm"] else ""
    size = "×".join(map(str, run.shape[1:]))
    more = f"; new: {', '.join(new)} for {len(run.config['classes'])} classes" if new else ""
    start = find_initial_weights(init, run.config, progress=False)
    options = options_for_all_layers(run.config, start) if isinstance(start, Run) else ""
    partial = "a partial start: " if options or new[:-1] else ""  # only the last layer may be new
    print(
        f"from    {shown}: {partial}{net_name(run.config['net'])}{norm} at {size}; "
        f"{len(taken)} of {len(layers)} layers{more}"
    )
    if isinstance(start, Path) and input_unit_ratio(net, start, run.normalize, c["init_pixels"]):
        print(
            "        its maps are in the unit of pixels: each convolution is divided by the size\n"
            "        of its output on training images, which changes its maps by one factor only"
        )
    if options:
        print(f"        {shown} has another net: to take all of its layers, add {options}")


def print_row(row: EpochRow) -> None:
    """One epoch, a row of ``Trainer.fit``'s history."""
    from tqdm.auto import tqdm

    held_out = "–" if row["validation_loss"] is None else f"{row['validation_loss']:.4f}"
    training, validation = (
        "–" if accuracy is None else f"{100 * accuracy:.1f} %"
        for accuracy in (row["train_accuracy"], row["validation_accuracy"])
    )
    line = (
        f"{row['epoch']:5}  {row['loss']:7.4f}  {held_out:>9}  {training:>8}  {validation:>10}  "
        f"{row['learning_rate']:13.3g}  {row['images_per_second'] or 0:8,.0f}"
    )
    try:
        tqdm.write(line)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        # the terminal has been closed: SIGHUP, which comes with it, ends the training


def print_stop(run: Run, history: Sequence[EpochRow], reason: str) -> None:
    """That early stopping has ended the training, and how to use the best epoch's weights."""
    print(
        f"\nstopped after epoch {len(history)}: {reason}; {BEST} has the weights after epoch "
        f"{best_epoch(history, 'validation_loss')}, which has the lowest validation loss "
        f"({program()} evaluate {quoted(run.folder)} --best); to continue: {program()} train "
        f"--resume {quoted(run.folder)} --early-stopping N, with a larger N, or 0 for none"
    )


def print_result(result: Evaluation) -> None:
    """The accuracy on the test images."""
    print(
        f"\ntest accuracy {100 * result.accuracy:.2f} % ({result.wrong} of "
        f"{len(result.labels):,} images wrong), loss {result.loss:.4f}"
    )


def write_results(
    run: Run,
    net: models.Net,
    history: Sequence[EpochRow],
    result: Evaluation,
    test_set: Dataset,
    trained_on: int,
) -> None:
    """Write the weights, figures and samples of a finished run on so many training images."""
    from minivgg import plots

    net.preprocessing = run.normalize
    stored = {"net": net_name(run.config["net"]), "classes": json.dumps(run.config["classes"])}
    stored |= {"epoch": str(len(history))}  # by which it is compared with the checkpoints
    stored = with_checksum(stored, checksum_of(net.arrays()))
    models.save_weights(net, run.folder / WEIGHTS, stored)
    figures = _figures(net, history, result, test_set, _loss_options(run))
    for name, figure in figures.items():
        plots.save(figure, run.folder / name)
    _write_samples(require_inside(run.folder, "samples"), test_set)
    write_text(run.folder / MODEL_CARD, model_card(run, history, result, trained_on))
    best = [BEST] if (run.folder / BEST).exists() else []
    written = ", ".join([WEIGHTS, *best, "history.csv", "config.json", MODEL_CARD, *figures])
    print(f"wrote   {run.folder}: {written}, samples/")
    folder, samples = quoted(run.folder), quoted(run.folder / "samples")
    print(f"try     {program()} predict {samples} --run {folder}")
    if is_at_chance(result):
        print(
            "        the test accuracy may be chance: to look for the cause, "
            f"{program()} doctor {folder}"
        )
    if advice := better_start(run, trained_on):
        print(f"        {advice}")


def is_at_chance(result: Evaluation) -> bool:
    """Whether an answer that is always the same class would be about as often right.

    That is, the accuracy is within two standard deviations of the share of the largest class. Few
    images that are all right are not called chance.
    """
    n = len(result.labels)
    share = np.bincount(result.labels).max() / n
    return result.wrong > 0 and bool(
        result.accuracy <= share + 2 * math.sqrt(share * (1 - share) / n)
    )


def better_start(run: Run, trained_on: int) -> str | None:
    """A command for few images of one's own, for which new weights are a poor start."""
    c = run.config
    if trained_on >= FEW_IMAGES or c["init"] or c["data"] in data.NAMES or run.shape[0] != 3:
        return None
    if min(run.shape[1:]) >= LARGE_SIDE:
        options = "--size 224 224 --net vgg16 --init imagenet --freeze --batch-size 16 --lr 0.001"
    else:
        options = "--init cifar10 --freeze pool3"
    command = f"{program()} train --data {quoted(c['data'])} {options}"
    return f"or, with so few images, start from a trained net: {command}"


def _loss_options(run: Run) -> str:
    """What changes the cross-entropy, for the title of the curves."""
    options = {"class weights": "class_weights", "label smoothing": "label_smoothing"}
    return " and ".join(name for name, key in options.items() if run.config[key])


def _figures(
    net: models.Net,
    history: Sequence[EpochRow],
    result: Evaluation,
    test_set: Dataset,
    loss_options: str,
) -> "dict[str, Figure]":
    """{file name: figure}."""
    from minivgg import plots

    wrong = (result.predicted != result.labels).nonzero()[0]
    shown = wrong[plots.most_confident(result.confidence[wrong])]
    images = list(test_set.batch(shown)) if len(shown) else []
    described = result.labels[shown], result.predicted[shown], result.confidence[shown]
    figures = {
        "curves.png": plots.curves(history, loss_options),
        "confusion.png": plots.confusion(result.confusion, result.classes),
        "mistakes.png": plots.mistakes(images, *described, result.classes, total=len(wrong)),
    }
    filters = [p.data for p in net["features"].parameters().values() if p.data.ndim == 4]
    if filters:
        figures["filters.png"] = plots.filters(backend.to_numpy(filters[0]))
    return figures


def _write_samples(folder: Path, test_set: Dataset) -> None:
    """Write the first test image of each class, to try ``predict`` on."""
    from PIL import Image

    folder.mkdir(exist_ok=True)
    remove_leftovers(folder)
    names = [name.replace(" ", "-") for name in test_set.classes[:MAX_SAMPLES]]
    for k, name in enumerate(safe_file_names(names)):
        found = (test_set.labels == k).nonzero()[0]
        if len(found):
            image = test_set[found[0]][0]
            picture = Image.fromarray(image[0] if len(image) == 1 else image.transpose(1, 2, 0))
            with replacing(folder / f"{name}.png") as temporary:
                picture.save(temporary, "PNG")
