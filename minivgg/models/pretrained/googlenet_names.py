"""torchvision's names of the tensors of GoogLeNet: inception3a.branch2.0.conv.weight.

They are the names of ``models.googlenet`` itself. Files of torchvision also have the side heads
aux1 and aux2, which the net here does not have.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from minivgg.models.pretrained.file_layers import FileLayer, FileLayers

NAME: Final = "googlenet"
SIGN = "inception3a.branch1.conv.weight"  # which no other net has
SIDE_HEAD = re.compile(r"aux\d\.")


def read_googlenet_names(file: Mapping[str, np.ndarray]) -> FileLayers | None:
    """The layers of a file with the weights of GoogLeNet.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors.

    Returns
    -------
    layers : FileLayers or None
        None for another net. Prefixes that wrappers add to all names are left out of the paths.
    """
    prefix = next((name.removesuffix(SIGN) for name in file if name.endswith(SIGN)), None)
    if prefix is None:
        return None
    modules: dict[str, dict[str, str]] = {}
    others = []
    for name in file:
        path, _, role = name.removeprefix(prefix).rpartition(".")
        if not name.startswith(prefix) or SIDE_HEAD.match(path):
            others.append(name)
        else:
            modules.setdefault(path, {})[role] = name
    layers: dict[int, list[FileLayer]] = {4: [], 2: [], 1: []}  # by the axes of their weights
    for path, arrays in modules.items():
        weight = file[arrays["weight"]] if "weight" in arrays else np.empty(0)
        o, i, kernel, *_ = (*weight.shape, 1, 1)
        layers.get(weight.ndim, layers[1]).append(FileLayer(path, path, arrays, i, o, kernel))
    return FileLayers("torchvision", layers[4], layers[1], layers[2], others, NAME)
