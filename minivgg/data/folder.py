"""A dataset of image files laid out as split/class/image, in a folder or a zip."""

import io
import threading
import zipfile
import zlib
from collections import defaultdict
from pathlib import Path, PurePosixPath

import numpy as np
from tqdm.auto import tqdm

from minivgg.data.images import is_image, read_image


class ImageFolder:
    """The images under ``path``/``split``/<class>/, a folder or a zip file; classes are the folders' names in alphabetical order.

    size: (height, width) or one number to bring all images to (scaled until they cover it, then cut); by default they must be of one
    size, and "own" leaves each in its own: ``shape`` is then (C, None, None), and ``batch`` gives a list. most: with "own", pixels that
    the smaller side is reduced to where it has more.
    channels: 3 (RGB) or 1 (grey). in_memory: read all images now, with a progress bar, else each when it is asked for.
    Raises ``FileNotFoundError`` for a missing path, ``ValueError`` for a missing split or a class without images, ``OSError`` for a damaged
    image; each names what it is about.
    """

    def __init__(
        self, path, split="train", size=None, channels=3, in_memory=False, progress=True, most=None
    ):
        self.path, self.split, self.channels = Path(path), split, channels
        self.most = most
        self.varied, size = size == "own", None if size == "own" else size
        self.size = (size, size) if isinstance(size, int) else size
        if self.size is not None and min(self.size) < 1:
            raise ValueError(
                f"the size to bring images to is at least 1×1, got {self.size[0]}×{self.size[1]}"
            )
        self._zip, self._lock, self._images = None, threading.Lock(), None
        by_class = self._scan()
        self.classes = sorted(by_class)
        self.files = [file for name in self.classes for file in by_class[name]]
        self.labels = np.repeat(
            np.arange(len(self.classes)), [len(by_class[name]) for name in self.classes]
        )
        self.shape = (channels, None, None) if self.varied else self._read(0).shape
        if in_memory:
            self._images = self._read_all(progress)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return self.batch([i])[0], int(self.labels[i])

    def batch(self, indices):
        """uint8 images (B, C, H, W) of these indices, or the list of them. Raises ``ValueError`` when sizes differ that should not."""
        if self.varied:
            return [self._read(i) if self._images is None else self._images[i] for i in indices]
        if self._images is not None:
            return self._images[indices]
        return np.stack([self._checked(i) for i in indices])

    def _read_all(self, progress):
        images = [None] * len(self) if self.varied else np.empty((len(self), *self.shape), np.uint8)
        for i in tqdm(
            range(len(self)),
            f"reading {self.split}",
            leave=False,
            unit=" images",
            disable=not progress,
        ):
            images[i] = self._checked(i)
        return images

    def _checked(self, i):
        image = self._read(i)
        if not self.varied and image.shape != self.shape:
            (_, h, w), (_, first_h, first_w) = image.shape, self.shape
            raise ValueError(
                f"{self.files[i]} has {h}×{w} pixels, the first image {first_h}×{first_w}: give size=(height, width) to make them alike, "
                "or size='own' to leave them as they are"
            )
        return image

    def _read(self, i):
        file, name = self.files[i], f"{self.path / self.files[i]}"
        if self._zip is None:
            return read_image(self.path / file, self.channels, self.size, name, self.most)
        with self._lock:  # one file position for all threads
            try:
                content = self._zip.open(str(file)).read()
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                OSError,
                RuntimeError,
                NotImplementedError,
            ) as error:
                raise OSError(f"the image {name} is damaged or cannot be read: {error}") from error
        return read_image(io.BytesIO(content), self.channels, self.size, name, self.most)

    def _scan(self):
        """{class: [files]} of this split; the classes are those of all splits, so that labels mean the same in each."""
        entries = self._entries()
        if not entries:
            raise ValueError(f"{self.path} holds no folders split/class/ with images")
        splits, top = defaultdict(lambda: defaultdict(list)), _top(entries)
        for file, is_folder in entries:
            parts = file.parts[1:] if top else file.parts
            if len(parts) < 2:
                continue
            root, kind, *rest = parts
            splits[root][kind]  # an empty folder is a class too, so that it can be named
            if not is_folder and len(rest) == 1 and is_image(file.name):
                splits[root][kind].append(file)
        if self.split not in splits:
            raise ValueError(
                f"{self.path} has no split {self.split!r}; there are {', '.join(sorted(splits)) or 'none'}"
            )
        classes = {name for found in splits.values() for name in found}
        empty = sorted(name for name in classes if not splits[self.split].get(name))
        if empty:
            raise ValueError(
                f"{self.path}: the class {empty[0]!r} has no images in split {self.split!r}"
                + _more(empty)
            )
        return {name: sorted(splits[self.split][name]) for name in classes}

    def _entries(self):
        """(relative path, whether it is a folder) of all that lies two levels or more below the path, hidden files left out."""
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
                    f"{self.path} is neither a folder nor a whole zip file: {error}"
                ) from error
            found = [(PurePosixPath(info.filename), info.is_dir()) for info in self._zip.infolist()]
        visible = [
            (p, d) for p, d in found if not any(part.startswith((".", "__")) for part in p.parts)
        ]
        return [(p, d) for p, d in visible if len(p.parts) >= (2 if d else 3)]


def _top(entries):
    """The one folder that everything is in, if there is one above the splits."""
    tops = {file.parts[0] for file, _ in entries}
    deepest = max(len(file.parts) - is_folder for file, is_folder in entries)
    return tops.pop() if len(tops) == 1 and deepest > 3 and not tops & {"train", "test"} else None


def _more(names):
    return f" (nor have {len(names) - 1} others)" if len(names) > 1 else ""
