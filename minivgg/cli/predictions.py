"""Predicted classes of images: printed, as JSON, as a table, and as figures."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from minivgg.cli.json_output import Json, print_json
from minivgg.cli.table_files import write_table
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import listed, visible
from minivgg.utils.tables import display_width, padded

Prediction: TypeAlias = tuple[StrPath, list[tuple[str, float]]]  # file, classes, probabilities

MAX_GRID_IMAGES = 60
MAX_BAR_IMAGES = 12  # beside bars of their classes
MAX_CLASSES_LISTED = 12  # in a sentence


def print_predictions(predictions: Sequence[Prediction], short: bool) -> None:
    """Print the top classes of each image, or with ``short`` one line for each."""
    predictions = [
        (visible(str(path)), [(visible(name), p) for name, p in guesses])
        for path, guesses in predictions
    ]
    if short:
        _print_lines([(str(path), *guesses[0]) for path, guesses in predictions])
        return
    width = max(display_width(name) for _, guesses in predictions for name, _ in guesses)
    for path, guesses in predictions:
        print(f"{path}: {guesses[0][0]}")
        for name, p in guesses:
            print(f"    {padded(name, width)}  {100 * p:5.1f} %")


def _print_lines(answers: Sequence[tuple[str, str, float]]) -> None:
    """A line for each (image, class, probability), and how often each class was predicted."""
    longest = max(display_width(path) for path, _, _ in answers)
    width = max(display_width(name) for _, name, _ in answers)
    for path, name, p in answers:
        print(f"{padded(path, longest)}  {padded(name, width)}  {100 * p:5.1f} %")
    counts = Counter(name for _, name, _ in answers).most_common()
    told = listed([f"{count} {name}" for name, count in counts], MAX_CLASSES_LISTED)
    print(f"{len(answers)} image{'s' * (len(answers) != 1)}: {told}")


def print_predictions_as_json(net: str, predictions: Sequence[Prediction]) -> None:
    """Print the top classes of each image as one document."""
    images: list[Json] = [
        {
            "image": str(path),
            "predictions": [{"class": name, "probability": p} for name, p in guesses],
        }
        for path, guesses in predictions
    ]
    print_json({"net": net, "images": images})


def write_predictions(path: str, predictions: Sequence[Prediction]) -> None:
    """Write a row for each image: its file, its most probable classes and their probabilities."""
    count = len(predictions[0][1])
    columns = [f"{what}_{k}" for k in range(1, count + 1) for what in ("class", "probability")]
    rows = [
        (str(file), *(value for guess in guesses for value in guess))
        for file, guesses in predictions
    ]
    write_table(path, ("image", *columns), rows)


def draw_predictions(
    predictions: Sequence[Prediction],
    shown: Sequence[np.ndarray],
    plot: str | None,
    grid: str | None,
) -> None:
    """Draw the first images with bars of their classes (``plot``), and side by side (``grid``)."""
    from minivgg import plots

    guesses = [guesses for _, guesses in predictions]
    if plot:
        figure = plots.predictions(shown[:MAX_BAR_IMAGES], guesses[:MAX_BAR_IMAGES])
        plots.save(figure, plot)
    if grid:
        figure = plots.grid(shown[:MAX_GRID_IMAGES], guesses[:MAX_GRID_IMAGES])
        plots.save(figure, grid)
