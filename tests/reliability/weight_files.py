"""Files of weights of each format, as their libraries write them."""

import io
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
from safetensors.numpy import save

DATA = Path(__file__).parents[1] / "weights" / "data"
ARRAYS = {
    "conv1_1_W": np.arange(108, dtype="f4").reshape(3, 3, 3, 4),
    "conv1_1_b": np.ones(4, "f4"),
    "steps": np.array(7),
}


def of_torch():
    """Checkpoints in the zip format: other objects, averaged weights, a whole model, dtypes."""
    names = ("reference", "averaged", "whole", "bfloat16", "float8")
    return tuple((DATA / f"{name}.pth").read_bytes() for name in names)


def by_save_torch():
    """What this package writes for PyTorch, with a record of it in the zip."""
    from minivgg import models, weights

    net = models.vgg([4, "M", 4], 3, (3, 8, 8), (5,), batch_norm=True)
    with tempfile.TemporaryDirectory() as folder:
        weights.save_torch(
            Path(folder) / "net.pth", net.state_dict(), {"note": "é", "classes": '["a"]'}
        )
        return ((Path(folder) / "net.pth").read_bytes(),)


def of_torch_before_1_6():
    """A checkpoint in the legacy format."""
    return ((DATA / "legacy.pth").read_bytes(),)


def safetensors():
    """float32 and bfloat16, whose header is made from that of 16-bit integers."""
    floats = {name: np.atleast_1d(a).astype("f4") for name, a in ARRAYS.items()}
    bits = {name: (a.view("u4") >> 16).astype("u2") for name, a in floats.items()}
    data = save(bits)
    length = int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[8 : 8 + length])).replace("U16", "BF16").encode()
    return save(ARRAYS), len(header).to_bytes(8, "little") + header + data[8 + length :]


def hdf5():
    """Contiguous data, and data in chunks with each compression."""
    import h5py

    found = [(DATA / "small.h5").read_bytes()]
    kinds = ({"compression": "gzip", "shuffle": True}, {"compression": "lzf"}, {"chunks": True})
    with tempfile.TemporaryDirectory() as folder:
        for number, options in enumerate(kinds):
            path = Path(folder) / f"{number}.h5"
            with h5py.File(path, "w") as file:
                for name, array in ARRAYS.items():
                    more = options if array.ndim else {}
                    file.create_dataset(f"{name}/{name}", data=array, **more)
            found.append(path.read_bytes())
    return tuple(found)


def npz():
    """Compressed, and not, and one with a dictionary."""
    found = []
    for write, arrays in (
        (np.savez_compressed, ARRAYS),
        (np.savez, ARRAYS),
        (np.savez_compressed, {"a": np.array(ARRAYS, object)}),
    ):
        file = io.BytesIO()
        write(file, **arrays)
        found.append(file.getvalue())
    return tuple(found)


def npy():
    """A dictionary {layer: [filters, biases]}, and an array."""
    found = []
    layers = {"conv1_1": [ARRAYS["conv1_1_W"], ARRAYS["conv1_1_b"]]}
    for array in (np.array(layers, object), ARRAYS["conv1_1_W"]):
        file = io.BytesIO()
        np.save(file, array, allow_pickle=True)
        found.append(file.getvalue())
    return tuple(found)


def keras():
    """Keras 3's zip."""
    return ((DATA / "small.keras").read_bytes(),)


def onnx():
    """Nets by PyTorch, by Keras, and of this package."""
    from minivgg import models
    from minivgg.weights.onnx import to_onnx

    names = ("torch_plain", "torch_folded", "keras_bn")
    net = models.vgg([4, "M", 4], 3, (3, 8, 8), (5,), batch_norm=True)
    with tempfile.TemporaryDirectory() as folder:
        to_onnx(net, Path(folder) / "net.onnx", classes=["a", "b", "c"])
        own = (Path(folder) / "net.onnx").read_bytes()
    return (*((DATA / f"{name}.onnx").read_bytes() for name in names), own)


def indexes():
    """The index of weights in two files."""
    places = dict(zip(ARRAYS, ("shard-1", "shard-2", "shard-2"), strict=True))
    return (json.dumps({"metadata": {"total_size": 452}, "weight_map": places}).encode(),)


def read_index(data, folder):
    """The files that an index names are whole."""
    from minivgg import weights

    for name in ("shard-1", "shard-2"):
        (folder / name).write_bytes(save(ARRAYS))
    path = folder / "file"
    path.write_bytes(data)
    try:
        weights.load(path)
    except OSError as error:
        sentence = str(error)
        assert path.name in sentence, f"the file is not named: {sentence}"
        assert len(sentence) < 1500, f"a sentence of {len(sentence)} characters"
        raise


def read(data, folder):
    """As ``load_weights`` reads it: every number of every array is used."""
    from minivgg import weights
    from minivgg.utils.notices import Notice

    path = folder / "file"
    path.write_bytes(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Notice)
            arrays = weights.load(path)
        for array in arrays.values():
            assert array.dtype.kind in "fiub", array.dtype
    except OSError as error:
        sentence = str(error)
        assert path.name in sentence, f"the file is not named: {sentence}"
        assert len(sentence) < 1500, f"a sentence of {len(sentence)} characters"
        raise
