"""A worked answer is printed, or shown by a notebook."""

import sys
from types import SimpleNamespace

import pytest

from minivgg.classroom import worked_answers
from minivgg.classroom.exercises import EXERCISES, Exercise


def test_a_worked_answer_is_printed(capsys):
    worked_answers.solution("3.1")
    assert capsys.readouterr().out == EXERCISES["3.1"].worked + "\n"


def test_a_notebook_shows_it_as_text_with_formulas(monkeypatch, capsys):
    shown = []
    fake = SimpleNamespace(Markdown=lambda text: ("Markdown", text), display=shown.append)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(display=fake))
    monkeypatch.setitem(sys.modules, "IPython.display", fake)
    monkeypatch.setattr(worked_answers, "in_notebook", lambda: True)
    worked_answers.solution("3.1")
    assert shown == [("Markdown", EXERCISES["3.1"].worked)]
    assert capsys.readouterr().out == ""


def test_an_exercise_may_have_none(monkeypatch, capsys):
    monkeypatch.setitem(EXERCISES, "99.1", Exercise("99.1", "?"))
    worked_answers.solution("99.1")
    assert capsys.readouterr().out == "There is no worked answer to 99.1.\n"
    with pytest.raises(ValueError, match="there is no exercise '3'"):
        worked_answers.solution("3")
