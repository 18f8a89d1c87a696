"""ONNX Runtime as a peer; it is imported when it is asked for."""

from benchmarks.peers.exported import Exported
from minivgg import backend


class OnnxRuntime(Exported):
    """ONNX Runtime. A single layer's step includes its changes of the memory layout."""

    modules = ("onnxruntime",)

    def load(self, path, x, own_layout):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = backend.get_num_threads()
        options.add_free_dimension_override_by_name("N", len(x))
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        result = []

        def step():
            result[:] = session.run(None, {"images": x})

        return step, lambda: result[0]
