"""Advice when a training step does not fit into memory: the largest batch that does."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.layers import Layer
from minivgg.training.interfaces import Loss


@contextmanager
def out_of_memory_advice(net: Layer, loss: Loss, images: Array, labels: Array) -> Iterator[None]:
    """Within the block, a ``MemoryError`` gets a message with the largest batch that fits.

    The block is a forward and backward pass of the network and the loss.

    Parameters
    ----------
    net : Layer
        In training mode.
    loss : Loss
        Of its output.
    images : array of shape (N, C, H, W)
        The input.
    labels : array of shape (N,)
        The class numbers.

    Yields
    ------
    None
        The block needs nothing.

    Raises
    ------
    MemoryError
        If the block raises one.
    """
    try:
        yield
    except MemoryError as error:
        raise MemoryError(_message(net, loss, images, labels, error)) from error


def _message(net: Layer, loss: Loss, images: Array, labels: Array, error: MemoryError) -> str:
    """The error's own words, how much memory is free, and the largest batch that fits."""
    device = backend.device_of(images)
    traceback.clear_frames(error.__traceback__)  # their local variables hold memory
    _free(net, loss)
    free = backend.free_memory(device)
    before = "" if free is None else f", with {free / 2**30:.1f} GiB free before it"
    with backend.fixed_seed(0):  # dropout's numbers do not matter here
        fits = _largest_batch(net, loss, images, labels)
    advice = (
        f"the largest batch that does is {fits} (micro_batch={fits} takes larger ones in parts)"
        if fits
        else "not even one does: use smaller images or a smaller net"
    )
    return (
        f"a training step of {len(images)} images does not fit into the memory of the {device}"
        f"{before} ({error}); {advice}"
    )


def _largest_batch(net: Layer, loss: Loss, images: Array, labels: Array) -> int:
    """How many of the images, fewer than all, fit into memory in a step, by bisection."""
    fits, too_many = 0, len(images)
    while too_many - fits > 1:
        n = (fits + too_many) // 2
        try:
            loss.forward(net(images[:n]), labels[:n])
            net.backward_parameters(loss.backward())
            fits = n
        except MemoryError:
            too_many = n
        _free(net, loss)
    return fits


def _free(net: Layer, loss: Loss) -> None:
    """Free what forward saved, and the gradients."""
    net.clear_saved()
    net.zero_grad()
    if hasattr(loss, "saved"):
        loss.saved = None
