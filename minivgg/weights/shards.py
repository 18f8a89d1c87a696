"""Weights in several files, as Hugging Face writes large models: shards, and an index beside them.

The index, such as model.safetensors.index.json or pytorch_model.bin.index.json, is JSON::

    {"metadata": …, "weight_map": {"features.0.weight": "model-00001-of-00002.safetensors", …}}

The weight map has the name of the file that holds each tensor. Files are looked for in the folder
of the index and below it alone. They may be links, as in Hugging Face's cache.
"""

import json
import re
from mmap import mmap
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeAlias

from minivgg.utils.printable_text import listed
from minivgg.weights.memory_map import CorruptFileError

INDEX_NAME = re.compile(r".+\.(safetensors|bin|pt|pth)\.index(\.\w+)?\.json")  # … .index.fp16.json
WEIGHT_MAP = b'"weight_map"'
MAX_INDEX_BYTES = 16 << 20
MAX_SHARDS = 1000
MAX_TOTAL_BYTES = 1 << 34  # of all shards; the largest net of this package has 0.6 GB
Shards: TypeAlias = dict[Path, list[str]]  # the names of the tensors that each file holds


def index_in(folder: Path) -> Path | None:
    """The index of weights in a folder.

    Parameters
    ----------
    folder : Path
        Searched without the folders in it.

    Returns
    -------
    index : Path or None
        None if there is no index.

    Raises
    ------
    OSError
        If there are several.
    """
    found = sorted(path for path in folder.iterdir() if INDEX_NAME.fullmatch(path.name))
    if len(found) > 1:
        names = listed([path.name for path in found], 4)
        raise OSError(f"{folder} holds several models ({names}): name the index of one of them")
    return found[0] if found else None


def is_index(memory: mmap) -> bool:
    """Whether a mapped file is an index of weights in several files.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also if the rest of the file is damaged.
    """
    start = memory[:16].removeprefix(b"\xef\xbb\xbf").lstrip()
    is_object = start.startswith(b"{") and b"\0" not in start  # a length in safetensors has zeros
    return is_object and memory.find(WEIGHT_MAP, 0, MAX_INDEX_BYTES) >= 0


def read_index(path: Path, memory: mmap) -> Shards:
    """The files that an index names, and the tensors in each.

    Parameters
    ----------
    path : Path
        Of the index.
    memory : mmap
        The same file.

    Returns
    -------
    shards : dict of Path to list of str
        Files that exist, in the order of the index.

    Raises
    ------
    CorruptFileError
        If the index is damaged, names a file outside its folder or one that is missing, or names
        too many or too large files.
    """
    if len(memory) > MAX_INDEX_BYTES:
        raise CorruptFileError(f"it has {len(memory):,} bytes, more than an index can have")
    shards: Shards = {}
    for tensor, name in _weight_map(memory).items():
        if isinstance(name, list) or (isinstance(name, str) and name.endswith(".weights.h5")):
            raise CorruptFileError(
                "it is the index of weights that Keras has written to several files, which is not "
                "read: save them without max_shard_size"
            )
        if not isinstance(name, str) or not _is_inside(name):
            raise CorruptFileError(
                f"its tensor {tensor!r:.200} is in {name!r:.200}, which is not a file in the "
                "folder of the index"
            )
        shards.setdefault(path.parent / name, []).append(tensor)
    if len(shards) > MAX_SHARDS:
        raise CorruptFileError(f"it names {len(shards):,} files; at most {MAX_SHARDS:,} are read")
    missing = [each.name for each in shards if not _exists(each)]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        are = "are" if more else "is"
        raise CorruptFileError(
            f"{missing[0]!r:.200}{more} of its {len(shards)} files {are} not in this folder: "
            "download all files of the model into one folder"
        )
    total = sum(each.stat().st_size for each in shards)
    if total > MAX_TOTAL_BYTES:
        raise CorruptFileError(
            f"its files have {total:,} bytes together; at most {MAX_TOTAL_BYTES:,} are read"
        )
    return shards


def _weight_map(memory: mmap) -> dict[str, Any]:
    try:
        found = json.loads(memory[:])
    except (ValueError, RecursionError) as error:
        raise CorruptFileError("it is truncated or damaged: it is not valid JSON") from error
    weight_map = found.get("weight_map") if isinstance(found, dict) else None
    if not isinstance(weight_map, dict) or not weight_map:
        raise CorruptFileError("it is damaged: its weight_map names no files")
    return weight_map


def _is_inside(name: str) -> bool:
    """Whether a path cannot lead out of the folder, on any system."""
    parts = {*PurePosixPath(name).parts, *PureWindowsPath(name).parts}
    is_absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor
    return bool(parts) and not is_absolute and ".." not in parts and "\0" not in name


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False
