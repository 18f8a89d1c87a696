"""Stored tensors of ONNX files, in the file and beside it, and what nodes compute from them."""

import numpy as np
import pytest

from minivgg.weights import onnx_tensors
from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.onnx_tensors import Constants

onnx = pytest.importorskip("onnx")
node, tensor = onnx.helper.make_node, onnx.numpy_helper.from_array


def constants(folder, **arrays):
    found = Constants(folder / "net.onnx", Budget(1000))
    for name, array in arrays.items():
        found.add_tensor(tensor(np.asarray(array), name))
    return found


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [("float32", "f4"), ("float64", "f8"), ("float16", "f2"), ("int32", "i4"), ("int64", "i8")],
)
@pytest.mark.parametrize("raw", [True, False])
def test_numbers_keep_their_dtype_as_bytes_and_in_fields(kind, dtype, raw, tmp_path):
    array = np.array([[1, -2, 3], [100, 0, -7]], dtype)
    number = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
    values = array.tobytes() if raw else array.reshape(-1).tolist()
    stored = onnx.helper.make_tensor("a", number, array.shape, values, raw)
    found = constants(tmp_path).array(stored, "a")
    assert found.dtype == kind
    assert np.array_equal(found, array)


@pytest.mark.parametrize("raw", [True, False])
def test_bfloat16_becomes_float32(raw, tmp_path):
    stored = onnx.TensorProto(data_type=onnx.TensorProto.BFLOAT16, dims=[3])
    bits = [0x3F80, 0xC000, 0x3FC0]
    if raw:
        stored.raw_data = np.array(bits, "<u2").tobytes()
    else:
        stored.int32_data.extend(bits)
    found = constants(tmp_path).array(stored, "a")
    assert (found.dtype, found.tolist()) == (np.float32, [1, -2, 1.5])


def test_half_precision_may_have_more_than_its_bits(tmp_path):
    stored = onnx.TensorProto(data_type=onnx.TensorProto.FLOAT16, dims=[1], int32_data=[-0x10000])
    stored.int32_data[0] |= 0x3C00
    assert constants(tmp_path).array(stored, "a").tolist() == [1]


FLOAT = onnx.TensorProto.FLOAT


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data_type": 9, "dims": [1]}, "a has the data type 9 of ONNX; floating point, int32"),
        ({"data_type": FLOAT, "dims": [-1]}, "a has an impossible shape"),
        ({"data_type": FLOAT, "dims": [0, (1 << 48) + 1]}, "a has an impossible shape"),
        ({"data_type": FLOAT, "dims": [1] * 9}, "a has an impossible shape"),
        ({"data_type": FLOAT, "dims": [2], "raw_data": bytes(4)}, r"a of shape \(2,\) has 4 bytes"),
        (
            {"data_type": FLOAT, "dims": [2, 500], "raw_data": bytes(5000)},
            r"a of shape \(2, 500\) has 5,000 bytes",
        ),
        (
            {"data_type": FLOAT, "dims": [2], "float_data": [1, 2, 3]},
            r"a of shape \(2,\) has 3 numbers",
        ),
        ({"data_type": FLOAT, "dims": [2], "double_data": [1, 2]}, r"has 0 numbers"),
    ],
)
def test_a_tensor_that_does_not_fit_its_shape_is_refused(settings, words, tmp_path):
    with pytest.raises(CorruptFileError, match=words):
        constants(tmp_path).array(onnx.TensorProto(**settings), "a")


@pytest.mark.parametrize("shape", [(), (0,), (0, 1 << 48), (1,) * 8, (2, 1, 3)])
def test_every_shape_up_to_eight_axes_is_read(shape, tmp_path):
    count = int(np.prod(shape, dtype=float))
    raw_data = np.arange(count, dtype="<f4").tobytes()
    stored = onnx.TensorProto(data_type=FLOAT, dims=shape, raw_data=raw_data)
    found = constants(tmp_path).array(stored, "a")
    assert found.shape == shape
    assert found.reshape(-1).tolist() == list(range(count))


def external(count=3, **entries):
    """A tensor of float32 in another file."""
    stored = onnx.TensorProto(data_type=FLOAT, dims=[count], data_location=1)
    for key, value in entries.items():
        stored.external_data.add(key=key, value=value)
    return stored


def test_tensors_of_one_file_beside_it_count_it_once(tmp_path):
    np.arange(10, dtype="<f4").tofile(tmp_path / "w.bin")
    found = constants(tmp_path)
    added = []
    found._budget.add_file = added.append
    assert found.array(external(location="w.bin"), "a").tolist() == [0, 1, 2]
    assert found.array(external(2, location="w.bin", offset="8"), "b").tolist() == [2, 3]
    assert found.array(external(1, location="./w.bin", offset="0" * 15), "b").tolist() == [0]
    assert added == [40, 40]  # the second is of another name


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({}, "a is in the file '', which is not in the folder of this file"),
        ({"location": "../w.bin"}, "not in the folder of this file"),
        ({"location": "inside/../w.bin"}, "not in the folder of this file"),
        ({"location": r"inside\..\w.bin"}, "not in the folder of this file"),
        ({"location": r"C:\w.bin"}, "not in the folder of this file"),
        ({"location": "/w.bin"}, "not in the folder of this file"),
        ({"location": "link"}, "not in the folder of this file"),
        ({"location": "a\0b"}, r"a is in the file 'a\\x00b', which is not in the folder"),
        ({"location": "x" * 5000}, f"its weights are in a second file, '{'x' * 199},"),
        ({"location": "none.bin"}, "its weights are in a second file, 'none.bin', which is not in"),
        ({"location": "empty.bin"}, "its weights are in a second file, 'empty.bin', which is not"),
        ({"location": "w.bin", "offset": "-1"}, "a begins at byte '-1', which is not a number"),
        ({"location": "w.bin", "offset": ""}, "a begins at byte '', which is not a number"),
        ({"location": "w.bin", "offset": "1" * 16}, "a begins at byte '1+', which is not a number"),
        ({"location": "w.bin", "offset": "1"}, "it is truncated: a would end at byte 13 of 12"),
    ],
)
def test_weights_beside_the_file_are_in_its_folder(entries, words, tmp_path):
    folder = tmp_path / "net"
    (folder / "inside").mkdir(parents=True)
    for path in (tmp_path / "w.bin", folder / "w.bin"):
        path.write_bytes(bytes(12))
    (folder / "empty.bin").touch()
    (folder / "link").symlink_to(tmp_path / "w.bin")
    with pytest.raises(CorruptFileError, match=words):
        constants(folder).array(external(**entries), "a")


A = np.array([[4.0, 9.0, 16.0]], np.float32)


@pytest.mark.parametrize(
    ("operation", "others", "settings", "expected"),
    [
        ("Identity", (), {}, A),
        ("Cast", (), {"to": 10}, A),  # in the stored type
        ("Transpose", (), {}, A.T),
        ("Transpose", (), {"perm": [0, 1]}, A),
        ("Transpose", (), {"perm": [1, 0]}, A.T),
        ("Reshape", ([3],), {}, A[0]),
        ("Reshape", ([0, -1, 1],), {}, A[..., None]),
        ("Reshape", ([3, -1],), {}, A.T),
        ("Squeeze", (), {"axes": [0]}, A[0]),
        ("Squeeze", ([0],), {}, A[0]),
        ("Unsqueeze", (), {"axes": [0, 3]}, A[None, ..., None]),
        ("Unsqueeze", ([1],), {}, A[:, None]),
        ("Add", ([1, 2, 3],), {}, [[5, 11, 19]]),
        ("Sub", ([1, 2, 3],), {}, [[3, 7, 13]]),
        ("Mul", ([1, 2, 3],), {}, [[4, 18, 48]]),
        ("Div", ([1, 2, 3],), {}, A / [1, 2, 3]),
        ("Pow", ([2, 1, 0],), {}, A ** [2, 1, 0]),
        ("Sqrt", (), {}, [[2, 3, 4]]),
        ("Neg", (), {}, -A),
        ("Reciprocal", (), {}, 1 / A),
    ],
)
def test_what_nodes_compute_from_constants(operation, others, settings, expected, tmp_path):
    others = {f"b{i}": np.array(values) for i, values in enumerate(others)}
    found = constants(tmp_path, a=A, **others)
    found.add_node(node(operation, ["a", *others], ["y"], **settings))
    assert "y" in found
    assert found["y"].shape == np.shape(expected)
    assert found["y"] == pytest.approx(np.asarray(expected))


def test_vectors_are_joined(tmp_path):
    found = constants(tmp_path, a=[1, 2], b=[3], c=[4, 5, 6], matrix=A)
    found.add_node(node("Concat", ["a", "b", "c"], ["y"], axis=0))
    assert found["y"].tolist() == [1, 2, 3, 4, 5, 6]
    found.add_node(node("Concat", ["a", "matrix"], ["z"], axis=0))
    with pytest.raises(CorruptFileError, match=r"z is computed by the node z \(Concat\)"):
        found["z"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"value": tensor(A)}, A.tolist()),
        ({"value_float": 0.5}, 0.5),
        ({"value_floats": [0.5, 2.0]}, [0.5, 2.0]),
        ({"value_int": 3}, 3),
        ({"value_ints": [3, 4]}, [3, 4]),
    ],
)
def test_constants_in_nodes(settings, expected, tmp_path):
    found = constants(tmp_path)
    found.add_node(node("Constant", [], ["c"], **settings))
    assert found["c"].tolist() == expected


@pytest.mark.parametrize("name", ["called", ""])
def test_what_is_not_computed_is_an_error_only_when_it_is_used(name, tmp_path):
    found = constants(tmp_path, a=A)
    found.add_node(node("Erf", ["a"], ["y"], name or None))
    found.add_node(node("Constant", [], ["c"], value_string="text"))
    assert "y" in found
    assert "c" in found
    assert "z" not in found
    message = rf"y is computed by the node {name or 'y'} \(Erf\), not stored"
    with pytest.raises(CorruptFileError, match=message):
        found["y"]
    with pytest.raises(CorruptFileError, match=message):
        found.add_node(node("Neg", ["y"], ["z"]))


def test_axes_are_limited(tmp_path):
    found = constants(tmp_path, a=A)
    found.add_node(node("Unsqueeze", ["a"], ["y"], axes=[0, 1, 2, 3, 4, 5, 6, 7]))
    assert found["y"].ndim == 10
    with pytest.raises(CorruptFileError, match="the node big has 9 axes"):
        found.add_node(node("Unsqueeze", ["a"], ["y"], "big", axes=list(range(9))))


def test_numbers_that_are_computed_are_limited_altogether(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_tensors, "MAX_COMPUTED", 12)
    found = constants(
        tmp_path, row=np.ones((1, 3)), column=np.ones((2, 1)), v=np.ones(3), one=np.ones(1)
    )
    found.add_node(node("Add", ["row", "column"], ["six"]))
    found.add_node(node("Concat", ["v", "v"], ["twelve"], axis=0))
    assert (found["six"].shape, found["twelve"].shape) == ((2, 3), (6,))
    found.add_node(node("Neg", ["one"], ["more"]))
    with pytest.raises(CorruptFileError, match="more is computed by the node more"):
        found["more"]


def test_what_is_not_finite_is_computed_without_a_warning(tmp_path):
    found = constants(tmp_path, a=np.array([-1.0, 0.0]), zero=np.zeros(2))
    found.add_node(node("Sqrt", ["a"], ["root"]))
    found.add_node(node("Div", ["a", "zero"], ["ratio"]))
    assert np.isnan(found["root"][0])
    assert np.isinf(found["ratio"][0])
