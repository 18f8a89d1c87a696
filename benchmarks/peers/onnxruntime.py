"""ONNX Runtime as a peer; it is imported when it is asked for."""

from benchmarks.peers.library import Library
from benchmarks.peers.pytorch import Torch


class OnnxRuntime(Library):
    """ONNX Runtime: inference of PyTorch's export."""

    def net(self, net):
        if net.training:
            return None
        import io
        import warnings

        import onnxruntime

        warnings.simplefilter("ignore")
        torch = Torch("nchw").torch
        file = io.BytesIO()
        built = _module_of(Torch("nchw").net(net))
        torch.onnx.export(
            built,
            torch.zeros(net.batch, *net.spec.input_shape),
            file,
            dynamo=False,
            input_names=["x"],
        )
        options = onnxruntime.SessionOptions()
        session = onnxruntime.InferenceSession(
            file.getvalue(), options, providers=["CPUExecutionProvider"]
        )
        x = self.data((net.batch, *net.spec.input_shape))
        return lambda: session.run(None, {"x": x})


def _module_of(infer):
    """The PyTorch module that an inference step uses."""
    return next(
        cell.cell_contents
        for cell in infer.__closure__
        if hasattr(cell.cell_contents, "parameters")
    )
