"""MNN as a peer; it is imported when it is asked for."""

import sys

import numpy as np

from benchmarks.peers.exported import Exported, run_converter
from minivgg import backend

# `mnnconvert` itself installs a package with pip and sends a report on each use. Its extension
# module converts and does neither.
CONVERTER = "import sys, _tools; _tools.mnnconvert(['mnnconvert', *sys.argv[1:]])"


class Mnn(Exported):
    """MNN, in float32 (precision "high")."""

    modules = ("MNN",)

    def load(self, path, x, own_layout):
        import MNN

        converted = path.with_suffix(".mnn")
        options = ("-f", "ONNX", "--modelFile", str(path), "--MNNModel", str(converted))
        layout = ("--keepInputFormat=0",) if own_layout else ()
        run_converter(sys.executable, "-c", CONVERTER, *options, "--bizCode", "minivgg", *layout)
        interpreter = MNN.Interpreter(str(converted))
        session = interpreter.createSession(
            {"backend": "CPU", "precision": "high", "numThread": backend.get_num_threads()}
        )
        images = interpreter.getSessionInput(session)
        interpreter.resizeTensor(images, x.shape)
        interpreter.resizeSession(session)
        images.copyFrom(_tensor(MNN, x))
        logits = interpreter.getSessionOutput(session)
        host = np.empty(logits.getShape(), np.float32)

        def step():
            interpreter.runSession(session)

        def output():
            copy = _tensor(MNN, host)
            logits.copyToHostTensor(copy)
            return copy.getNumpyData().reshape(host.shape).copy()

        return step, output


def _tensor(MNN, a):
    """An MNN tensor with the numbers of an array (N, C, H, W) or (N, K)."""
    return MNN.Tensor(a.shape, MNN.Halide_Type_Float, a, MNN.Tensor_DimensionType_Caffe)
