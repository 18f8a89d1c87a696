"""What ``train`` prints and writes: the head of the table, a row for each epoch, the results."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from minivgg import backend, models
from minivgg.cli.arguments import net_name, quoted
from minivgg.cli.command_parser import program
from minivgg.cli.train_setup import Dataset
from minivgg.evaluation.metrics import Evaluation
from minivgg.training.distributed import Ranks
from minivgg.training.history import EpochRow
from minivgg.training.run import WEIGHTS, Run
from minivgg.utils.file_names import safe_file_names

if TYPE_CHECKING:
    from minivgg.plots.figure import Figure

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
        print(f"from    {c['init']}: {', '.join(started)}")
    frozen = sum(p.data.size for p in net.parameters().values() if p.frozen)
    if frozen:
        until = f"up to {c['freeze']}" if c["freeze"] else "all but the head"
        print(f"frozen  {frozen:,} of {totals.parameters:,} parameters, {until}")
    ranks = f"{world.size} ranks, each on " if world.size > 1 else ""
    threads = f", {backend.get_num_threads()} threads" if backend.device() == "cpu" else ""
    print(f"on      {ranks}{backend.device()}{threads}")
    print(f"folder  {run.folder}\n\nepoch     loss  training  validation  learning rate  images/s")


def print_row(row: EpochRow) -> None:
    """One epoch, a row of ``Trainer.fit``'s history."""
    from tqdm.auto import tqdm

    validation = "–"
    if row["validation_accuracy"] is not None:
        validation = f"{100 * row['validation_accuracy']:.1f} %"
    tqdm.write(
        f"{row['epoch']:5}  {row['loss']:7.4f}  {100 * row['train_accuracy']:6.1f} %  "
        f"{validation:>10}  {row['learning_rate']:13.3g}  {row['images_per_second'] or 0:8,.0f}"
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
) -> None:
    """Write the weights, figures and samples of a finished run."""
    from minivgg import plots

    net.preprocessing = run.normalize
    models.save_weights(net, run.folder / WEIGHTS, {"net": net_name(run.config["net"])})
    figures = _figures(net, history, result, test_set)
    for name, figure in figures.items():
        plots.save(figure, run.folder / name)
    _write_samples(run.folder / "samples", test_set)
    written = f"{WEIGHTS}, history.csv, config.json, {', '.join(figures)}, samples/"
    print(f"wrote   {run.folder}: {written}")
    folder, samples = quoted(run.folder), quoted(run.folder / "samples")
    print(f"try     {program()} predict {samples} --run {folder}")


def _figures(
    net: models.Net, history: Sequence[EpochRow], result: Evaluation, test_set: Dataset
) -> "dict[str, Figure]":
    """{file name: figure}."""
    from minivgg import plots

    wrong = (result.predicted != result.labels).nonzero()[0]
    shown = wrong[plots.most_confident(result.confidence[wrong])]
    images = list(test_set.batch(shown)) if len(shown) else []
    described = result.labels[shown], result.predicted[shown], result.confidence[shown]
    figures = {
        "curves.png": plots.curves(history),
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
    names = [name.replace(" ", "-") for name in test_set.classes[:MAX_SAMPLES]]
    for k, name in enumerate(safe_file_names(names)):
        found = (test_set.labels == k).nonzero()[0]
        if len(found):
            image = test_set[found[0]][0]
            picture = Image.fromarray(image[0] if len(image) == 1 else image.transpose(1, 2, 0))
            picture.save(folder / f"{name}.png")
