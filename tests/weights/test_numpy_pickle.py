"""Arrays of NumPy in pickles, described by what NumPy would be called with."""

import numpy as np
import pytest

from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.numpy_pickle import Dtype, PickledArray, build_numpy
from minivgg.weights.pickle_machine import Name, Opaque, RawBytes

NUMBERS = np.arange(6, dtype="<f4")


def dtype(code="f4", order=None):
    found = build_numpy("numpy dtype", (code, False, True))
    if order is not None:
        found.with_state((3, order, None, None))
    return found


def array(state):
    found = PickledArray()
    found.with_state(state)
    return found


def read(state, buffer=b"", budget=None):
    return array(state).array(buffer, "a", budget or Budget(1000))


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("numpy.core.multiarray _reconstruct", PickledArray),
        ("numpy._core.multiarray _reconstruct", PickledArray),
        ("numpy dtype", Dtype),
    ],
)
def test_known_functions(function, kind):
    assert isinstance(build_numpy(function, ("f4",)), kind)
    assert build_numpy(function, ["f4"]) is None  # not a tuple
    assert build_numpy(f"{function}s", ("f4",)) is None


def test_arrays_of_protocol_5():
    for module in ("numpy.core.numeric", "numpy._core.numeric"):
        for order, expected in (("C", [[0, 1, 2], [3, 4, 5]]), ("F", [[0, 2, 4], [1, 3, 5]])):
            state = (NUMBERS.tobytes(), dtype(), (2, 3), order)
            found = build_numpy(f"{module} _frombuffer", state)
            assert found.array(b"", "a", Budget(1)).tolist() == expected


def test_bytes_of_protocol_2():
    assert build_numpy("_codecs encode", ("ÿa", "latin1")) == b"\xffa"
    with pytest.raises(ValueError, match="bytes are written in latin1"):
        build_numpy("_codecs encode", ("a", "rot13"))
    for arguments in (("a",), ("a", "latin1", 1), (b"a", "latin1")):
        assert build_numpy("_codecs encode", arguments) is None


@pytest.mark.parametrize(
    "code", ["f4", "i8", "u1", "b1", "f16", "O", "O8", "V3", "S", "U5", "M8", "m8", "c16"]
)
def test_known_dtypes(code):
    found = dtype(code)
    assert (found.code, found.order) == (code, "<")
    assert found.numbers() == (np.dtype(f"<{code}") if code[0] in "fiub" else None)


@pytest.mark.parametrize("code", ["f", "f444", "O88", "x4", "", "f4,f4", "(2,)f4"])
def test_other_dtypes_are_refused(code):
    with pytest.raises(ValueError, match="this dtype is not known"):
        dtype(code)


def test_a_dtype_of_fields_is_not_built():
    for given in (Name("numpy void"), Opaque("x"), [("a", "f4")], 5):
        assert build_numpy("numpy dtype", (given,)) is None


@pytest.mark.parametrize(
    ("state", "order"),
    [((3, ">", None), ">"), ((3, "|"), "|"), ((3, "<"), "<"), ((3, "="), "<"), ((3,), "<"),
     ([3, ">"], "<"), (None, "<")],
)  # fmt: skip
def test_the_byte_order_of_a_dtype(state, order):
    found = Dtype("f4")
    found.with_state(state)
    assert found.order == order


@pytest.mark.parametrize(
    ("shape", "fortran", "expected"),
    [
        ((2, 3), False, [[0, 1, 2], [3, 4, 5]]),
        ((2, 3), True, [[0, 2, 4], [1, 3, 5]]),
        ((6,), False, [0, 1, 2, 3, 4, 5]),
        (6, False, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_numbers_of_an_array(shape, fortran, expected):
    state = (shape, dtype(), fortran, NUMBERS.tobytes())
    assert read(state).tolist() == expected
    assert read((1, *state)).tolist() == expected  # with a version
    elsewhere = (shape, dtype(), fortran, RawBytes(3, 24))
    assert read(elsewhere, b"abc" + NUMBERS.tobytes()).tolist() == expected


def test_numbers_of_the_other_byte_order_and_of_python_2():
    big = ((6,), dtype(order=">"), False, NUMBERS.astype(">f4").tobytes())
    assert read(big).tolist() == [0, 1, 2, 3, 4, 5]
    text = NUMBERS.tobytes().decode("latin-1")
    assert read(((6,), dtype(), False, text)).tolist() == [0, 1, 2, 3, 4, 5]


def test_the_copy_of_a_text_is_taken_from_the_budget(monkeypatch):
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: 23)
    with pytest.raises(CorruptFileError, match="a needs 24 bytes"):
        read(((6,), dtype(), False, NUMBERS.tobytes().decode("latin-1")))
    assert read(((6,), dtype(), False, NUMBERS.tobytes())).size == 6


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (((6,), dtype("O"), False, []), "a is an array of something else than numbers"),
        (((6,), "f4", False, b""), "a is an array of something else than numbers"),
        (("six", dtype(), False, b""), "a has an impossible shape"),
        (((6, "x"), dtype(), False, b""), "a has an impossible shape"),
        (((5,), dtype(), False, NUMBERS.tobytes()), r"a of shape \(5,\) has 24 bytes"),
        (((5,), dtype(), False, RawBytes(0, 24)), r"a of shape \(5,\) has 24 bytes"),
        (((5,), dtype(), False, RawBytes(0, 4000)), r"a of shape \(5,\) has 4,000 bytes"),
        (((7,), dtype(), False, NUMBERS.tobytes()), "it is truncated: a would end at byte 28"),
    ],
)  # fmt: skip
def test_what_is_no_array_of_numbers_is_refused(state, words):
    with pytest.raises(CorruptFileError, match=words):
        read(state, NUMBERS.tobytes())


def test_the_state_of_an_array():
    for odd in ((1, 2, 3), [1, 2, 3, 4], None):
        with pytest.raises(ValueError, match="the state of an array is expected"):
            array(odd)
    assert array(((1,), dtype("O"), False, ["x"])).objects() == ["x"]
    assert array(((1,), dtype(), False, b"x")).objects() is None
    assert PickledArray().objects() is None
