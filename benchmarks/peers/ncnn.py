"""ncnn as a peer; it is imported when it is asked for."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.peers.exported import Exported, run_converter
from minivgg import backend

MAX_CHANNELS_IN_PACK = 16  # with AVX-512
DO_NOT_UNPACK = 1  # type of an output: in the packed layout that the last layer leaves


class Ncnn(Exported):
    """ncnn, in float32, on files that pnnx converts."""

    modules = ("ncnn", "pnnx")

    def load(self, path, x, own_layout):
        import ncnn

        converter = Path(find_spec("pnnx").origin).with_name("pnnx")  # its import loads PyTorch
        shape = str(list(x.shape)).replace(" ", "")
        run_converter(str(converter), str(path), f"inputshape={shape}", "fp16=0")
        net = ncnn.Net()
        net.opt.num_threads = backend.get_num_threads()
        for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic"):
            setattr(net.opt, f"use_{name}", False)
        files = [str(path.with_suffix(f".ncnn.{kind}")) for kind in ("param", "bin")]
        if net.load_param(files[0]) or net.load_model(files[1]):
            raise RuntimeError("ncnn cannot load what pnnx wrote")
        images, result = ncnn.Mat(x, batch_index=0).clone(), []  # a Mat alone does not keep x

        def step():
            extractor = net.create_extractor()
            extractor.input("in0", images)
            result[:] = extractor.extract("out0", DO_NOT_UNPACK if own_layout else 0)

        if own_layout and x.shape[1] % MAX_CHANNELS_IN_PACK == 0:
            step()
            _, y = result
            images = ncnn.convert_packing(images, y.elempack)  # what this processor's kernels take

        def output():
            status, y = result
            if status:
                raise RuntimeError(f"ncnn's extract returned {status}")
            return np.array(ncnn.convert_packing(y, 1).numpy(batch_index=0))

        return step, output
