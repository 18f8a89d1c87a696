"""What the engines share that run minivgg's own export to ONNX."""

import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np

import minivgg
from benchmarks.peers.library import Library, data
from benchmarks.workloads import BATCH, Net
from minivgg.weights.onnx import to_onnx

TOLERANCE = 1e-3  # of the largest number: what an engine's output may differ from minivgg's


class Exported(Library):
    """An engine for inference. It loads a net of minivgg and must give minivgg's output.

    Attributes
    ----------
    modules : tuple of str
        The Python modules that it needs.
    """

    modules = ()

    def net(self, net):
        return None if net.training else self._checked_step(net, net.batch)

    def layer(self, layer, backward, batch=BATCH):
        return None if backward else self._checked_step(layer, batch)

    def load(self, path, x, own_layout):
        """Return ``(step, output)`` of the ONNX file ``path`` and the input x (N, C, H, W).

        ``output()`` is the result of the last step as an array. own_layout: whether the step begins
        and ends with arrays in the engine's own memory layout, if it can.
        """
        raise NotImplementedError

    def _checked_step(self, workload, batch):
        """The step of a Net or a Layer, compared with minivgg's output."""
        for name in self.modules:
            if find_spec(name) is None:
                raise ImportError(f"the module {name} is not installed")
        shape = _input_shape(workload, batch)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "net.onnx"
            # in a process of its own: the peak memory is to be the engine's
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                expected = pool.submit(_export, workload, shape, path).result()
            step, output = self.load(path, self.data(shape), not isinstance(workload, Net))
        return CheckedStep(step, output, expected)


class DifferentOutput(ValueError):
    """An engine computes something else than minivgg."""


class CheckedStep:
    """A step whose output is minivgg's.

    Parameters
    ----------
    step : callable
        Does the work.
    output : callable
        Returns its result as an array.
    expected : array
        minivgg's output.

    Attributes
    ----------
    difference : float
        The largest difference between the outputs over the largest number.

    Raises
    ------
    DifferentOutput
        If that is not below ``TOLERANCE``.
    """

    def __init__(self, step, output, expected):
        self.step, self.difference = step, 0.0
        for run in ("first", "second"):  # a second run can find its input overwritten by the first
            step()
            got = output()
            if got.shape != expected.shape:
                raise DifferentOutput(
                    f"the output has shape {got.shape}, minivgg's {expected.shape}"
                )
            difference = float(abs(got - expected).max() / abs(expected).max())
            if not difference < TOLERANCE:  # NaN is wrong, too
                raise DifferentOutput(
                    f"the output of the {run} run differs from minivgg's by {difference:.1e}"
                )
            self.difference = max(self.difference, difference)

    def __call__(self):
        return self.step()


def run_converter(*command):
    """Run a command that converts a file; its messages are the error if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stderr or done.stdout)[-500:]}")


def _input_shape(workload, batch):
    if isinstance(workload, Net):
        return batch, *workload.spec.input_shape
    return batch, workload.c, workload.side, workload.side


def _export(workload, shape, path):
    """Write a Net or a Layer to an ONNX file; returns minivgg's output of the data."""
    minivgg.backend.seed(0)
    if isinstance(workload, Net):
        built = minivgg.models.vgg(workload.configuration, workload.classes)
    else:
        built = minivgg.layers.Sequential(
            minivgg.layers.Conv2d(workload.c, workload.o, 3, padding=1)
        )
    rng = np.random.default_rng(0)
    for parameter in built.parameters().values():
        if parameter.data.ndim == 1:  # biases that are not 0, so that a lost one is noticed
            parameter.data[...] = 0.1 * rng.standard_normal(parameter.data.shape)
    to_onnx(built.eval(), path, shape[1:])
    return np.ascontiguousarray(built(data(shape)))
