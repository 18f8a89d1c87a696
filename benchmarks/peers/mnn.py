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
        from MNN import expr

        converted = path.with_suffix(".mnn")
        options = ("-f", "ONNX", "--modelFile", str(path), "--MNNModel", str(converted))
        layout = ("--keepInputFormat=0",) if own_layout else ()
        run_converter(sys.executable, "-c", CONVERTER, *options, "--bizCode", "minivgg", *layout)
        threads = backend.get_num_threads()
        config = {"backend": "CPU", "precision": "high", "numThread": threads}
        # a Module, as the memory of a Session's input is used for other things in a run
        module = MNN.nn.load_module_from_file(
            str(converted),
            ["images"],
            ["logits"],
            runtime_manager=MNN.nn.create_runtime_manager((config,)),
        )
        images, result = expr.const(x, x.shape, expr.NCHW), []
        if own_layout:
            images = expr.convert(images, expr.NC4HW4)

        def step():
            result[:] = [module.forward(images)]

        def output():
            y = result[0]
            return np.array((expr.convert(y, expr.NCHW) if own_layout else y).read())

        return step, output
