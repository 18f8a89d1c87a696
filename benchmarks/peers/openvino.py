"""OpenVINO as a peer; it is imported when it is asked for."""

from benchmarks.peers.exported import Exported
from minivgg import backend


class OpenVino(Exported):
    """OpenVINO, in float32. A single layer's step includes its changes of the memory layout."""

    modules = ("openvino",)

    def load(self, path, x, own_layout):
        import openvino

        model = openvino.Core().read_model(path)
        model.reshape(x.shape)
        compiled = openvino.compile_model(
            model,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "f32",
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": backend.get_num_threads(),
            },
        )
        request = compiled.create_infer_request()
        request.set_input_tensor(openvino.Tensor(x))
        return request.infer, lambda: request.get_output_tensor().data
