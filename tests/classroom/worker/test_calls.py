"""What a call gives: arrays, or a sentence with a line. What it was given is in test_worker_calls.

The module is the one that the child process and ``check`` use.
"""

import linecache
import sys
import warnings

import numpy as np
import pytest

from minivgg.classroom.worker import calls
from minivgg.classroom.worker.calls import error_record, file_of_cell, make_calls

NESTED = ([1], [1, 2])


def returned(value, count=1):
    (record,) = make_calls(lambda: value, [[]], count)
    return record


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (True, True),
        ([1, 2.5], [1, 2.5]),
        ([], []),
        (np.float32(2), 2),
        ((np.ones(2),), [1, 1]),
        ((3.0,), [3]),
        ([np.ones(2)], [[1, 1]]),
        ((np.ones(2), np.zeros(2)), [[1, 1], [0, 0]]),
        (np.array([1, 2.5, np.float64(3)], object), [1, 2.5, 3]),
        (None, None),
    ],
)
def test_one_output(value, expected):
    (array,) = returned(value)["arrays"]
    if expected is None:
        assert array is None
    else:
        np.testing.assert_array_equal(array, np.array(expected), strict=False)
        assert array.shape == np.shape(expected)
        assert array.dtype != object


@pytest.mark.parametrize(
    ("value", "first", "second"),
    [
        ((1, [2, 3]), 1, [2, 3]),
        ([[1, 2], 3], [1, 2], 3),
        (np.array([[1], [2]]), [1], [2]),
        ((None, 4), None, 4),
        (None, None, None),
    ],
)
def test_two_outputs(value, first, second):
    arrays = returned(value, 2)["arrays"]
    assert [None if a is None else a.tolist() for a in arrays] == [first, second]


@pytest.mark.parametrize(
    ("value", "count", "sentence"),
    [
        ("ab", 1, "returns str where numbers are expected"),
        (["a", "b"], 1, "returns strs where numbers are expected"),
        ({"a": 1}, 1, "returns dict where numbers are expected"),
        (({}, 1), 1, "returns dicts where numbers are expected"),
        (2j, 1, "returns complex where numbers are expected"),
        (np.array([2j]), 1, "returns an array of complex128 where numbers are expected"),
        (np.array([1, "a"], object), 1, "returns an array of objects where numbers are expected"),
        (np.array(["a"]), 1, "returns an array of <U1 where numbers are expected"),
        (NESTED, 1, "returns a list whose parts have different lengths"),
        ((1, 2, 3), 2, "returns 3 values where 2 are expected"),
        ([1], 2, "returns 1 values where 2 are expected"),
        (5.0, 2, "returns one float where 2 are expected"),
        ("ab", 2, "returns one str where 2 are expected"),
        ({"a": 1, "b": 2}, 2, "returns one dict where 2 are expected"),
        (np.ones(3), 2, "returns one ndarray where 2 are expected"),
        (np.array(3.0), 2, "returns one ndarray where 2 are expected"),
        ((1, "a"), 2, "returns str where numbers are expected"),
    ],
)
def test_what_is_no_array_is_told(value, count, sentence):
    record = returned(value, count)
    assert record["error"][:2] == ["TypeError", sentence]
    assert record["changed"] == []


def test_32_megabytes_can_be_returned_and_not_a_byte_more():
    half = np.zeros(2**24, np.int8)
    assert len(returned((half, half), 2)["arrays"]) == 2
    sentence = ["MemoryError", "returns more than 32 MB"]
    assert returned((half, half, True), 3)["error"][:2] == sentence
    assert returned((None, half, half), 3)["arrays"][0] is None


def test_calls_follow_each_other_until_one_fails():
    def f(x, fails=False):
        if fails:
            raise ValueError("no")
        return x, 10 * x

    given = [[1.0], [{"previous": 1}], [{"previous": 1}], [2.0, True], [3.0]]
    records = make_calls(f, given, 2)
    assert [[float(a) for a in r["arrays"]] for r in records[:3]] == [
        [1, 10],
        [10, 100],
        [100, 1000],
    ]
    assert records[3]["error"][:2] == ["ValueError", "no"]
    assert len(records) == 4


def test_arguments_stand_for_generators_and_earlier_results():
    seen = []

    def f(rng, options, items):
        seen.append((rng.random(), options, items[0].random()))
        return np.zeros(2)

    make_calls(f, [[{"rng": 3}, {"other": 1}, [{"rng": 4}]]], 1)
    first, second = np.random.default_rng(3).random(), np.random.default_rng(4).random()
    assert seen == [(first, {"other": 1}, second)]


def test_an_earlier_result_can_be_changed_without_changing_its_record():
    records = make_calls(lambda x: x.__iadd__(1), [[np.zeros(2)], [{"previous": 0}]], 1)
    assert [r["arrays"][0].tolist() for r in records] == [[1, 1], [2, 2]]
    assert [r["changed"] for r in records] == [[0], [0]]


def test_changes_of_one_array_of_several_and_of_its_type_are_seen():
    def change(arrays, array):
        arrays[1][0] = 5
        array.dtype = np.int64
        return 1

    (record,) = make_calls(change, [[[np.zeros(1), np.zeros(1), np.zeros(1)], np.zeros(2)]], 1)
    assert record["changed"] == [0, 1]


def test_warnings_and_the_settings_of_numpy_are_no_errors():
    def f():
        warnings.warn("be careful", stacklevel=1)
        return np.ones(1) / 0

    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        (record,) = make_calls(f, [[]], 1)
    assert record["arrays"][0] == np.inf


def test_a_function_without_code_of_its_own_can_be_called():
    assert make_calls(np.add, [[1, 2]], 1)[0]["arrays"][0] == 3
    assert make_calls(np.add, [[1]], 1)[0]["error"][0] == "TypeError"


def raised(error):
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SystemExit(), "calls sys.exit()"),
        (SystemExit("bye"), "calls sys.exit('bye')"),
        (SystemExit(0), "calls sys.exit(0)"),
        (ValueError("  first \nsecond"), "first "),
        (ValueError(""), "ValueError"),
        (ValueError("x" * 301), "x" * 300),
        (SyntaxError("bad", ("a.py", 7, 1, " x")), "bad"),
    ],
)
def test_the_sentence_of_an_error(error, sentence):
    assert error_record(raised(error), "none.py")[:2] == [type(error).__name__, sentence]


def test_the_place_of_a_syntax_error_is_in_it():
    error = SyntaxError("bad", ("a.py", 7, 1, f"  {'x' * 101}\n"))
    assert error_record(error, "other.py")[2:] == [7, "x" * 100]
    assert error_record(SyntaxError("bad"), "other.py")[2:] == [None, ""]


PROGRAM = f"""
def helper(x):
    if x:
        return none  # {"y" * 100}
    return sorted(3)

def f(x):
    return helper(x)
"""


def test_the_place_of_an_error_is_the_last_line_of_the_file(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(PROGRAM)
    names = {}
    exec(compile(PROGRAM, str(path), "exec"), names)
    (record,) = make_calls(names["f"], [[1]], 1)
    line = "return none  # " + "y" * 85
    assert record["error"] == ["NameError", "name 'none' is not defined", 4, line]
    (record,) = make_calls(names["f"], [[0]], 1)
    assert record["error"][2:] == [5, "return sorted(3)"]
    for other in ("", str(tmp_path / "b.py")):
        with pytest.raises(TypeError) as caught:
            names["f"](0)
        assert error_record(caught.value, other)[2:] == [None, ""]


def test_the_place_of_an_error_in_a_notebook_names_the_cell():
    path, names = "/none/a.ipynb", {}
    cells = {"cell 2": "def helper():\n    return [][0]\n", "cell 5 (In [7])": "\n\nhelper()\n"}
    for cell, text in cells.items():
        file = file_of_cell(path, cell)
        assert file == f"/none/a.ipynb:cell of a notebook: {cell}"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    first, second = (file_of_cell(path, cell) for cell in cells)
    exec(compile(cells["cell 2"], first, "exec"), names)
    with pytest.raises(IndexError) as caught:
        exec(compile(cells["cell 5 (In [7])"], second, "exec"), names)
    for name in (path, first, second):
        assert error_record(caught.value, name)[2:] == ["2 of cell 2", "return [][0]"]
    names["helper"] = lambda: [][0]
    with pytest.raises(IndexError) as caught:
        exec(compile(cells["cell 5 (In [7])"], second, "exec"), names)
    assert error_record(caught.value, path)[2:] == ["3 of cell 5 (In [7])", "helper()"]


def test_an_undefined_name_is_on_its_line(tmp_path):
    """Python 3.11 can report the line before it."""
    path = str(tmp_path / "a.py")
    (tmp_path / "a.py").write_text("x = (\n    none\n)\nnone = 3\n")
    for error, reported, expected in (
        (NameError("no", name="none"), 1, 2),
        (NameError("no", name="none"), 2, 2),
        (NameError("no", name="none"), 3, 4),
        (NameError("no", name="other"), 1, 1),
        (NameError("no"), 1, 1),
        (AttributeError("no", name="none"), 1, 1),
        (ValueError("no"), 1, 1),
    ):
        assert calls._line_with_name(error, path, reported) == expected


def test_a_call_that_ends_the_program_is_an_error_and_an_interrupt_is_not():
    assert make_calls(sys.exit, [[3], [4]], 1)[0]["error"][1] == "calls sys.exit(3)"

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_calls(interrupted, [[]], 1)
