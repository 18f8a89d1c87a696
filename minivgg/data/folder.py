"""A dataset of image files laid out as split/class/image, in a folder or a zip."""

import io
import threading
import zipfile
import zlib
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

import numpy as np

from minivgg.backend.types import Size
from minivgg.data.image_formats import is_image
from minivgg.data.images import read_image
from minivgg.data.interfaces import Images, ImageShape, Indices
from minivgg.utils.files import StrPath
from minivgg.utils.progress import progress_bar

Files: TypeAlias = dict[str, list[PurePosixPath]]  # the images of each class
Entries: TypeAlias = list[tuple[PurePosixPath, bool]]  # relative paths, and whether it is a folder
# what reading a member of a damaged zip raises
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError
)  # fmt: skip


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
    """The images in ``path``/``split``/<class>/, where path is a folder or a zip file.

    Classes are the names of the class folders, in alphabetical order.

    Parameters
    ----------
    path : path
        A folder or a zip file.
    split : str
        The folder of the class folders, such as "train" or "test".
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
    ) -> None:
        self.path, self.split, self.channels = Path(path), split, channels
        self.own_sizes, self.shrink_to = size == "own", shrink_to
        size = None if size == "own" else size
        self.size = (size, size) if isinstance(size, int) else size
        if self.size is not None and min(self.size) < 1:
            height, width = self.size
            raise ValueError(f"the size of the images must be at least 1×1, got {height}×{width}")
        self._zip: zipfile.ZipFile | None = None
        self._lock = threading.Lock()
        self._images: Images | None = None
        self.left_out: list[PurePosixPath] = []  # visible files of the split that are not used
        by_class = self._scan()
        self.classes = sorted(by_class)
        self.files = [file for name in self.classes for file in by_class[name]]
        counts = [len(by_class[name]) for name in self.classes]
        self.labels = np.repeat(np.arange(len(self.classes)), counts)
        own_shape = (channels, None, None)
        self.shape: ImageShape = own_shape if self.own_sizes else self._read(0).shape
        if in_memory:
            self._images = self._read_all(progress)

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
        file, name = self.files[i], f"{self.path / self.files[i]}"
        if self._zip is None:
            return read_image(self.path / file, self.channels, self.size, name, self.shrink_to)
        with self._lock:  # all threads share one file position
            try:
                content = self._zip.open(str(file)).read()
            except ZIP_ERRORS as error:
                raise OSError(f"the image {name} is damaged or cannot be read: {error}") from error
        return read_image(io.BytesIO(content), self.channels, self.size, name, self.shrink_to)

    def _scan(self) -> Files:
        """{class: [files]} of this split.

        The classes are those of all splits together, so that a label means the same in each split.
        """
        entries = self._entries()
        if not entries:
            raise ValueError(f"{self.path} holds no folders split/class/ with images")
        splits: dict[str, Files] = defaultdict(lambda: defaultdict(list))
        root = _root(entries)
        for file, is_folder in entries:
            parts = file.parts[1:] if root else file.parts
            if len(parts) < 2:
                continue
            split, name, *rest = parts
            splits[split][name]  # a class without images is recorded too, so that an error names it
            if is_folder:
                continue
            if len(rest) == 1 and is_image(file.name):
                splits[split][name].append(file)
            elif split == self.split:
                self.left_out.append(file)
        if self.split not in splits:
            raise ValueError(
                f"{self.path} has no split {self.split!r}; there are "
                f"{', '.join(sorted(splits)) or 'none'}"
            )
        classes = {name for found in splits.values() for name in found}
        empty = sorted(name for name in classes if not splits[self.split].get(name))
        if empty:
            others = f" (nor have {len(empty) - 1} others)" if len(empty) > 1 else ""
            raise ValueError(
                f"{self.path}: the class {empty[0]!r} has no images in split {self.split!r}{others}"
            )
        return {name: sorted(splits[self.split][name]) for name in classes}

    def _entries(self) -> Entries:
        """[(relative path, is a folder)] of class folders and images, hidden ones left out."""
        if not self.path.exists():
            raise FileNotFoundError(f"there is no folder or zip file {self.path}")
        if self.path.is_dir():
            found = [
                (PurePosixPath(p.relative_to(self.path).as_posix()), p.is_dir())
                for p in self.path.rglob("*")
            ]
        else:
            try:
                self._zip = zipfile.ZipFile(self.path)
            except zipfile.BadZipFile as error:
                raise OSError(
                    f"{self.path} is neither a folder nor a complete zip file: {error}"
                ) from error
            found = [(PurePosixPath(info.filename), info.is_dir()) for info in self._zip.infolist()]
        visible = [
            (p, is_folder)
            for p, is_folder in found
            if not any(part.startswith((".", "__")) for part in p.parts)
        ]
        return [(p, is_folder) for p, is_folder in visible if len(p.parts) >= 3 - is_folder]


def _root(entries: Entries) -> str | None:
    """The single folder above the splits that contains everything, or None."""
    roots = {file.parts[0] for file, _ in entries}
    deepest = max(len(file.parts) - is_folder for file, is_folder in entries)
    single = len(roots) == 1 and deepest > 3 and not roots & {"train", "test"}
    return roots.pop() if single else None
