"""Guesses: written down beside the notebook, shown again, and never in the way."""

import json
from pathlib import Path

import numpy as np
import pytest

from minivgg.classroom import guess


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def said(capsys, *arguments):
    guess(*arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), ("deeper", "deeper"), ([1, 2.5], "[1, 2.5]"), (np.int64(9), "9"), ("일곱", "일곱")],
)
def test_a_guess_is_written_down_and_shown_again(value, text, capsys):
    assert said(capsys, "3", value) == f"Written down: {text}\n"
    assert said(capsys, "3") == f"Your guess: {text}\n"
    assert said(capsys, "4") == "No guess yet.\n"


def test_a_second_guess_replaces_the_first_and_leaves_the_others(capsys):
    for lesson, value in (("3", 5), ("1b", 2), ("3", 7)):
        guess(lesson, value)
    assert json.loads(Path("guesses.json").read_text()) == {"3": 7, "1b": 2}


def test_three_dots_are_no_guess_and_write_nothing(capsys):
    assert said(capsys, "3", ...).startswith("Replace the three dots with your guess")
    assert not Path("guesses.json").exists()


@pytest.mark.parametrize("content", ["", "[1, 2]", "{", "7", '"text"'])
def test_a_damaged_file_is_as_none(content, capsys):
    Path("guesses.json").write_text(content)
    assert said(capsys, "3") == "No guess yet.\n"
    assert said(capsys, "3", 7) == "Written down: 7\n"
    assert said(capsys, "3") == "Your guess: 7\n"


def test_a_folder_that_cannot_be_written_is_one_sentence(capsys):
    Path("guesses.json").mkdir()
    assert said(capsys, "3", 7).startswith("Your guess could not be written to guesses.json (")


@pytest.mark.parametrize("value", [object(), {1}, lambda: 7, b"7"])
def test_what_is_no_guess_is_refused(value):
    with pytest.raises(TypeError, match="a guess is a number, a text, or a list of them, got"):
        guess("3", value)


def test_the_number_of_the_lesson_is_a_text():
    with pytest.raises(TypeError, match="in quotation marks, got int"):
        guess(3, 7)


def test_a_long_guess_is_cut_off_and_control_characters_are_not_shown(capsys):
    assert len(said(capsys, "3", "x" * 10_000)) < 300
    assert len(said(capsys, "3")) < 300
    assert "\x1b" not in said(capsys, "4", "a\x1b[31mb")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (198 * "x", 198 * "x"),  # with its quotation marks, 200 characters
        (199 * "x", '"' + 199 * "x"),
        (list(range(60)), json.dumps(list(range(60)))[:200]),
        (np.array([1, 2]), [1, 2]),
        (True, True),
    ],
)
def test_what_is_kept_of_a_guess(value, kept):
    guess("3", value)
    assert json.loads(Path("guesses.json").read_text()) == {"3": kept}


def test_the_file_of_guesses_can_be_read_by_people(capsys):
    guess("3", "sieben")
    guess("1b", "일곱")
    written = Path("guesses.json").read_bytes().decode()
    assert written == '{\n "3": "sieben",\n "1b": "일곱"\n}\n'
    assert said(capsys, "4", ["é"]).endswith('["é"]\n')


def test_only_so_much_of_a_guess_is_shown(capsys):
    Path("guesses.json").write_text(json.dumps({"3": 300 * "x", "4": None}))
    assert said(capsys, "3") == f"Your guess: {200 * 'x'}\n"
    assert said(capsys, "4") == "Your guess: null\n"


def test_each_refusal_is_a_whole_sentence(capsys):
    assert said(capsys, "3", ...) == (
        "Replace the three dots with your guess: it is written down, and shown again at the "
        "answer.\n"
    )
    with pytest.raises(TypeError, match=r"^guess takes the number of the lesson in quotation mark"):
        guess(3)
    with pytest.raises(TypeError, match=r"a list of them, got set$"):
        guess("3", {1})
