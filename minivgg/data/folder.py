"""A dataset of image files laid out as class/image or split/class/image."""

import copy
from collections.abc import Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np

from minivgg.backend.types import Size
from minivgg.data.file_sources import open_source
from minivgg.data.images import read_image
from minivgg.data.interfaces import Images, ImageShape, Indices
from minivgg.data.layouts import Files, Layout, find_layout, kind_of, tree_of
from minivgg.data.source import Source
from minivgg.data.split_images import (
    ALL,
    class_numbers,
    folders_of_split,
    images_of_classes,
    part_by_seed,
)
from minivgg.utils.files import StrPath
from minivgg.utils.notices import notify
from minivgg.utils.printable_text import listed
from minivgg.utils.progress import progress_bar

DEFAULT_TEST_SHARE = 0.2
MAX_UNREADABLE_NAMED = 5
MAX_CHECKED = 10_000  # images that are checked once one of them cannot be read


class DifferentSizesError(ValueError):
    """Images of a dataset have different sizes, and no size was given.

    Parameters
    ----------
    difference : str
        Which image has which size. The message also says what to do in Python; commands name their
        own option.
    """

    def __init__(self, difference: str) -> None:
        super().__init__(
            f"{difference}: give size=(height, width) to bring them to one size, or size='own' to "
            "keep their sizes"
        )
        self.difference = difference


class ImageFolder:
    """The images in a folder of class folders, or of splits with class folders in them.

    Classes are the names of the class folders, in alphabetical order; images in folders within a
    class folder belong to the class. The folders of the splits may be called train, val, valid,
    validation, dev, test and the like. Where there are none, or only train, a part of each class is
    the split "test", by a seed.

    Parameters
    ----------
    path : path
        A folder, a zip or a tar. Links in a folder are followed.
    split : str
        "train", "validation", "test", the name of another folder of class folders beside these, or
        "all" for all images of all splits.
    size : int, (int, int) or "own", optional
        The size in pixels, (height, width) or both, to which all images are resized (until they
        cover it, then cropped). By default all images must have the same size. With "own" each
        image keeps its size: ``shape`` is then (C, None, None), and ``batch`` returns a list.
    channels : {3, 1}
        3 for RGB, 1 for grey.
    in_memory : bool
        Read all images now rather than each when it is asked for.
    progress : bool
        Show a progress bar while all images are read.
    shrink_to : int, optional
        With "own", reduce larger images until their smaller side has this many pixels.
    test_share : float, optional
        The share of test images of each class, where there are no folders of splits (default: 0.2);
        if it is given, also where there is only a folder of training images.
    seed : int
        Decides which these are; they hardly change when images are added.

    Raises
    ------
    FileNotFoundError
        If there is nothing at the path.
    ValueError
        If there is no such split, or a class has no images in it.
    OSError
        If an image is damaged. The message names the file or folder.
    """

    def __init__(
        self,
        path: StrPath,
        split: str = "train",
        size: Size | Literal["own"] | None = None,
        channels: int = 3,
        in_memory: bool = False,
        progress: bool = True,
        shrink_to: int | None = None,
        test_share: float | None = None,
        seed: int = 0,
    ) -> None:
        self.path, self.split, self.channels = Path(path), split, channels
        self.own_sizes, self.shrink_to = size == "own", shrink_to
        self.size = None if size == "own" or size is None else _sides(size)
        self._images: Images | None = None
        self.source: Source = open_source(self.path)
        layout = find_layout(tree_of(self.source), self.path)
        divided = layout.to_divide(with_train=test_share is not None)
        test_share = DEFAULT_TEST_SHARE if test_share is None else test_share
        # {"train", "validation" or "test": the folder}; empty where a seed decides
        self.splits = dict(layout.kinds) if divided is None else {}
        chosen = folders_of_split(layout, split, divided, self.path)
        by_class = images_of_classes(layout, chosen, self.path)
        # visible files of the split that are not used
        self.left_out = [file for name in chosen for file in layout.unused[name]]
        if split != ALL and divided is not None:
            by_class = self._part_by_seed(by_class, layout, test_share, seed)
        self.classes = sorted(by_class)
        self.files = [file for name in self.classes for file in by_class[name]]
        counts = [len(by_class[name]) for name in self.classes]
        self.labels = np.repeat(np.arange(len(self.classes)), counts)
        self._progress = progress
        self._of_all_splits = [
            file for found in layout.splits.values() for files in found.values() for file in files
        ]
        if kind_of(split) == "train":
            _give_notices(self, layout, divided, test_share)
        try:
            self.shape: ImageShape = (
                (channels, None, None) if self.own_sizes else self._read(0).shape
            )
            if in_memory:
                self._images = self._read_all(progress)
        except OSError as error:
            raise self._all_unreadable(error) from error

    def _part_by_seed(self, by_class: Files, layout: Layout, share: float, seed: int) -> Files:
        is_test = kind_of(self.split) == "test"
        found = part_by_seed(by_class, layout, is_test, share, seed)
        if not any(found.values()):
            raise ValueError(
                f"{self.path} has no image left for the split {self.split!r}: each class has only "
                "one image"
            )
        return found

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> tuple[np.ndarray, int]:
        return self.batch([i])[0], int(self.labels[i])

    def batch(self, indices: Indices) -> Images:
        """Read several images.

        Parameters
        ----------
        indices : array of shape (B,)
            The numbers of the images.

        Returns
        -------
        images : array of shape (B, C, H, W)
            Pixels from 0 to 255 in uint8; with size="own", the list of the images.

        Raises
        ------
        ValueError
            If their sizes differ, unless size="own".
        OSError
            If an image is damaged.
        """
        try:
            return self._batch(indices)
        except OSError as error:
            raise self._all_unreadable(error) from error

    def _batch(self, indices: Indices) -> Images:
        if self.own_sizes:
            return [self._read(i) if self._images is None else self._images[i] for i in indices]
        if isinstance(self._images, np.ndarray):
            return self._images[indices]
        return np.stack([self._read_checked(i) for i in indices])

    def _read_all(self, progress: bool) -> Images:
        n = len(self)
        bar = progress_bar(
            range(n), f"reading {self.split}", leave=False, unit=" images", disable=not progress
        )
        channels, height, width = self.shape
        if height is None or width is None:
            return [self._read_checked(i) for i in bar]
        images = np.empty((n, channels, height, width), np.uint8)
        for i in bar:
            images[i] = self._read_checked(i)
        return images

    def _all_unreadable(self, found: OSError) -> OSError:
        """Once an image cannot be read: the error that names all such images, of all splits."""
        if len(self._of_all_splits) > MAX_CHECKED:
            return found
        unreadable = []
        bar = progress_bar(
            self._of_all_splits, "checking", leave=False, unit=" images", disable=not self._progress
        )
        for file in bar:
            try:
                self._read_file(file)
            except OSError:
                unreadable.append(str(file))
        if len(unreadable) < 2:
            return found
        names = listed(sorted(unreadable), MAX_UNREADABLE_NAMED)
        return OSError(
            f"{len(unreadable)} images of {self.path} cannot be read, {names}; for example: {found}"
        )

    def _read_checked(self, i: int) -> np.ndarray:
        """Image i; ``ValueError`` when its size differs from that of the first image."""
        image = self._read(i)
        if not self.own_sizes and image.shape != self.shape:
            (_, h, w), (_, first_h, first_w) = image.shape, self.shape
            raise DifferentSizesError(
                f"{self.files[i]} has {h}×{w} pixels, the first image {first_h}×{first_w}"
            )
        return image

    def _read(self, i: int) -> np.ndarray:
        return self._read_file(self.files[i])

    def _read_file(self, file: PurePosixPath) -> np.ndarray:
        try:
            opened = self.source.open(file)
        except OSError as error:
            raise OSError(
                f"the image {self.path / file} is damaged or cannot be read: {error}"
            ) from error
        if isinstance(opened, str | PathLike):
            return read_image(opened, self.channels, self.size, shrink_to=self.shrink_to)
        with closing(opened):
            name = str(self.path / file)
            return read_image(opened, self.channels, self.size, name, self.shrink_to)

    def with_classes(self, classes: Sequence[str]) -> "ImageFolder":
        """These images with the labels of other classes, which are found by name.

        Parameters
        ----------
        classes : sequence of str
            All the classes of these images, and perhaps others, in their order.

        Returns
        -------
        ImageFolder
            That shares the images in memory with this one.

        Raises
        ------
        ValueError
            If a class of these images is not among them.
        """
        other = copy.copy(self)
        numbers = class_numbers(self.classes, classes, str(self.path))
        other.classes, other.labels = list(classes), numbers[self.labels]
        return other


def has_splits(path: StrPath) -> bool:
    """Whether the images of a folder or archive are in folders of splits.

    Parameters
    ----------
    path : path
        Of the folder or archive.

    Returns
    -------
    has_splits : bool
        False where they are to be split by a seed; errors are those of ``ImageFolder``.
    """
    path = Path(path)
    return find_layout(tree_of(open_source(path)), path).to_divide() is None


def _sides(size: Size) -> tuple[int, int]:
    """(height, width) in pixels."""
    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width) < 1:
        raise ValueError(f"the size of the images must be at least 1×1, got {height}×{width}")
    return height, width


def _give_notices(images: ImageFolder, layout: Layout, divided: str | None, share: float) -> None:
    """Say what was assumed about training images; this is said once, and not of the test images."""
    path = images.path
    for text in [
        *(f"left out of {path}: {one}" for one in images.source.left_out),
        *layout.notices,
    ]:
        notify(text)
    if divided is None:
        return
    missing = "no test images" if divided else "no folders train and test"
    notify(f"{path} has {missing}: {100 * share:g} % of the images of each class are test images")
    if not divided and kind_of(path.absolute().name) == "train" and path.is_dir():
        above = path.absolute().parent
        kinds = {kind_of(other.name) for other in above.iterdir() if other.is_dir()}
        if kinds & {"test", "validation"}:
            notify(f"the other folders of {above} are not used: name it to train and test with all")
    alone = [name for name in images.classes if len(layout.splits[divided][name]) == 1]
    if alone:
        others = f" (and {len(alone) - 1} others)" if alone[1:] else ""
        notify(f"the class {alone[0]!r}{others} has only one image, so it is not tested")
