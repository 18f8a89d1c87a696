"""What students read about errors, partly right results and what they printed."""

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grader import grade_results
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.isolation import child_process
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.messages import describe_error
from minivgg.classroom.results import Results
from minivgg.classroom.verdict import Verdict

TASK = TASKS["softmax_cross_entropy"]
NOT_ALLOWED = "which is not allowed during grading"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ("Forbidden", f"starts another process, {NOT_ALLOWED}", 43, "fork()"),
            f"line 43 starts another process, {NOT_ALLOWED}",
        ),
        (("Forbidden", f"uses x, {NOT_ALLOWED}", None), f"uses x, {NOT_ALLOWED}"),
        (("SystemExit", "calls sys.exit()", "2 of cell 5"), "line 2 of cell 5 calls sys.exit()"),
        (("ImportError", "imports torch: no", 1, "import torch"), "line 1 imports torch: no"),
        (("MemoryError", "MemoryError", 42, ""), "line 42 needs more memory than allowed"),
        (
            ("_ArrayMemoryError", "Unable to allocate 8. GiB for an array with", 4, "y = f()"),
            "line 4 needs more memory than allowed for an array of 8 GiB, in: y = f()",
        ),
        (("MemoryError", "returns more than 32 MB", None), "returns more than 32 MB"),
        (
            ("EOFError", "EOF when reading a line", 3, "n = input()"),
            "line 3: input() cannot be used during grading",
        ),
        (("EOFError", "other", 3, "x"), "EOFError in line 3: other, in: x"),
    ],
)
def test_an_error_as_a_sentence(error, sentence):
    assert describe_error(*error) == sentence


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("n = input()", "line 3: input() cannot be used during grading"),
        (
            "return np.ones(10**11)",
            "line 3 needs more memory than the limit of 512 MB for an array of 745 GiB, in: return",
        ),
        ("return bytes(10**10)", "line 3 needs more memory than the limit of 512 MB, in: return"),
        ("import os; os.system('ls')", f"line 3 starts another process, {NOT_ALLOWED}"),
    ],
)
def test_an_error_of_a_submission(body, words, tmp_path):
    file = tmp_path / "loss.py"
    file.write_text(f"import numpy as np\ndef softmax_cross_entropy(z, y):\n    {body}\n")
    grade, _ = grade_task(file, TASK, limits=Limits(memory_bytes=2**29))
    assert words in grade.verdict.message


def test_right_outputs_are_counted_where_no_whole_check_passes():
    def loss_alone(logits, labels):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].mean(), 7 + log_p

    results = Results.from_function(loss_alone, TASK, TASK.cases)
    count = len(TASK.cases)
    words = f"0 of {count} {{}} passed completely; {count} of {2 * count} outputs are right."
    public = grade_results(results)
    assert words.format("public checks") in public.message.splitlines()[0]
    hidden = grade_results(results, "hidden checks")
    whole = TaskGrade(TASK, public, hidden, public_count=count, hidden_count=count)
    assert words.format("hidden checks") in whole.verdict.message.splitlines()


def test_without_right_outputs_nothing_is_said_about_them():
    results = Results.from_function(lambda z, y: (-1.0, z + 7), TASK, TASK.cases)
    first = grade_results(results).message.splitlines()[0]
    assert first.endswith(f"0 of {len(TASK.cases)} public checks passed.")
    assert isinstance(grade_results(results), Verdict)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("a\nb\n", "a\nb\n"),
        ("x" * 1233 + "\n" + "y" * 1990 + "\n", "… (the first 1,234 characters are left out)\nyyy"),
        ("x" * 1000 + "\n" + "y" * 1999 + "\n", "… (the first 1,001 characters are left out)\nyyy"),
        ("y" * 3000 + "\n", "… (the first 1,001 characters are left out)\nyyy"),
    ],
)
def test_printed_output_that_is_cut_says_so(printed, kept, tmp_path):
    result = child_process._end_of(printed)
    assert result.startswith(kept)
    assert result.endswith(printed[-1000:])
    file = tmp_path / "loss.py"
    file.write_text(f"print({printed!r}, end='')\ndef softmax_cross_entropy(z, y):\n    return 1\n")
    assert grade_task(file, TASK)[0].printed.rstrip() == result.rstrip()
