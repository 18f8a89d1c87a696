"""The pages of one student, whole: what stands where, and what is left out."""

import base64

import pytest
from support.grades import PICTURE, graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade, Student
from minivgg.classroom.reports.page_parts import STYLE
from minivgg.classroom.reports.student_page import picture_name, student_html, student_markdown
from minivgg.classroom.verdict import Verdict

RIGHT = "relu_forward(x)"
WRONG = "relu_backward(dy, x)"
ALTERNATIVE = "the right numbers beside those of the function, wrong ones framed"


def student(**more):
    """One with a wrong function that printed something, and a file that was not handed in."""
    one = graded_student("Ada_", **more)
    message = "relu_backward: not yet:\n  x = [1]\n  y = [2]\nmask-inverted: <0\nsee lesson 5"
    failed = task_grade("relu_backward", 0.5, message, ["mask-inverted"], picture=PICTURE,
                        printed="so <far>\n")  # fmt: skip
    one.assignments[0].tasks[1] = failed
    one.assignments[0].remarks = ["one_file", "two"]
    one.assignments.append(AssignmentGrade("loss", "", [], ["no", "file"], weight=2.0))
    one.assignments.append(AssignmentGrade("pooling"))
    return one


def body(page):
    head, _, rest = page.partition("</head><body>")
    assert STYLE in head
    return rest.removesuffix("</body></html>\n").split("\n")


def test_the_page_in_markdown():
    assert student_markdown(student(is_late=True, remarks=["a*", "b"]), "Ada #1").split("\n") == [
        "# Ada\\_ (LATE)", "", "**7\\.5 of 10 points**", "",
        "a\\*  ", "b  ",
        "", "The public checks took 0.6 seconds.",
        "", "## relu_dropout: 7.5 of 10 points", "",
        "one_file  ", "two  ",
        "", f"### `{RIGHT}`: 5 of 5 points", "", "Public checks passed.  ",
        "", f"### `{WRONG}`: 2\\.5 of 5 points", "", "Not yet:  ",
        "", "```", "x = [1]", "y = [2]", "```", "", "mask-inverted: \\<0  ", "see lesson 5  ",
        "", f"![relu_backward: {ALTERNATIVE}](Ada%20%231.relu_backward.png)",
        "", "Printed output:", "", "```", "so <far>", "```",
        "", "## loss: 0 of 0 points, weight 2", "", "no file",
        "", "## pooling: 0 of 0 points", "", "Not handed in.", "",
    ]  # fmt: skip


def test_without_remarks_seconds_and_a_name_there_are_no_lines_of_them():
    one = graded_student("Ada")
    for grade in one.tasks:
        grade.seconds = 0.0
    lines = student_markdown(one).split("\n")
    assert lines[:6] == [
        "# Ada", "", "**7\\.5 of 10 points**", "", "", "## relu_dropout: 7.5 of 10 points",
    ]  # fmt: skip
    assert lines[-3:] == ["", "Not correct yet.  ", ""]  # no picture
    assert "seconds" not in student_html(one)


def test_the_page_in_html():
    data = base64.b64encode(PICTURE).decode()
    assert body(student_html(student(is_late=True, remarks=["a<"]))) == [
        "<h1>Ada_ <span class='late'>LATE</span></h1>",
        "<p>7.5 of 10 points</p>",
        "<p class='note'>a&lt;</p>",
        "<p class='note'>The public checks took 0.6 seconds.</p>",
        "<h2>relu_dropout <span class='note'>(relu_dropout.py)</span>: 7.5 of 10 points</h2>",
        "<p class='note'>one_file</p>",
        "<p class='note'>two</p>",
        "<div class='full'>",
        f"<h3><code>{RIGHT}</code></h3>",
        "<div class='full'><div class='bar' title='100 %'><div style='width:100.0%'></div></div> "
        "5 of 5 points</div>",
        "<p class='message'>Public checks passed.</p>",
        "</div>",
        "<div class='failed'>",
        f"<h3><code>{WRONG}</code></h3>",
        "<div class=''><div class='bar' title='50 %'><div style='width:50.0%'></div></div> "
        "2.5 of 5 points</div>",
        "<p class='message'>Not yet:</p>",
        "<pre>x = [1]",
        "y = [2]</pre>",
        "<p class='message'><b>mask-inverted</b>: &lt;0</p>",
        "<p class='message'>see lesson 5</p>",
        f"<p><img alt='relu_backward: {ALTERNATIVE}' src='data:image/png;base64,{data}'></p>",
        "<p class='note'>Printed output:</p><pre>so &lt;far&gt;</pre>",
        "</div>",
        "<h2>loss: 0 of 0 points, weight 2</h2>",
        "<p class='note'>no file</p>",
        "<h2>pooling: 0 of 0 points</h2>",
        "<p class='note'>Not handed in.</p>",
    ]
    assert "<title>Ada_: 7.5 points</title>" in student_html(student())
    assert body(student_html(student()))[0] == "<h1>Ada_</h1>"


def test_a_file_that_cannot_be_read_shows_once_what_it_printed():
    names = ("im2col", "conv_forward", "col2im")
    printed = ("so far\nhere", "so far\nhere", "")
    grades = [
        task_grade(n, 0.0, f"{n}: not graded.", printed=p)
        for n, p in zip(names, printed, strict=True)
    ]
    grades[2].points_by_hand = 1.0
    one = Student("Ada", [AssignmentGrade("convolution", "c.py", grades)])
    html, markdown = student_html(one), student_markdown(one)
    assert "<p>Not graded: im2col, conv_forward.</p>\n<p class='note'>Printed output:</p>" in html
    assert html.count("<pre>so far\nhere</pre>") == html.count("so far") == 1
    assert markdown.endswith("\nNot graded: im2col, conv_forward.\n\n```\nso far\nhere\n```\n")
    assert markdown.count("### `") == html.count("<h3>") == 1


@pytest.mark.parametrize(
    ("points", "max_points", "width"),
    [(None, 0.0, "25.0"), (None, 8.0, "25.0"), (6.0, 8.0, "75.0")],
)
def test_the_bar_of_a_function_shows_its_points_or_without_any_its_score(points, max_points, width):
    grade = task_grade("relu_forward", 0.25, max_points=max_points, points_by_hand=points)
    page = student_html(Student("Ada", [AssignmentGrade("relu_dropout", "a.py", [grade])]))
    assert f"<div style='width:{width}%'>" in page.partition("<h3>")[2]


def test_the_results_of_hidden_checks_come_after_the_message():
    grade = task_grade("relu_forward", 1.0)
    message = "x: 1 of 2 hidden checks passed.\nabs: is positive."
    grade.hidden, grade.hidden_count = Verdict(False, 0.5, ("abs",), message), 2
    one = Student("Ada", [AssignmentGrade("relu_dropout", "a.py", [grade])])
    assert student_markdown(one).endswith(
        "\nPublic checks passed.  \n1 of 2 hidden checks passed.  \nabs: is positive.  \n"
    )
    assert body(student_html(one))[-4:] == [
        "<p class='message'>Public checks passed.</p>",
        "<p class='message'>1 of 2 hidden checks passed.</p>",
        "<p class='message'><b>abs</b>: is positive.</p>",
        "</div>",
    ]


def test_a_picture_is_named_after_the_page_and_the_function():
    assert picture_name("Ada 7", "im2col") == "Ada 7.im2col.png"
