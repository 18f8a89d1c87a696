"""Data parallelism: every rank has a replica of the network, and all replicas stay equal."""

import zlib

import numpy as np

from minivgg import backend
from minivgg.data import Loader
from minivgg.layers import Layer
from minivgg.optim import Optimizer
from minivgg.training.distributed import Ranks
from minivgg.utils.files import JsonObject


def synchronize(
    world: Ranks, net: Layer, optimizer: Optimizer, loader: Loader, settings: JsonObject
) -> None:
    """Give all ranks the weights and velocities of rank 0, before training begins.

    Parameters
    ----------
    world : World or SingleProcess
        The ranks.
    net : Layer
        The replica of this rank.
    optimizer : Optimizer
        Of its parameters.
    loader : Loader
        Of the training images.
    settings : dict
        What must be the same on all ranks.

    Raises
    ------
    ValueError
        If ranks differ in the network, the learning rate, the images of the loader or the settings,
        or if the loader's share is not this rank's.
    """
    if world.size == 1:
        return
    _check_ranks_match(world, net, optimizer, loader, settings)
    net.load_state_dict(world.broadcast(net.state_dict()))
    optimizer.load_state_dict(world.broadcast(optimizer.state_dict()))


def _check_ranks_match(
    world: Ranks, net: Layer, optimizer: Optimizer, loader: Loader, settings: JsonObject
) -> None:
    if loader.share != (world.rank, world.size):
        raise ValueError(
            f"Trainer: rank {world.rank} of {world.size} has a loader of the share {loader.share}"
        )
    first = loader.dataset.batch(np.arange(min(8, len(loader.dataset))))
    own = {
        "net": {name: [str(p.data.dtype), *p.data.shape] for name, p in net.parameters().items()},
        "pixels": zlib.crc32(np.ascontiguousarray(first).tobytes()),
        "lr": optimizer.lr,
    }
    world.require_same(settings | own)


def average_buffers(world: Ranks, net: Layer) -> None:
    """Replace batch norm's running statistics by their mean over the ranks.

    Each rank has taken them over its own images.

    Parameters
    ----------
    world : World or SingleProcess
        The ranks.
    net : Layer
        The replica of this rank.
    """
    if world.size == 1:
        return
    state, names = net.state_dict(), net.parameters()
    buffers = {
        name: value
        for name, value in state.items()
        if name not in names and value.dtype.kind == "f"
    }
    for name, value in buffers.items():
        mean = world.sum(backend.to_numpy(value)) / world.size
        state[name] = backend.to_device(mean.astype(value.dtype), backend.device_of(value))
    if buffers:
        net.load_state_dict(state)
