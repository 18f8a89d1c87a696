"""Files of weights as other libraries write them, made without these libraries."""

import io
import pickle
import struct
import sys
import types
import zipfile
from collections import OrderedDict
from contextlib import contextmanager

import numpy as np

STORAGES = {"f4": "FloatStorage", "f8": "DoubleStorage", "f2": "HalfStorage", "i8": "LongStorage"}
SIZES = {"4": 0, "6": 1}


@contextmanager
def fake_torch():
    """Modules called torch and torch._utils, with the names that torch.save writes."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in STORAGES.values():
        setattr(torch, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2(*args):
        raise AssertionError("nothing may be called")

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2, torch._utils = _rebuild_tensor_v2, utils
    kept = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    sys.modules |= {"torch": torch, "torch._utils": utils}
    try:
        yield torch
    finally:
        for name, module in kept.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


class _Reduced:
    """Pickles as a call of torch._utils._rebuild_tensor_v2, as tensors do."""

    def __init__(self, torch, key, array):
        self.torch, self.key, self.array = torch, key, array

    def __reduce__(self):
        strides = tuple(s // self.array.itemsize for s in self.array.strides)
        storage = _Stored(
            getattr(self.torch, STORAGES[self.array.dtype.str[1:]]), self.key, self.array.size
        )
        return self.torch._utils._rebuild_tensor_v2, (
            storage,
            0,
            self.array.shape,
            strides,
            False,
            OrderedDict(),
        )


class _Stored:
    def __init__(self, kind, key, count):
        self.kind, self.key, self.count = kind, key, count


def _program(torch, state, legacy, protocol=2):
    class Pickler(pickle._Pickler):
        def persistent_id(self, obj):
            if isinstance(obj, _Stored):
                return (
                    "storage",
                    obj.kind,
                    obj.key,
                    "cpu",
                    obj.count,
                    *((None,) if legacy else ()),
                )
            return None

    file = io.BytesIO()
    named = OrderedDict(
        (name, _Reduced(torch, str(i), array)) for i, (name, array) in enumerate(state.items())
    )
    Pickler(file, protocol).dump(named)
    return file.getvalue()


def torch_zip(path, state, extra=()):
    """As ``torch.save`` since 1.6; extra: {member: bytes} besides."""
    with fake_torch() as torch, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", _program(torch, state, legacy=False))
        archive.writestr("archive/byteorder", b"little")
        for i, array in enumerate(state.values()):
            archive.writestr(f"archive/data/{i}", array.tobytes())
        for name, content in dict(extra).items():
            archive.writestr(name, content)


def torch_legacy(path, state):
    """As ``torch.save`` before 1.6."""
    with fake_torch() as torch:
        head = [
            0x1950A86A20F9469CFC6C,
            1001,
            {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}},
        ]
        parts = [pickle.dumps(part, 2) for part in head]
        parts += [
            _program(torch, state, legacy=True),
            pickle.dumps([str(i) for i in range(len(state))], 2),
        ]
        parts += [struct.pack("<q", array.size) + array.tobytes() for array in state.values()]
        path.write_bytes(b"".join(parts))


def keras(path, layers, names="{0}/{0}_W_1:0 {0}/{0}_b_1:0"):
    """As Keras: layers {name: (weights, biases)}; names: of both datasets, {0} is the layer's."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, arrays in layers.items():
            for path, array in zip(names.split(), arrays, strict=True):
                file[path.format(name)] = array


def of_net(net, kind, rng):
    """{name: array} of random weights for a net in the names and order of a source.

    kind: "torchvision", "timm", "frossard", or "keras", which gives Keras' layers.
    """
    arrays = {
        name: rng.standard_normal(a.shape).astype(np.float32) for name, a in net.arrays().items()
    }
    return arrays if kind == "torchvision" else translated(net, arrays, kind)


def translated(net, arrays, kind):
    """The same weights in another source's names and order, so that the net must answer alike."""
    from minivgg.models import layer_names

    c, h, w = net["features"].output_shape(net.input_shape)
    timm, found = ["pre_logits.fc1", "pre_logits.fc2", "head.fc"], {}
    dense = 0
    for name, path in layer_names(net).items():
        weight, bias = arrays[f"{path}.weight"], arrays[f"{path}.bias"]
        is_dense = weight.ndim == 2
        if kind == "timm":
            target = timm[dense] if is_dense else path
            if is_dense and dense < 2:
                weight = weight.reshape(len(weight), *((c, h, w) if dense == 0 else (-1, 1, 1)))
            found |= {f"{target}.weight": weight, f"{target}.bias": bias}
        else:
            if not is_dense:
                weight = weight.transpose(2, 3, 1, 0)
                if kind == "keras" and name == "conv1_1":
                    weight = weight[:, :, ::-1]  # Keras' nets see BGR
            elif dense == 0:
                weight = weight.reshape(-1, c, h, w).transpose(2, 3, 1, 0).reshape(c * h * w, -1)
            else:
                weight = weight.T
            weight = np.ascontiguousarray(weight)
            if kind == "keras":
                layer = (
                    ["fc1", "fc2", "predictions"][dense]
                    if is_dense
                    else f"block{name[4]}_conv{name[6]}"
                )
                found[layer] = weight, bias
            else:
                layer = f"fc{6 + dense}" if is_dense else name
                found |= {f"{layer}_W": weight, f"{layer}_b": bias}
        dense += is_dense
    return found
