"""The libraries, each as a class that makes steps.

A step is a function without arguments that does the work of a workload once. ``net(net)``,
``layer(layer, backward)``, ``operation(name, backward)`` and ``style(side)`` return one, or None
where a library does not do that. A step of style transfer returns the loss before it and the
picture after it.
"""

from benchmarks.peers.dezero import DeZero
from benchmarks.peers.jax import Jax
from benchmarks.peers.library import Library, data
from benchmarks.peers.minivgg import MiniVGG
from benchmarks.peers.onnxruntime import OnnxRuntime
from benchmarks.peers.pytorch import Torch

__all__ = ["PEERS", "Library", "MiniVGG", "Torch", "data"]

PEERS = {
    "minivgg": MiniVGG,
    "PyTorch, NCHW": lambda: Torch("nchw"),
    "PyTorch, channels last": lambda: Torch("nhwc"),
    "PyTorch, compiled": lambda: Torch("nhwc", compiled=True),
    "ONNX Runtime": OnnxRuntime,
    "JAX": Jax,
    "DeZero": DeZero,
}
