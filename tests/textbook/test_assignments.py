"""What lessons/assignments/README.md tells instructors about submissions that copy the textbook."""

from pathlib import Path

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.textbook import im2col

TEXT = Path(im2col.__file__).read_text(encoding="utf-8")

COPIES = {  # in the signatures of the assignments
    "im2col": "lambda x, kh, kw, s, p: copied_im2col(x, (kh, kw), s, p)",
    "col2im": "lambda cols, shape, kh, kw, s, p: copied_col2im(cols, shape, (kh, kw), s, p)",
    "conv_forward": "lambda x, w, b, s, p: conv2d(x, w, b, s, p)[0]",
    "conv_backward": "lambda dy, x, w, b, s, p: conv2d_backward(dy, conv2d(x, w, b, s, p)[1])",
    "maxpool_forward": "lambda x, size, s: max_pool2d(x, size, s)[0]",
    "maxpool_backward": "lambda dy, x, k, s: max_pool2d_backward(dy, max_pool2d(x, k, s)[1])",
}


@pytest.mark.slow
@pytest.mark.parametrize("task", COPIES)
def test_a_copy_is_right_but_for_the_order_of_columns(task, tmp_path):
    text = TEXT.replace("im2col(", "copied_im2col(").replace("col2im(", "copied_col2im(")
    path = tmp_path / "submission.py"
    path.write_text(f"{text}\n\n{task} = {COPIES[task]}\n", encoding="utf-8")
    verdict = grade_task(path, TASKS[task])[0].verdict
    if task in ("im2col", "col2im"):
        assert not verdict.passed
        assert "\nchannels-last: " in verdict.message
    else:
        assert verdict.passed, verdict.message


def test_a_submission_cannot_import_the_textbook(tmp_path):
    path = tmp_path / "submission.py"
    path.write_text("from minivgg.textbook.im2col import im2col\n", encoding="utf-8")
    message = grade_task(path, TASKS["im2col"])[0].verdict.message
    assert "imports minivgg.textbook.im2col: the assignments are solved with NumPy alone" in message
