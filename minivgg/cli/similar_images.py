"""The most similar images of each image: as a picture, and as a sentence about their classes."""

import textwrap
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from minivgg import data
from minivgg.cli.feature_files import FeatureTable
from minivgg.evaluation.features import similar
from minivgg.utils.files import StrPath

NEIGHBOURS = 5
MAX_ROWS = 20  # of the picture
SIDE = 96  # pixels of a small image in it
INCHES = 1.0
LABEL_CHARACTERS = 11  # in a line, left of the images


def draw_similar(table: FeatureTable, path: str, count: int, channels: int) -> None:
    """Draw a row for each of the first images, with the ``count`` most similar ones beside it.

    Above each is the cosine of the angle between the features. A sentence says how many of the
    nearest neighbours are of the same class, where the classes are known.
    """
    from minivgg import plots
    from minivgg.plots.tiles import tiles

    neighbours, cosines = similar(table.features, count)

    @cache
    def image(number: int) -> np.ndarray:
        return data.read_image(table.files[number], channels, size=(SIDE, SIDE))

    numbers = range(min(MAX_ROWS, len(table.files)))
    rows = [
        (_label(table.files[k]), [image(k), *(image(int(other)) for other in neighbours[k])])
        for k in numbers
    ]
    captions = [["", *(f"{value:.2f}" for value in cosines[k])] for k in numbers]
    plots.save(tiles(rows, INCHES, captions), path)
    drawn = "" if len(numbers) == len(table.files) else f" of the first {len(numbers)} images"
    print(
        f"wrote {path}: the {count} most similar images{drawn}, with the cosines of their features"
    )
    if all(table.class_names):
        _print_agreement(table.class_names, neighbours[:, 0])


def _label(path: StrPath) -> str:
    """The name of a file in two short lines."""
    from minivgg.plots.figure import shorten

    return textwrap.fill(shorten(Path(path).stem), LABEL_CHARACTERS)


def _print_agreement(class_names: Sequence[str], nearest: np.ndarray) -> None:
    same = sum(class_names[k] == class_names[other] for k, other in enumerate(nearest))
    print(f"the most similar image is of the same class for {same} of {len(nearest)} images")
