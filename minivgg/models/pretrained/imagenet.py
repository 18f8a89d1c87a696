"""ImageNet's class names, and predictions in terms of them."""

from typing import NamedTuple

import numpy as np

from minivgg import backend, ops
from minivgg.backend import Array
from minivgg.models.pretrained.registry import classes_file
from minivgg.utils import files

CLASSES = 1000


class Prediction(NamedTuple):
    """A class, with its probability.

    Parameters
    ----------
    index : int
        From 0 to 999.
    synset : str
        WordNet's ID: "n01530575".
    name : str
        In words: "brambling".
    probability : float
        From 0 to 1.
    """

    index: int  # type: ignore[assignment]  # instead of the method of a tuple
    synset: str
    name: str
    probability: float


def class_names() -> list[tuple[str, str]]:
    """ImageNet's 1000 classes.

    They are in the file that Keras publishes, which is looked for in ``$MINIVGG_DATA`` and the
    cache, else downloaded. Two names occur twice (crane, the bird and the machine; maillot): these
    end with their synset, so that all names differ.

    Returns
    -------
    pairs : list of (str, str)
        (synset, name), by index.

    Raises
    ------
    OSError
        If the file cannot be found or read.
    """
    path = classes_file()
    found = files.read_json(path, needs=map(str, range(CLASSES)))
    try:
        pairs = [
            (str(synset), str(name).replace("_", " "))
            for synset, name in (found[str(k)] for k in range(CLASSES))
        ]
    except (TypeError, ValueError) as error:
        raise OSError(f"{path} is damaged: its entries are not pairs of synset and name") from error
    names = [name for _, name in pairs]
    return [
        (synset, name if names.count(name) == 1 else f"{name} ({synset})") for synset, name in pairs
    ]


def decode_predictions(logits: Array, top: int = 5) -> list[list[Prediction]]:
    """The most probable classes of ImageNet for each image.

    Parameters
    ----------
    logits : array of shape (N, 1000)
        The output of a net; they are not probabilities. Keras' function of this name takes the
        output of its nets, to which softmax has been applied.
    top : int
        How many classes.

    Returns
    -------
    predictions : list of list of Prediction
        For each row of logits, the most probable class first.

    Raises
    ------
    ValueError
        If the logits have another shape.
    OSError
        If the file of class names cannot be found or read.
    """
    logits = np.atleast_2d(backend.to_numpy(logits))
    if logits.ndim != 2 or logits.shape[1] != CLASSES:
        raise ValueError(f"decode_predictions: expects logits (N, 1000), got shape {logits.shape}")
    names, probabilities = class_names(), ops.softmax(logits)
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    return [
        [Prediction(int(k), *names[int(k)], float(p[k])) for k in row]
        for row, p in zip(best, probabilities, strict=True)
    ]
