"""Errors about what a file of weights holds, which name the file once."""

import re
from pathlib import Path

from minivgg.utils.files import StrPath

SHARD = re.compile(r"-\d+-of-0*(\d+)\b")  # model-00001-of-00003.safetensors


def about_file(path: StrPath, error: ValueError) -> ValueError:
    """An error that begins with the name of the file.

    Parameters
    ----------
    path : path
        Of the file.
    error : ValueError
        What is wrong with it; the name may be there already.

    Returns
    -------
    error : ValueError
        Of a file that holds a part of the weights, it says where the whole is.
    """
    text = str(error).removeprefix(f"{path}: ")
    if part := SHARD.search(Path(path).name):
        text = (
            f"it is one of {part[1]} files that hold the weights together, so name their index, "
            f"such as model.safetensors.index.json, or the folder; {text}"
        )
    return ValueError(f"{path}: {text}")
