"""Files of hidden checks: valid ones are read, others refused with one sentence, at once."""

import json
import tracemalloc

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.case_entries import check_entry
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.grading.case_costs import count_handled
from minivgg.classroom.grading.hidden_cases import MAX_CASES, MAX_HANDLED, load_hidden_cases
from minivgg.classroom.tasks import Case
from minivgg.cli import main

NORMAL = {"normal": [2, 1, 5, 5]}


def write(folder, name, entries):
    text = entries if isinstance(entries, str) else json.dumps(entries)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def case(*arguments, **others):
    return {"about": "a case", "calls": [list(arguments)]} | others


def test_the_cases_of_all_tasks_are_read_and_the_public_ones_would_be(tmp_path):
    for name, task in TASKS.items():
        write(tmp_path, name, generate_cases(name, 12, [3, len(name)]))
        for public in task.cases:
            calls = [list(call) for call in public.calls]
            check_entry({"about": public.about, "seed": public.seed, "calls": calls})
            assert sum(count_handled(task, call) for call in public.arguments()) < MAX_HANDLED / 50
    assert {name: len(cases) for name, cases in load_hidden_cases(tmp_path).items()} == (
        dict.fromkeys(TASKS, 12)
    )


@pytest.mark.slow
def test_as_many_cases_as_the_command_writes_are_read(tmp_path):
    command = ["assignment", "hidden", "dropout_backward", "--to", str(tmp_path), "--count"]
    assert main([*command, str(MAX_CASES)]) == 0  # the largest files: masks are written out
    assert len(load_hidden_cases(tmp_path)["dropout_backward"]) == MAX_CASES


def test_the_command_writes_no_more_cases_than_are_read(tmp_path, capsys):
    command = ["assignment", "hidden", "im2col", "--to", str(tmp_path), "--count"]
    assert main([*command, str(MAX_CASES + 1)]) == 2
    assert f"--count must be at most {MAX_CASES}" in capsys.readouterr().err


ABSURD = {
    "a huge side": (case({"normal": [2**40]}, 1, 1, 1, 0), "more than 1000000 numbers"),
    "many sides": (case({"distinct": [1000, 1000, 1000]}, 1, 1, 1, 0), "more than 1000000 numbers"),
    "many axes": (case({"normal": [1] * 33}, 1, 1, 1, 0), "at most 8 axes"),
    "a product that overflows": (case({"normal": [2**32, 2**32]}, 1, 1, 1, 0), "more than 1000000"),
    "a negative side": (case({"normal": [-1]}, 1, 1, 1, 0), "no negative sides"),
    "no integers": (case({"normal": [2.0]}, 1, 1, 1, 0), "a list of integers"),
    "no list": (case({"normal": 5}, 1, 1, 1, 0), "a list of integers"),
    "no levels": (case({"levels": [0, 2]}, 1, 1, 1, 0), "first number, how many different"),
    "many arrays": (case(*[{"normal": [10**6]}] * 5), "of a case can have at most 2000000 numbers"),
    "many calls": (case(NORMAL, calls=[[1]] * 101), "at most 100 calls, got 101"),
    "many items": (case([1] * 10_001), "more than 10000 items"),
    "many lists": (case(*[[1] * 6000] * 2), "at most 10000 numbers besides its arrays"),
    "deep lists": (case([[[[[[[[[1]]]]]]]]]), "nested more than 8 levels deep"),
    "a huge number": (case(NORMAL, 1, 1, 1, 10**9), "is larger than 1000000"),
    "a number of many digits": (case(NORMAL, 1, 1, 1, 10**300), "a number of 301 digits"),
    "a long text": (case(NORMAL, "x" * 300, 1, 1, 0), "is a text of 300 characters"),
    "texts in an array": (case({"array": ["a"]}, 1, 1, 1, 0), "consists of numbers"),
    "rows of other lengths": (case({"array": [[1], []]}, 1, 1, 1, 0), "different lengths"),
    "numbers beside lists": (case({"array": [[1], 2]}, 1, 1, 1, 0), "consists of numbers"),
    "a large integer": (case({"array": [2**70]}, 1, 1, 1, 0), "more than 64 bits"),
    "a seed of a generator": (case({"rng": "a"}, 1, 1, 1, 0), "the seed of a generator"),
    "no previous call": (case({"previous": 0}, 1, 1, 1, 0), "no call before the first"),
    "no index": (case(NORMAL, {"previous": -1}, 1, 1, 0), "given by its index"),
    "no such output": (
        case(calls=[[NORMAL, 1, 1, 1, 0], [{"previous": 1}, 1, 1, 1, 0]]),
        "one of 1 outputs",
    ),
    "a negative seed": (case(NORMAL, 1, 1, 1, 0, seed=-1), "the seed of a case must be from 0"),
    "no integer as seed": (case(NORMAL, 1, 1, 1, 0, seed=True), "its seed an integer"),
    "no text about it": (case(NORMAL, 1, 1, 1, 0, about=5), '"about" must be one line'),
    "half a letter": (case(NORMAL, 1, 1, 1, 0, about="\ud800"), '"about" must be one line'),
    "two kinds": (case({"normal": [1], "levels": [1]}, 1, 1, 1, 0), "not of a known kind"),
    "a missing argument": (case(NORMAL, 1, 1, 1), "4 arguments instead of 5"),
    "a huge padding": (case(NORMAL, 1, 1, 1, 10**5), "would process more than 10000000 numbers"),
    "large windows": (
        case({"normal": [1, 1, 400, 400]}, 200, 200, 1, 0),
        "would process more than",
    ),
}


@pytest.mark.parametrize("name", ABSURD)
def test_an_absurd_case_is_refused_before_it_takes_memory(name, tmp_path):
    entry, sentence = ABSURD[name]
    good = case(NORMAL, 2, 2, 1, 0)
    write(tmp_path, "im2col", [good, entry])
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"im2col.json, case 2: .*{sentence}") as refused:
            load_hidden_cases(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()
    assert "\n" not in str(refused.value)
    assert len(str(refused.value).replace(str(tmp_path), "")) < 300


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "a list of cases is expected"),
        ('{"about": 1}', "a list of cases is expected"),
        ("[" * 5000, "nested too deeply"),
        ("[" * 600_000, "more than 500000 lists"),
        ("[1" + ",1" * (2 * 10**6 + 1) + "]", "more than 2000000 numbers"),
        ("[" + ",".join(["{}"] * 101) + "]", "it contains 101 cases; at most 100"),
        ('[{"seed": ' + "9" * 5000 + "}]", "not valid JSON"),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_refused(text, sentence, tmp_path):
    with pytest.raises(ValueError, match=f"relu_forward.json: .*{sentence}"):
        load_hidden_cases(write(tmp_path, "relu_forward", text))


def test_a_folder_or_another_encoding_in_place_of_a_file(tmp_path):
    path = tmp_path / "relu_forward.json"
    path.mkdir()
    with pytest.raises(ValueError, match=r"relu_forward.json: it is not a file"):
        load_hidden_cases(tmp_path)
    path.rmdir()
    path.write_bytes("[é]".encode("latin-1"))
    with pytest.raises(ValueError, match="is not saved as UTF-8"):
        load_hidden_cases(tmp_path)


def test_a_row_and_a_column_that_make_a_huge_matrix_are_refused(tmp_path):
    row, column = {"normal": [1, 10**5]}, {"normal": [10**5, 1]}
    with pytest.raises(ValueError, match="would process more than"):
        load_hidden_cases(write(tmp_path, "relu_backward", [case(row, column)]))


def test_drawn_arguments_are_kept_and_go_with_the_case():
    one = Case.from_dict(case(NORMAL))
    assert one.arguments() is one.arguments()
