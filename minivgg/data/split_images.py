"""The images of a split by the layout of a dataset, class by class."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from minivgg.data.layouts import CAMERA_SUFFIXES, Files, Layout, kind_of
from minivgg.data.seeded_split import choose_test_images
from minivgg.utils.files import StrPath
from minivgg.utils.installation import how_to_install
from minivgg.utils.printable_text import listed
from minivgg.utils.suggest import suggest

ALL = "all"


def folders_of_split(layout: Layout, split: str, divided: str | None, path: Path) -> list[str]:
    """The folders that are a split.

    Parameters
    ----------
    layout : Layout
        Of the dataset.
    split : str
        As for ``ImageFolder``.
    divided : str or None
        From ``layout.to_divide``.
    path : Path
        Of the dataset, for messages.

    Returns
    -------
    names : list of str
        Keys of ``layout.splits``.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    if split == ALL:
        return list(layout.splits)
    kind = kind_of(split)
    if divided is not None and kind in ("train", "test"):
        return [divided]
    if split in layout.splits and split:
        return [split]
    if kind in layout.kinds:
        return [layout.kinds[kind]]
    raise no_split(path, split, sorted(layout.splits) if divided is None else ("train", "test"))


def no_split(path: StrPath, split: str, known: Sequence[str]) -> ValueError:
    """The error about a split that there is not.

    Parameters
    ----------
    path : path
        Of the dataset, or its name.
    split : str
        What was asked for.
    known : sequence of str
        The splits that there are.

    Returns
    -------
    error : ValueError
        With the nearest split, if one is similar.
    """
    similar = suggest(split, known, cutoff=0.5) if known else ""
    there = " and ".join(known) if len(known) == 2 else ", ".join(known)
    meant = f": did you mean {similar!r}? There are" if similar else "; there are"
    return ValueError(f"{path} has no split {split!r}{meant} {there}")


def images_of_classes(layout: Layout, chosen: list[str], path: Path) -> Files:
    """The images of each class of a split.

    The classes are those of all splits together, so that a label means the same in each.

    Parameters
    ----------
    layout : Layout
        Of the dataset.
    chosen : list of str
        From ``folders_of_split``.
    path : Path
        Of the dataset, for messages.

    Returns
    -------
    images : dict
        {class: its images}.

    Raises
    ------
    ValueError
        If a class has none.
    """
    of_kinds = [*layout.kinds.values(), *chosen]
    classes = {name for split in of_kinds for name in layout.splits[split]}
    by_class = {
        name: sorted(file for split in chosen for file in layout.splits[split].get(name, ()))
        for name in classes
    }
    empty = sorted(name for name in classes if not by_class[name])
    if empty:
        others = f" (nor do {len(empty) - 1} others)" if len(empty) > 1 else ""
        where = f" in split {chosen[0]!r}" if chosen != [""] else ""
        why = _why(layout, chosen, empty[0])
        raise ValueError(f"{path}: the class {empty[0]!r} has no images{where}{others}{why}")
    return by_class


def _why(layout: Layout, chosen: list[str], name: str) -> str:
    """What is in the folder of a class without images, or how its name may be meant."""
    names = sorted({other for split in chosen for other in layout.splits[split]})
    similar = [o for o in names if o != name and o.casefold() == name.casefold()]
    if similar:
        return f"; there is {similar[0]!r}: give the class one name in all splits"
    unused = [f for split in chosen for f in layout.unused[split] if name in f.parts]
    if any(file.suffix.lower() in CAMERA_SUFFIXES for file in unused):
        return f"; to read its .heic files: {how_to_install('heic')}"
    elsewhere = sorted(other for other, found in layout.splits.items() if found.get(name))
    return f", only in {listed(elsewhere, 3)}" if elsewhere else ""


def part_by_seed(by_class: Files, layout: Layout, is_test: bool, share: float, seed: int) -> Files:
    """The training or the test images of each class, where a seed decides.

    Parameters
    ----------
    by_class : dict
        {class: all its images}.
    layout : Layout
        Of the dataset.
    is_test : bool
        Whether the test images are wanted.
    share : float
        Of the test images.
    seed : int
        Decides which these are.

    Returns
    -------
    images : dict
        {class: those in this part}; a class with a single image has no test image.
    """
    parts = {}
    for name, files in by_class.items():
        relative = {file.relative_to(layout.top): file for file in files}
        chosen = choose_test_images(list(relative), share, seed)
        parts[name] = [file for key, file in relative.items() if (key in chosen) == is_test]
    return parts


def class_numbers(names: Sequence[str], classes: Sequence[str], path: str) -> np.ndarray:
    """The number of each name among the classes of a net.

    Parameters
    ----------
    names : sequence of str
        Classes of a dataset.
    classes : sequence of str
        Those of the net.
    path : str
        What to call the dataset in an error.

    Returns
    -------
    numbers : array of shape (K,)
        One for each name.

    Raises
    ------
    ValueError
        If a name is not among the classes.
    """
    places = {name: k for k, name in enumerate(classes)}
    unknown = [name for name in names if name not in places]
    if unknown:
        others = f" (and {len(unknown) - 1} others)" if unknown[1:] else ""
        raise ValueError(
            f"{path} has the class {unknown[0]!r}{others}, which the net does not know: its "
            f"classes are {', '.join(classes[:12])}{', …' if classes[12:] else ''}"
        )
    return np.array([places[name] for name in names], np.int64)
