"""Which functions a program defines, and which of them are more than stubs."""

import pytest

from minivgg.classroom.program_functions import functions_in, names_of_functions


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f(x):\n  def inner(): 1\ndef  g (): 1", {"f", "g"}),
        ("f = lambda x: x\ng=lambda: 1\nh = lambdas", {"f", "g"}),
        ("[\"import numpy\\ndef f(x):\", 'def g(x):']", {"f", "g"}),
        ("xdef f(): 1\n# def g(): 1\nclass h: 1", set()),
        ("", set()),
    ],
)
def test_the_names_in_a_text(text, names):
    assert names_of_functions(text) == names


MARK = 'raise NotImplementedError("f is not written yet'


@pytest.mark.parametrize(
    ("body", "is_written"),
    [
        ("return 1", True),
        ("...", False),
        ('"text"\n  ...', False),
        ('"text"', True),  # it returns None
        ('"text"\n  return 1', True),
        ("...\n  return 1", True),
        ('"text"\n  ...\n  return 1', True),
        ("pass", True),
        ("raise NotImplementedError", False),
        ('raise NotImplementedError("later")\n  return 1', False),
        ('"text"\n  raise NotImplementedError()', False),
        ("raise ValueError", True),
        ("raise", True),
        ('x = 1\n  raise NotImplementedError("later")', True),
        (f'x = 1\n  {MARK}")', True),
    ],
)
def test_a_function_is_written_if_it_is_more_than_a_stub(body, is_written):
    assert functions_in(f"def f(x):\n  {body}\n") == {"f": is_written}


def test_a_program_with_an_error_is_read_by_its_lines():
    assert functions_in(f'def f(x):\n  {MARK}")\ndef g(x:\n  ...\nh = lambda x: x') == {
        "f": False,
        "g": True,
        "h": True,
    }
    assert functions_in("def f(): 1\n\0") == {"f": True}


def test_functions_in_others_and_in_classes_are_not_those_of_the_program():
    assert functions_in("class A:\n  def f(x): ...\nif 1:\n  def g(x): ...\nh = lambda: 1") == {
        "h": True
    }


def test_strings_of_a_student_cause_no_warning(recwarn):
    assert functions_in('def f(x):\n  return "\\d"\n') == {"f": True}
    assert not recwarn.list
