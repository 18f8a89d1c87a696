"""Reference solutions are found by name, and can be told from functions of students."""

import pytest

from minivgg.classroom import reference_solutions
from minivgg.classroom.bank import TASKS


def test_every_task_has_one():
    assert dir(reference_solutions) == sorted(TASKS)
    for name, task in TASKS.items():
        found = getattr(reference_solutions, name)
        assert isinstance(found, reference_solutions.Reference)
        assert found.func is task.answer


def test_other_names_have_none():
    with pytest.raises(AttributeError, match=r"^there is no task 'x': there are im2col, conv_forw"):
        reference_solutions.x  # noqa: B018
