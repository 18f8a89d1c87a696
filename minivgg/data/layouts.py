"""How the pictures in a folder or archive are laid out: which folders are splits, which classes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from minivgg.data.image_formats import is_image
from minivgg.data.source import Source
from minivgg.utils.file_names import readable
from minivgg.utils.installation import how_to_install

Files: TypeAlias = dict[str, list[PurePosixPath]]  # the images of each class

# the names of each split, in any case, the preferred one first
KINDS = {
    "train": ("train", "training"),
    "validation": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing", "eval"),
}
FILLERS = ("set", "data", "dataset", "images", "imgs", "split", "seg")  # as in "training_set"
NO_CLASSES = ("annotations", "annotation", "docs", "doc")  # beside class folders
CAMERA_SUFFIXES = (".heic", ".heif")  # pictures that may not be readable here
# "fold 1", "2021", "part_02": such a folder is a part of the images rather than a class
IS_PART = re.compile(r"(fold|part|batch|day|session|group|year)?[\W_]*\d[\d\W_]*", re.IGNORECASE)
MAX_NAMED = 5  # in a sentence


@dataclass
class Folder:
    """A folder of a dataset.

    Parameters
    ----------
    path : PurePosixPath
        Relative to the dataset.
    folders : dict
        {name: the folder in it}.
    images, others : list of PurePosixPath
        The files directly in it.
    count : int
        Of all images in it and below it.
    """

    path: PurePosixPath
    folders: dict[str, "Folder"] = field(default_factory=dict)
    images: list[PurePosixPath] = field(default_factory=list)
    others: list[PurePosixPath] = field(default_factory=list)
    count: int = 0

    @property
    def with_images(self) -> list["Folder"]:
        """The folders in it that hold images, directly or in their own folders."""
        return [folder for folder in self.folders.values() if folder.count]

    def all_images(self) -> Iterator[PurePosixPath]:
        """The images in it and below it.

        Yields
        ------
        image : PurePosixPath
            Relative to the dataset.
        """
        yield from self.images
        for folder in self.folders.values():
            yield from folder.all_images()

    def all_others(self) -> Iterator[PurePosixPath]:
        """The other files in it and below it.

        Yields
        ------
        file : PurePosixPath
            Relative to the dataset.
        """
        yield from self.others
        for folder in self.folders.values():
            yield from folder.all_others()


@dataclass
class Layout:
    """What the folders of a dataset are.

    Parameters
    ----------
    top : PurePosixPath
        The folder of the splits or classes, below folders that only hold it.
    splits : dict
        {name of the folder of a split: the images of each class}; {"": images} without splits.
    kinds : dict
        {"train", "validation" or "test": name of the folder}, of those that there are.
    unused : dict
        {name of the folder of a split: visible files in it that are not images of a class}.
    notices : list of str
        What was assumed, as sentences.
    """

    top: PurePosixPath
    splits: dict[str, Files] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    unused: dict[str, list[PurePosixPath]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def to_divide(self, with_train: bool = True) -> str | None:
        """The images that a seed is to divide into train and test, if any.

        Parameters
        ----------
        with_train : bool
            Whether a folder of training images counts, if there is no other split.

        Returns
        -------
        name : str or None
            A key of ``splits``; None where the folders decide.
        """
        if not self.kinds:
            return ""
        return self.kinds["train"] if with_train and list(self.kinds) == ["train"] else None


def kind_of(name: str) -> str | None:
    """Which split a folder is by its name.

    Parameters
    ----------
    name : str
        Of the folder.

    Returns
    -------
    kind : {"train", "validation", "test"} or None
        None for all other names.

    Examples
    --------
    >>> kind_of("Training_Set"), kind_of("valid"), kind_of("trainer")
    ('train', 'validation', None)
    """
    words = [w for w in re.split(r"[\W_]+", name.casefold()) if w and w not in FILLERS]
    if len(words) != 1:
        return None
    return next((kind for kind in KINDS if words[0].removesuffix("set") in KINDS[kind]), None)


def tree_of(source: Source) -> Folder:
    """The folders of a source as a tree.

    Parameters
    ----------
    source : Source
        Where the files are.

    Returns
    -------
    root : Folder
        With all folders below it.
    """
    root = Folder(PurePosixPath())
    for path in sorted(source.folders):
        _folder_at(root, path.parts)
    for file in sorted(source.files):
        *parts, name = file.parts
        seen = _folder_at(root, parts)
        if not is_image(name):
            seen[-1].others.append(file)
            continue
        seen[-1].images.append(file)
        for folder in seen:
            folder.count += 1
    return root


def _folder_at(root: Folder, parts: tuple[str, ...] | list[str]) -> list[Folder]:
    """The folders from the root to a path, which are made if they are not there."""
    seen = [root]
    for part in parts:
        here = seen[-1]
        seen.append(here.folders.setdefault(part, Folder(here.path / part)))
    return seen


def find_layout(root: Folder, path: Path) -> Layout:
    """Which folders are splits, and which are classes.

    Parameters
    ----------
    root : Folder
        From ``tree_of``.
    path : Path
        Of the folder or archive, for messages.

    Returns
    -------
    layout : Layout
        With splits where there is a folder of training images, or only folders of splits.

    Raises
    ------
    ValueError
        If there are no class folders with images, or several datasets.
    """
    top, beside = root, list[Folder]()
    while True:
        if _has_splits(top):
            return _with_splits(top, path, beside)
        inner = [folder for folder in top.with_images if _reaches_splits(folder)]
        if len(inner) > 1:
            raise ValueError(
                f"{path} holds several folders with train folders in them "
                f"({_listed([folder.path.name for folder in inner])}): name one of them, or, if "
                "they are classes, put train and test above the class folders"
            )
        only = top.with_images[0] if len(top.with_images) == 1 and not top.images else None
        following = inner[0] if inner else only if only and only.with_images else None
        if following is None:
            break
        beside += [folder for folder in top.with_images if folder is not following]
        top = following
    if not top.with_images:
        raise ValueError(_why_no_classes(top, path))
    return _without_splits(top, path)


def _has_splits(folder: Folder) -> bool:
    kinds = {f.path.name: kind_of(f.path.name) for f in folder.with_images if f.with_images}
    if not kinds:
        return False
    if "train" not in kinds.values():
        return all(kind_of(f.path.name) for f in folder.with_images)
    if len(set(kinds.values()) - {None}) > 1:
        return True
    # a class may be called "train", too: then there are others beside it
    train = sum(f.count for f in folder.with_images if kind_of(f.path.name) == "train")
    others = sum(
        f.count
        for f in folder.with_images
        if kind_of(f.path.name) is None and f.path.name.casefold() not in NO_CLASSES
    )
    return train > others


def _reaches_splits(folder: Folder) -> bool:
    return (
        _has_splits(folder) and any(kind_of(f.path.name) == "train" for f in folder.with_images)
    ) or any(_reaches_splits(inner) for inner in folder.with_images)


def _with_splits(top: Folder, path: Path, beside: list[Folder]) -> Layout:
    layout = Layout(top.path)
    chosen: dict[str, Folder] = {}
    strays = [folder.path for folder in beside]
    flat = []
    for folder in sorted(top.folders.values(), key=_preference):
        kind = kind_of(folder.path.name)
        if kind and folder.with_images and kind not in chosen:
            chosen[kind] = folder
        elif kind and folder.count and kind not in chosen:
            flat.append(folder.path)
        elif not _is_further_split(folder, top):
            strays.append(folder.path)
        else:
            _add_split(layout, folder, readable(folder.path.name))
    named = {
        (readable(c.path.name)) for split in chosen.values() for c in split.with_images
    }  # classes
    for kind in KINDS:
        if kind in chosen:
            layout.kinds[kind] = readable(chosen[kind].path.name)
            strays += _add_split(layout, _inside(chosen[kind]), layout.kinds[kind], named)
    if strays:
        layout.notices.append(
            f"left out of {path}: the folder{'s' * (len(strays) > 1)} "
            f"{_listed(sorted(readable(str(p)) for p in strays))}, which "
            f"{'are not splits or classes' if len(strays) > 1 else 'is not a split or class'}"
        )
    layout.notices += [
        f"left out of {path}: {readable(str(p))}, whose images are not in class folders"
        for p in flat
    ]
    return layout


def _preference(folder: Folder) -> tuple[int, bool, str]:
    """The usual name of a split first."""
    name = folder.path.name
    kind = kind_of(name)
    exact = KINDS[kind].index(name) if kind and name in KINDS[kind] else 9
    return exact, name != name.lower(), name


def _is_further_split(folder: Folder, top: Folder) -> bool:
    """Whether a folder has the classes of the training images, such as "extra"."""
    if kind_of(folder.path.name):
        return False  # a second one of its kind
    names = {f.path.name for f in folder.with_images}
    return bool(names) and any(
        names <= set(other.folders) for other in top.with_images if other is not folder
    )


def _inside(split: Folder) -> Folder:
    """The folder of the classes: a split is often in a folder of its own name."""
    while len(split.with_images) == 1 and not split.images:
        (only,) = split.with_images
        if kind_of(only.path.name) != kind_of(split.path.name) or not only.with_images:
            break
        split = only
    return split


def _add_split(
    layout: Layout, folder: Folder, name: str, classes: set[str] | None = None
) -> list[PurePosixPath]:
    """Add the classes of one split; returns the folders in it that are none."""
    files: Files = {}
    strays = []
    unused = [*folder.images, *folder.others]
    for found in folder.folders.values():
        class_name = readable(found.path.name)
        if _is_stray(found) and class_name not in (classes or ()):
            strays.append(found.path)
            continue
        files.setdefault(class_name, []).extend(found.all_images())
        unused += found.all_others()
    layout.splits[name] = files
    layout.unused[name] = sorted(unused)
    return strays


def _is_stray(folder: Folder) -> bool:
    """Whether a folder holds files, but no images of any kind."""
    others = list(folder.all_others())
    pictures = any(file.suffix.lower() in CAMERA_SUFFIXES for file in others)
    return not folder.count and bool(others) and not pictures


def _without_splits(top: Folder, path: Path) -> Layout:
    layout = Layout(top.path)
    strays = [f for f in top.folders.values() if not f.count and not _has_pictures(f)]
    rest = [f for f in top.folders.values() if f not in strays]
    named = [f for f in rest if f.path.name.casefold() in NO_CLASSES]
    if named and len(rest) - len(named) > 1:
        strays, rest = strays + named, [f for f in rest if f not in named]
    pooled = _classes_of_parts(rest)
    files: Files = {}
    unused = list(top.images)
    for folder in [inner for part in rest for inner in part.with_images] if pooled else rest:
        files.setdefault(readable(folder.path.name), []).extend(folder.all_images())
        unused += folder.all_others()
    layout.splits[""], layout.unused[""] = files, sorted(unused)
    if strays:
        layout.notices.append(
            f"left out of {path}: the folder{'s' * (len(strays) > 1)} "
            f"{_listed(sorted(readable(str(f.path)) for f in strays))}, which "
            f"{'hold' if len(strays) > 1 else 'holds'} no images of a class"
        )
    if pooled:
        layout.notices.append(
            f"{path}: the folders {_listed([readable(f.path.name) for f in rest])} are taken as "
            f"parts of the images, and {_listed(sorted(files))} as the classes"
        )
    elif all(not f.images for f in rest):
        inner = sorted({readable(i.path.name) for f in rest for i in f.with_images})
        layout.notices.append(
            f"{path}: {_listed(sorted(files))} are taken as the classes, with the images in their "
            f"folders {_listed(inner)}"
        )
    return layout


def _has_pictures(folder: Folder) -> bool:
    return any(file.suffix.lower() in CAMERA_SUFFIXES for file in folder.all_others())


def _classes_of_parts(folders: list[Folder]) -> bool:
    """Whether folders such as "2021" and "2022" hold the same class folders."""
    inner = [{f.path.name for f in folder.with_images} for folder in folders]
    return (
        len(folders) > 1
        and all(IS_PART.fullmatch(folder.path.name) and not folder.images for folder in folders)
        and all(len(names) > 1 for names in inner)
        and len(set.union(*inner)) < sum(map(len, inner))
        and not any(IS_PART.fullmatch(name) for names in inner for name in names)
    )


def _why_no_classes(top: Folder, path: Path) -> str:
    if top.images:
        return (
            f"{path} holds {len(top.images):,} images, but no class folders: put the images of "
            f"each class into a folder of its own, and name the folder above these; if {path} is "
            "one of the classes, name the folder that it is in"
        )
    if cameras := [f for f in top.all_others() if f.suffix.lower() in CAMERA_SUFFIXES]:
        return (
            f"{path} holds no images that can be read here, but {len(cameras):,} "
            f"{cameras[0].suffix}; to read these: {how_to_install('heic')}"
        )
    return (
        f"{path} holds no folders of images: it needs a folder for each class, or folders train "
        "and test with these in them"
    )


def _listed(names: list[str]) -> str:
    shown = names[:MAX_NAMED]
    return ", ".join(shown) + (
        f" and {len(names) - len(shown)} others" if names[MAX_NAMED:] else ""
    )
