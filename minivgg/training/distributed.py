"""Synchronous data parallelism (§3.3): the processes that train one network together.

``mpiexec -n 4 minivgg train`` starts four processes, the ranks. Each rank computes the
gradient of its shard of the batch, MPI sums the gradients, and all ranks make the same step.
A shard's loss and gradient are weighted by its share of the batch. So the sum is the gradient of
the whole batch, and "the result is exactly the same as when training on a single" machine, but for
rounding.
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from minivgg import backend
from minivgg.backend.resources import cpus
from minivgg.layers import Parameter
from minivgg.training.gradient_reducer import GradientReducer, NullReducer
from minivgg.utils.installation import how_to_install

if TYPE_CHECKING:
    from minivgg.backend.cuda.nccl import Nccl

LAUNCHER_VARIABLES = (
    "PMI_SIZE",
    "PMIX_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "MPI_LOCALNRANKS",
    "SLURM_STEP_NUM_TASKS",
)  # which launchers of MPI set
POLL_SECONDS = 5e-5  # between two checks of whether a sum is done
Value = TypeVar("Value")
Numbers = TypeVar("Numbers", bound=Sequence[float] | np.ndarray)


class SingleProcess:
    """One process: training without ``mpiexec``. The methods are those of ``World``."""

    rank, size, local_rank, local_size = 0, 1, 0, 1

    def sum(self, values: Numbers) -> Numbers:
        """The sum over all ranks.

        Parameters
        ----------
        values : array or list of float
            A few numbers.

        Returns
        -------
        array or list of float
            The same numbers: there is nothing to add.
        """
        return values

    def broadcast(self, value: Value) -> Value:
        """The value on rank 0.

        Parameters
        ----------
        value : object
            Anything.

        Returns
        -------
        object
            The same object.
        """
        return value

    def require_same(self, values: Mapping[str, object]) -> None:
        """Do nothing: there is no other rank to differ from.

        Parameters
        ----------
        values : dict
            Anything.
        """

    def gradient_reducer(self, parameters: Mapping[str, Parameter]) -> NullReducer:
        """What sums gradients over all ranks.

        Parameters
        ----------
        parameters : dict of str to Parameter
            Of the network.

        Returns
        -------
        NullReducer
            There are no other gradients to add.
        """
        return NullReducer()


SINGLE_PROCESS = SingleProcess()


class World:
    """The ranks that one ``mpiexec`` started.

    This one is ``rank`` of ``size``, and ``local_rank`` of ``local_size`` on this machine.

    Raises
    ------
    RuntimeError
        If mpi4py is not installed, or two threads cannot use MPI at once.
    """

    def __init__(self) -> None:
        try:
            from mpi4py import MPI
        except ImportError as error:
            raise RuntimeError(
                f"started by mpiexec, but mpi4py is missing: {how_to_install('mpi')} ({error})"
            ) from error
        if MPI.Query_thread() < MPI.THREAD_MULTIPLE:
            raise RuntimeError(
                "this MPI cannot be used by two threads at once (MPI_THREAD_MULTIPLE): "
                f"{how_to_install('mpi')} has one that can"
            )
        self.mpi, self.comm = MPI, MPI.COMM_WORLD
        self.background = self.comm.Dup()  # for the thread that sums gradients
        self.rank, self.size = self.comm.Get_rank(), self.comm.Get_size()
        self.local = self.comm.Split_type(MPI.COMM_TYPE_SHARED)
        self.local_rank, self.local_size = self.local.Get_rank(), self.local.Get_size()

    def sum(self, values: Sequence[float] | np.ndarray) -> np.ndarray:
        """The sum over all ranks.

        Parameters
        ----------
        values : array or list of float
            A few numbers, as many on each rank.

        Returns
        -------
        array
            Of the same shape, in float64.
        """
        sums = np.array(values, float)
        self.comm.Allreduce(self.mpi.IN_PLACE, sums)
        return sums

    def sum_in_background(self, array: np.ndarray) -> None:
        """Sum an array over all ranks, in place, from another thread.

        It sleeps while it waits, because MPI's own waiting keeps a core busy.

        Parameters
        ----------
        array : array
            Of the same shape and dtype on each rank.
        """
        request = self.background.Iallreduce(self.mpi.IN_PLACE, array)
        while not request.Test():
            time.sleep(POLL_SECONDS)

    def broadcast(self, value: Value) -> Value:
        """The value on rank 0.

        Parameters
        ----------
        value : object
            Anything that can be pickled; on the other ranks it is not used.

        Returns
        -------
        object
            The same on all ranks.
        """
        return self.comm.bcast(value)

    def require_same(self, values: Mapping[str, object]) -> None:
        """Check that all ranks have the same settings.

        Parameters
        ----------
        values : dict
            Settings of this rank by name.

        Raises
        ------
        ValueError
            If they differ, on all ranks; the message says in what.
        """
        own = {
            name: json.dumps(value, sort_keys=True, default=str) for name, value in values.items()
        }
        ranks = self.comm.allgather(own)
        for name in own:
            texts = [rank.get(name) for rank in ranks]
            other = next((k for k, text in enumerate(texts) if text != texts[0]), None)
            if other is not None:
                a, b = (json.loads(texts[k] or "null") for k in (0, other))
                raise ValueError(
                    f"ranks 0 and {other} differ in {name}: {a!r:.200} and {b!r:.200}; "
                    "start all of them with the same settings"
                )

    def nccl(self, device: str) -> "Nccl | None":
        """What sums arrays on GPUs, if they can be summed there.

        Parameters
        ----------
        device : str
            Of the arrays, with the number of the card, as "gpu:0".

        Returns
        -------
        backend.cuda.nccl.Nccl or None
            None on the CPU, and where a rank has no NCCL or shares its GPU. Gradients then go
            through the host's memory; on GPUs a warning says so once.
        """
        if device == "cpu":
            return None
        from minivgg.backend.cuda.nccl import Nccl, card_address, has_nccl

        local_ranks = self.local.allgather((card_address(device), has_nccl()))
        cards = {card for card, _ in local_ranks}
        usable = all(has for _, has in local_ranks) and len(cards) == len(local_ranks)
        if all(self.comm.allgather(usable)):
            return Nccl(self.rank, self.size, self.broadcast)
        if self.rank == 0:
            sys.stderr.write(
                "minivgg: without NCCL, or with several ranks on one GPU, gradients go through "
                "the host's memory\n"
            )
        return None

    def gradient_reducer(self, parameters: Mapping[str, Parameter]) -> GradientReducer:
        """What sums gradients over all ranks.

        Parameters
        ----------
        parameters : dict of str to Parameter
            Of the network; frozen ones are left out.

        Returns
        -------
        GradientReducer
            With a thread that must be closed.
        """
        return GradientReducer(self, [p for p in parameters.values() if not p.frozen])


Ranks: TypeAlias = World | SingleProcess
_world: Ranks | None = None


def world() -> Ranks:
    """The ranks that this process is one of.

    Returns
    -------
    World or SingleProcess
        SINGLE_PROCESS unless MPI has started several.
    """
    global _world
    if _world is None:
        several = (
            any(os.environ.get(name, "1") not in ("", "0", "1") for name in LAUNCHER_VARIABLES)
            or "PMIX_RANK" in os.environ
        )
        _world = World() if several else SINGLE_PROCESS
        if _world.size == 1:
            _world = SINGLE_PROCESS
    return _world


@contextmanager
def abort_all_on_error(world: Ranks) -> Iterator[None]:
    """Within the block, an error on one rank stops all ranks, with a one-sentence message.

    Without that the other ranks would wait for it forever.

    Parameters
    ----------
    world : World or SingleProcess
        The ranks that run the block. A single process raises its errors as usual.

    Yields
    ------
    None
        The block needs nothing.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        if world.rank:
            raise SystemExit(130) from stop  # rank 0 says where they all stopped
        raise
    except SystemExit:
        raise
    except BaseException as error:
        if isinstance(world, SingleProcess):
            raise
        if os.environ.get("MINIVGG_DEBUG"):
            traceback.print_exc()
        if world.rank:
            time.sleep(1)  # if all ranks have the same error, rank 0 reports it and ends this one
        where = "" if world.rank == 0 else f"rank {world.rank}: "
        sys.stderr.write(f"minivgg: {where}{str(error) or type(error).__name__}\n")
        sys.stderr.flush()
        world.comm.Abort(2)


def use_gpu_of_rank(world: Ranks) -> None:
    """Give each rank on this machine a GPU, if new arrays go to the GPU.

    More ranks than GPUs share them.

    Parameters
    ----------
    world : World or SingleProcess
        The ranks; a single process stays on the GPU that it has.
    """
    if world.size > 1 and backend.device() == "gpu":
        backend.use(f"gpu:{world.local_rank % backend.gpu_count()}")


def pin_cpus(world: Ranks) -> int:
    """Give each rank on this machine CPUs of its own.

    When ranks share all CPUs, the system moves them about, and for a while two can run on one CPU.
    Nothing is changed if the launcher has pinned the ranks already, or if there are more ranks than
    CPUs.

    Parameters
    ----------
    world : World or SingleProcess
        The ranks.

    Returns
    -------
    int
        How many threads this rank should use.
    """
    if isinstance(world, SingleProcess) or not hasattr(os, "sched_getaffinity"):
        return max(1, cpus() // world.local_size)
    available = sorted(os.sched_getaffinity(0))
    if any(others != available for others in world.local.allgather(available)):
        return cpus()
    count = min(len(available), cpus()) // world.local_size
    if count:
        own = available[world.local_rank * count : (world.local_rank + 1) * count]
        for task in Path("/proc/self/task").iterdir():  # BLAS has started threads already
            os.sched_setaffinity(int(task.name), own)
    return max(1, count)
