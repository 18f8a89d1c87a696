"""What is compared, exactly at the limits, and the sentences about one function and several."""

import pytest

from minivgg.classroom.grading import originality
from minivgg.classroom.grading.function_forms import FunctionForm
from minivgg.classroom.grading.grades import EqualFunctions
from minivgg.classroom.grading.originality import Examined, compare, examine


@pytest.fixture(autouse=True)
def _nothing_is_published(monkeypatch):
    """The digest b"p" is a published solution; nothing is given to students."""
    monkeypatch.setattr(originality, "published_solutions", lambda: {b"p": "f in a solution"})
    monkeypatch.setattr(originality, "given_functions", frozenset)


def form(name, digest):
    return FunctionForm(name, 99, digest)


def of(name, *forms, notes=()):
    """An examined file with functions (name, digest)."""
    return Examined(f"{name}.py", [form(*one) for one in forms], list(notes))


def compared(**files):
    return compare(files, {key: key.upper() for key in files})


@pytest.mark.parametrize("more", [0, 1])
def test_a_program_is_compared_up_to_a_number_of_characters(more, tmp_path, monkeypatch):
    monkeypatch.setattr(originality, "MAX_CHARACTERS", 1_000)
    path = tmp_path / "x.py"
    path.write_text("import ctypes\n".ljust(1_000 + more, "#"))
    note = "has more than 1,000 characters and was not compared" if more else (
        "mentions ctypes in line 1"
    )  # fmt: skip
    assert examine(path, "mine.py") == Examined("mine.py", [], [f"mine.py {note}."])


def test_a_function_of_the_smallest_size_is_compared_and_not_more_than_so_many(
    tmp_path, monkeypatch
):
    path = tmp_path / "x.py"
    path.write_text("def a(x): return x\ndef b(x): return x + 1\ndef c(): pass\ndef d(x): return x")
    monkeypatch.setattr(originality, "MIN_SIZE", 5)
    assert [one.name for one in examine(path, "x.py").forms] == ["a", "b", "d"]
    monkeypatch.setattr(originality, "MIN_SIZE", 6)
    assert [one.name for one in examine(path, "x.py").forms] == ["b"]
    monkeypatch.setattr(originality, "MIN_SIZE", 5)
    monkeypatch.setattr(originality, "MAX_FUNCTIONS", 2)
    assert [one.name for one in examine(path, "x.py").forms] == ["a", "b"]


def test_a_program_that_is_nested_too_deeply_is_told(tmp_path, monkeypatch):
    path = tmp_path / "x.py"
    path.write_text("import ctypes")

    def fail(*arguments):
        raise RecursionError

    monkeypatch.setattr(originality, "function_forms", fail)
    note = "x.py is nested too deeply to be compared."
    assert examine(path, "x.py") == Examined("x.py", [], [note])


@pytest.mark.parametrize(("students", "is_given"), [(7, False), (8, True)])
def test_what_more_than_half_have_is_given_in_a_class_of_eight(students, is_given):
    files = {f"s{i}": [of("x", ("f", b"a"))] for i in range(5)}
    files |= {f"t{i}": [of("x", ("f", bytes([i])))] for i in range(students - 5)}
    files["empty"] = []  # who submitted nothing does not count
    found = compared(**files)
    keys = tuple(f"s{i}" for i in range(5))
    asked = " in 5 of 8 submissions: was it given to the class?"
    end = asked if is_given else ", apart from names and comments."
    assert found.groups == [EqualFunctions(keys, f"x.py: f is the same{end}")]
    others = "x.py: f is the same as in the submission of S1, S2, S3 and 1 more, apart from names "
    assert found.copies["s0"] == ([] if is_given else [f"{others}and comments."])
    assert found.copies["t0"] == found.copies["empty"] == []


@pytest.mark.parametrize(("equal", "is_given"), [(4, False), (5, True)])
def test_half_of_a_class_is_not_most_of_it(equal, is_given):
    files = {f"s{i}": [of("x", ("f", b"a"))] for i in range(equal)}
    files |= {f"t{i}": [of("x", ("f", bytes([i])))] for i in range(8 - equal)}
    assert ("given to the class" in compared(**files).groups[0].sentence) == is_given


def test_groups_notes_and_copies_of_several_functions_and_files():
    found = compared(
        ada=[of("a", ("f", b"1"), ("g", b"2"), ("h", b"p"), notes=["n1"]), of("b", notes=["n2"])],
        ben=[of("c", ("k", b"2"), ("f", b"1"), ("f", b"1"), ("own", b"3"))],
        cem=[of("d", ("h", b"p"), ("p", b"p"))],
    )
    assert found.notes == {"ada": ["n1", "n2"], "ben": [], "cem": []}
    end = "apart from names and comments."
    assert found.copies == {
        "ada": [
            f"a.py: f, g are the same as in the submission of BEN, {end}",
            f"a.py: h is the same as f in a solution, {end}",
        ],
        "ben": [f"c.py: k, f are the same as in the submission of ADA, {end}"],
        "cem": [f"d.py: h, p are the same as f in a solution, {end}"],
    }
    assert found.groups == [
        EqualFunctions(("ada", "ben"), f"a.py, c.py: f, g, k are the same, {end}"),
        EqualFunctions(("ada", "cem"), f"a.py, d.py: h, p are the same as f in a solution, {end}"),
    ]


def test_one_student_with_the_same_function_twice_is_no_copy():
    assert compared(ada=[of("a", ("f", b"1"), ("g", b"1"))]).groups == []
    found = compared(ada=[of("a", ("f", b"p"))])
    assert found.groups[0].keys == ("ada",)


def test_many_functions_are_not_all_named():
    names = [("abcde"[i], bytes([i])) for i in range(5)]
    found = compared(ada=[of("x", *names)], ben=[of("x", *names)])
    assert found.groups[0].sentence.startswith("x.py: a, b, c and 2 more are the same, ")
    assert found.copies["ada"][0].startswith("x.py: a, b, c, d, e are the same as in ")
