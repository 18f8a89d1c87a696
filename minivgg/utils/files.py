"""Files that are written whole or not at all."""

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

StrPath: TypeAlias = str | os.PathLike[str]


@contextmanager
def replacing(path):
    """Yield a temporary path to write to; at the end of the block it replaces ``path`` in one step.

    If the block fails (a full disk, an interrupt), what was at ``path`` before is still there and
    the temporary file is gone. A failure to write is raised as ``OSError`` naming ``path``.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.touch()
        mode = temporary.stat().st_mode
        yield temporary
        # The user's own default: some libraries write files that nobody else may read.
        temporary.chmod(mode)
        flush_to_disk(temporary)
        temporary.replace(path)
    except OSError as error:
        raise OSError(error.errno, f"cannot write {path}: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def make_folder(path):
    """Create a folder with the folders above it, if it is not there.

    Raises ``OSError`` naming ``path`` if that is not possible.
    """
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "there is a file of this name" if Path(path).is_file() else error.strerror
        raise OSError(
            error.errno, f"cannot create the folder {path}: {reason}; choose another folder"
        ) from error


def write_text(path, text):
    """Replace the file at ``path`` by ``text`` in one step."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_json(path, needs=()):
    """The object in a JSON file.

    Raises ``OSError`` naming the file when it is missing, damaged, or lacks a key of ``needs``.
    """
    path = Path(path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OSError(f"{path} is missing or damaged: {error}") from error
    lacking = (
        [key for key in needs if key not in found] if isinstance(found, dict) else ["an object"]
    )
    if lacking:
        raise OSError(f"{path} is damaged: it lacks {lacking[0]!r}")
    return found


def plain(value):
    """``value`` as it comes back from a JSON file: tuples are lists."""
    return json.loads(json.dumps(value))


def flush_to_disk(path):
    """Wait until the file or folder at ``path`` is on disk, where a power cut cannot lose it."""
    if os.name != "posix" and Path(path).is_dir():
        return  # Windows cannot open a folder
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
