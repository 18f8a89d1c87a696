"""The libraries, each as a class that makes steps.

A step is a function without arguments that does the work of a workload once. ``net(net)``,
``layer(layer, backward)``, ``operation(name, backward)`` and ``style(side)`` return one, or None
where a library does not do that. A step of style transfer returns the loss before it and the
picture after it. The engines for inference (``exported.py``) get minivgg's own weights, and their
output is compared with minivgg's before they are timed.
"""

from benchmarks.peers.dezero import DeZero
from benchmarks.peers.exported import DifferentOutput, Exported
from benchmarks.peers.jax import Jax
from benchmarks.peers.library import Library, data
from benchmarks.peers.minivgg import MiniVGG
from benchmarks.peers.mnn import Mnn
from benchmarks.peers.ncnn import Ncnn
from benchmarks.peers.onnxruntime import OnnxRuntime
from benchmarks.peers.openvino import OpenVino
from benchmarks.peers.pytorch import Torch

__all__ = ["PEERS", "DifferentOutput", "Exported", "Library", "MiniVGG", "Torch", "data"]

PEERS = {
    "minivgg": MiniVGG,
    "PyTorch, NCHW": lambda: Torch("nchw"),
    "PyTorch, channels last": lambda: Torch("nhwc"),
    "PyTorch, compiled": lambda: Torch("nhwc", compiled=True),
    "ONNX Runtime": OnnxRuntime,
    "OpenVINO": OpenVino,
    "MNN": Mnn,
    "ncnn": Ncnn,
    "JAX": Jax,
    "DeZero": DeZero,
}
