"""Which pixels of its window max-pooling gives a gradient to, with mistakes."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.folding import fold
from minivgg.classroom.bank.geometry import windows
from minivgg.classroom.bank.options import Mistakes, select

Memory: TypeAlias = dict[object, Any]  # what an answer keeps from one call to the next


def shares(flat: Array, mistakes: Mistakes) -> Array:
    """(N, C, size², OH, OW): the share of its gradient that a window sends to each pixel."""
    chosen = flat.argmax(axis=2)
    if "last-of-ties" in mistakes:
        chosen = flat.shape[2] - 1 - flat[:, :, ::-1].argmax(axis=2)
    if "smallest-wins" in mistakes:
        chosen = flat.argmin(axis=2)
    if "largest-magnitude-wins" in mistakes:
        chosen = np.abs(flat).argmax(axis=2)
    if "corner-wins" in mistakes:
        chosen = chosen * 0
    if "row-and-column-exchanged" in mistakes:
        size = int(flat.shape[2] ** 0.5)
        chosen = chosen % size * size + chosen // size
    if "row-and-column-found-separately" in mistakes:
        size = int(flat.shape[2] ** 0.5)
        square = flat.reshape(*flat.shape[:2], size, size, *flat.shape[3:])
        chosen = square.max(axis=3).argmax(axis=2) * size + square.max(axis=2).argmax(axis=2)
    one = (np.arange(flat.shape[2])[:, None, None] == chosen[:, :, None]).astype(float)
    among = {
        "every-tied-maximum": (2,),
        "over-channels": (1, 2),
        "over-channels/2": (0, 1, 2),
        "over-channels/3": (0, 2),
    }
    tied = (flat == flat.max(axis=select(among, mistakes, (2,)), keepdims=True)).astype(float)
    if "negative-maximum-lost" in mistakes:
        return one * (flat > 0)
    if "negative-maximum-lost/2" in mistakes:
        return tied * (flat > 0)
    if any(name in mistakes for name in among):
        return tied
    if "ties-shared" in mistakes:
        return tied / tied.sum(axis=2, keepdims=True)
    if "gradient-of-average" in mistakes:
        return np.full_like(one, 1 / flat.shape[2])
    if "gradient-to-whole-window" in mistakes:
        return np.ones_like(one)
    return one * flat if "times-the-input" in mistakes else one


def remembered(share: Array, key: object, mistakes: Mistakes, memory: Memory) -> Array:
    """The mask, or one that an earlier call has left in ``memory``."""
    if "mask-of-another-call" in mistakes:
        return memory.setdefault("share", share)
    if "mask-of-another-call/2" in mistakes:  # stored by shape
        return memory.setdefault(key, share)
    if "mask-of-another-call/3" in mistakes:  # one call behind
        earlier = memory["share"] if memory.get("key") == key else share
        memory["key"], memory["share"] = key, share
        return earlier
    return share


def of_one_mask(share: Array, shape: Sequence[int], stride: int, mistakes: Mistakes) -> Array:
    """The shares that windows read from one mask of the whole image.

    In it are the maxima of all windows, or what the last window over a pixel wrote.
    """
    n, c, area, oh, ow = share.shape
    size = int(area**0.5)
    cols = share.reshape(n, c, size, size, oh, ow)
    last = ("assigned-instead-of-added/2",) if "one-mask-for-all-windows/2" in mistakes else ()
    mask = fold(cols, large_enough(shape, size, stride, (oh, ow)), stride, 0, last) > 0
    return windows(mask.astype(float), size, size, stride, 0, outputs=(oh, ow)).reshape(share.shape)


def large_enough(
    shape: Sequence[int], size: int, stride: int, outputs: tuple[int, int]
) -> tuple[int, ...]:
    """The shape of an image that contains all windows, also where these are too large."""
    ends = (stride * (count - 1) + size for count in outputs)
    return (*shape[:2], *(max(side, end) for side, end in zip(shape[2:], ends, strict=True)))
