"""torchvision's names of the tensors of GoogLeNet: inception3a.branch2.0.conv.weight.

They are the names of ``models.googlenet`` itself. Files of torchvision also have the side heads
aux1 and aux2, which the net here does not have.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from minivgg.models.pretrained.file_layers import FileLayer, FileLayers, in_order
from minivgg.models.pretrained.torch_names import (
    by_module,
    refuse_quantised,
    several_nets,
    without_averaged,
    without_wrappers,
)

NAME: Final = "googlenet"
SIGN = re.compile(r"(|.*\.)inception3a\.branch1\.conv\.weight(_orig)?")  # which no other net has
SIDE_HEAD = re.compile(r"aux\d\.")
HEAD = "fc"


def read_googlenet_names(file: Mapping[str, np.ndarray]) -> FileLayers | None:
    """The layers of a file with the weights of GoogLeNet.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors.

    Returns
    -------
    layers : FileLayers or None
        None for another net. Prefixes that wrappers add to all names are left out of the paths, and
        the one fully connected layer can have any name.

    Raises
    ------
    ValueError
        If the file holds several nets, or quantised layers.
    """
    signs = (SIGN.fullmatch(without_wrappers(name)) for name in file)
    prefixes = without_averaged([sign[1] for sign in signs if sign])
    if not prefixes:
        return None
    if len(prefixes) > 1:
        raise several_nets(prefixes)
    refuse_quantised(file)
    modules, others = by_module(file)
    convolutions: list[FileLayer] = []
    norms: list[FileLayer] = []
    head: list[FileLayer] = []
    for module, arrays in modules.items():
        path = module.removeprefix(prefixes[0])
        if is_beside(f"{module}.", prefixes[0]):
            others += arrays.values()
            continue
        weight = file[arrays["weight"]] if "weight" in arrays else np.empty(0)
        o, i, kernel, *_ = (*weight.shape, 1, 1)
        kind = convolutions if weight.ndim == 4 else head if weight.ndim == 2 else norms
        kind.append(FileLayer(module, path, arrays, i, o, kernel))
    if len(head) == 1:
        head = [head[0]._replace(path=HEAD)]
    return FileLayers("torchvision", convolutions, norms, in_order(head), others, NAME)


def is_beside(name: str, prefix: str) -> bool:
    """Whether a tensor belongs to a side head, or to another part of a larger model.

    Parameters
    ----------
    name : str
        Of the tensor, without wrappers.
    prefix : str
        What the names of the net's tensors begin with.

    Returns
    -------
    bool
        False for the net's own, and for what looks like them.
    """
    return not name.startswith(prefix) or bool(SIDE_HEAD.match(name.removeprefix(prefix)))
