"""Tensors in pickles of PyTorch, described by what its functions would be called with."""

import io
import pickle

import numpy as np
import pytest

from minivgg.weights.memory_map import CorruptFileError
from minivgg.weights.numpy_pickle import PickledArray
from minivgg.weights.pickle_machine import Opaque
from minivgg.weights.torch_pickle import (
    DTYPES,
    STORAGES,
    UNREADABLE,
    Storage,
    Tensor,
    Unreadable,
    dtype_of,
    unpickle_torch,
)


def plain(value):
    """The instructions for a value."""
    return pickle.dumps(value, 2)[2:-1]


def name(module, attribute):
    return f"c{module}\n{attribute}\n".encode()


def storage(kind="torch FloatStorage", key="0", count=6, more=()):
    rest = b"".join(map(plain, (key, "cpu", count, *more)))
    return b"(" + plain("storage") + name(*kind.split()) + rest + b"tQ"


def tensor(
    function="_rebuild_tensor_v2", given=None, offset=0, shape=(2, 3), strides=(3, 1), more=b""
):
    parts = (storage() if given is None else given) + b"".join(map(plain, (offset, shape, strides)))
    return name("torch._utils", function) + b"(" + parts + more + b"tR"


def built(program):
    return unpickle_torch(io.BytesIO(b"\x80\x02" + program + b"."))


STORED = Storage("0", "float32", 6)
EXPECTED = Tensor(STORED, "float32", 0, (2, 3), (3, 1))


@pytest.mark.parametrize("function", ["_rebuild_tensor", "_rebuild_tensor_v2"])
def test_a_tensor_and_its_storage(function):
    found, storages = built(tensor(function, more=plain(False) + plain({})))
    assert (found, storages) == (EXPECTED, {"0": STORED})
    part = built(tensor(function, offset=2, shape=(2,), strides=(1,)))[0]
    assert part == Tensor(STORED, "float32", 2, (2,), (1,))
    assert built(tensor(function, shape=(), strides=()))[0].shape == ()
    assert built(tensor(function, shape=(1,) * 8, strides=(1,) * 8))[0].shape == (1,) * 8


@pytest.mark.parametrize("kind", STORAGES)
@pytest.mark.parametrize("module", ["torch", "torch.cuda", "torch.storage"])
def test_storages_say_the_dtype(kind, module):
    assert built(storage(f"{module} {kind}"))[0] == Storage("0", STORAGES[kind], 6)


@pytest.mark.parametrize(
    ("kind", "numpy"),
    [("float64", "f8"), ("float32", "f4"), ("float16", "f2"), ("int64", "i8"), ("int32", "i4"),
     ("int16", "i2"), ("int8", "i1"), ("uint8", "u1"), ("bool", "?"), ("uint16", "u2"),
     ("uint32", "u4"), ("uint64", "u8"), ("bfloat16", "u2"), ("float8_e4m3fn", "u1"),
     ("float8_e5m2", "u1"), ("double", "f8"), ("float", "f4"), ("half", "f2"), ("long", "i8"),
     ("int", "i4"), ("short", "i2")],
)  # fmt: skip
def test_dtypes_of_pytorch(kind, numpy):
    assert dtype_of(kind) == np.dtype(numpy)
    assert kind in DTYPES


def test_other_dtypes_are_refused():
    with pytest.raises(CorruptFileError, match="its numbers have dtype complex64, which is not re"):
        dtype_of("complex64")
    assert built(tensor(given=storage("torch ComplexFloatStorage")))[0] == Unreadable(
        "has dtype ComplexFloatStorage, which is not read here"
    )
    quantised = built(storage("torch QInt8Storage"))[0]
    assert quantised.kind == "torch QInt8Storage"


@pytest.mark.parametrize("more", [(), (None,)])
def test_a_storage_may_say_that_it_is_no_part_of_another(more):
    assert built(storage(more=more))[0] == STORED


def test_a_part_of_a_storage_is_refused():
    with pytest.raises(CorruptFileError, match="it uses part of a storage as a storage of its own"):
        built(storage(more=(("1", 0, 5),)))


@pytest.mark.parametrize(
    "program",
    [
        plain(("storage", 1, "0", "cpu", 6)) + b"Q",
        plain(["storage"]) + b"Q",
        b"(" + plain("other") + name("torch", "FloatStorage") + plain("0") * 2 + plain(6) + b"tQ",
        b"(" + plain("storage") + name("torch", "FloatStorage") + plain("0") * 2 + b"tQ",
        storage("os.path FloatStorage"),
        storage("torch Float"),
        storage(key=0),
        storage(count="6"),
        storage(more=(None, None)),
    ],
)
def test_what_is_no_storage_is_refused(program):
    with pytest.raises(CorruptFileError, match=r"(a storage is expected|it wants to use)"):
        built(program)


def test_the_class_of_a_module_in_an_old_file():
    program = (
        b"(" + plain("module") + name("mine", "Net") + plain("net.py") + plain("source") + b"tQ"
    )
    assert built(program)[0].name == "mine Net"
    with pytest.raises(CorruptFileError, match="a storage is expected"):
        built(plain(("module", "Net", "net.py", "source")) + b"Q")


@pytest.mark.parametrize("function", ["_rebuild_parameter", "_rebuild_parameter_with_state",
                                      "_rebuild_device_tensor_from_cpu_tensor"])  # fmt: skip
def test_parameters_are_their_tensors(function):
    def parameter(inner):
        return built(name("torch._utils", function) + b"(" + inner + plain(True) + b"tR")[0]

    assert parameter(tensor()) == EXPECTED
    assert parameter(tensor("_rebuild_qtensor")) == Unreadable(UNREADABLE["_rebuild_qtensor"])
    other = parameter(plain(5))
    assert (type(other), other.name) == (Opaque, f"torch._utils {function}")


def test_tensors_of_subclasses_are_tensors():
    def of_type(inner):
        call = name("torch._tensor", "_rebuild_from_type_v2") + b"(" + inner
        parts = storage() + b"".join(map(plain, (0, (2, 3), (3, 1))))
        return built(call + name("mine", "Tensor") + b"(" + parts + b"t" + plain({}) + b"tR")[0]

    assert of_type(name("torch._utils", "_rebuild_tensor_v2")) == EXPECTED
    for inner in (name("torch._utils", "other"), name("os_", "_rebuild"), plain("text")):
        assert isinstance(of_type(inner), Opaque)


def v3(dtype, *more):
    parts = plain(False) + plain({}) + name("torch", dtype) + b"".join(map(plain, more))
    return built(tensor("_rebuild_tensor_v3", more=parts))[0]


def test_the_third_version_says_the_dtype_itself():
    assert v3("bfloat16") == EXPECTED._replace(kind="bfloat16")
    assert v3("complex32") == Unreadable("has dtype complex32, which is not read here")
    assert v3("float32", {"neg": False}) == EXPECTED
    assert isinstance(v3("float32", {"neg": True}), Unreadable)


def test_a_tensor_stored_with_the_opposite_sign():
    def v2(metadata):
        return built(tensor(more=plain(False) + plain({}) + plain(metadata)))[0]

    assert v2({"neg": True}) == Unreadable(
        "is stored with the opposite sign: save tensor.resolve_neg()"
    )
    for metadata in ({}, {"conj": True}, {"neg": False}, None):
        assert v2(metadata) == EXPECTED


@pytest.mark.parametrize("function", [*UNREADABLE, "_rebuild_new"])
def test_other_tensors_are_named(function):
    reason = UNREADABLE.get(function, "is a tensor of another kind (_rebuild_new)")
    assert built(tensor(function))[0] == Unreadable(reason)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"given": plain(5)}, "torch._utils _rebuild_tensor_v2 is not called like this"),
        ({"offset": "0"}, "a tensor's sizes are numbers"),
        ({"offset": -1}, "a tensor's sizes do not fit"),
        ({"shape": [2, 3]}, "a tensor's sizes are numbers"),
        ({"shape": ("a", 3)}, "a tensor's sizes are numbers"),
        ({"shape": (1,) * 9, "strides": (1,) * 9}, "a tensor's sizes are numbers"),
        ({"strides": (1.5, 1)}, "a tensor's sizes are numbers"),
        ({"strides": (1,)}, "a tensor's sizes do not fit"),
        ({"shape": (-2, 3)}, "a tensor's sizes do not fit"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(options, words):
    with pytest.raises(CorruptFileError, match=words):
        built(tensor(**options))


def test_arrays_of_numpy_are_read_as_well():
    found, _ = built(pickle.dumps(np.arange(3.0), 2)[2:-1])
    assert isinstance(found, PickledArray)
    other = built(name("torch._utils", "other") + b")R")[0]
    assert other.name == "torch._utils other"
    assert built(name("torch.nn", "_rebuild") + b")R")[0].name == "torch.nn _rebuild"
