"""The pages of students and of the class: what they show, and that no text becomes code."""

import base64
import csv
import io
import re
from html.parser import HTMLParser

import pytest
from support.grades import NAUGHTY, PICTURE, graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade, ClassGrades, EqualFunctions
from minivgg.classroom.reports.class_page import class_html, class_markdown
from minivgg.classroom.reports.gradescope import gradescope_results
from minivgg.classroom.reports.marks_table import marks_csv
from minivgg.classroom.reports.student_page import student_html, student_markdown
from minivgg.classroom.verdict import Verdict

markdown_it = pytest.importorskip("markdown_it")  # comes with jupytext


class Tags(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        """Keep a text."""
        self.text += data


def shown(markdown):
    """A page in Markdown as GitHub shows it, in HTML."""
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table")
    return Tags(parser.render(markdown))


def both(student):
    return Tags(student_html(student)), shown(student_markdown(student, "page"))


def test_a_page_shows_points_seconds_and_that_it_was_late():
    for page in both(graded_student("Ada", is_late=True)):
        assert "LATE" in page.text
        assert "7.5 of 10 points" in page.text
        assert "The public checks took 0.6 seconds." in page.text


def test_points_changed_by_hand_come_with_the_reason():
    student = graded_student("Ada", points_by_hand=9.0, reason="appeal")
    student.tasks[1].points_by_hand, student.tasks[1].reason = 4, "the idea is right"
    for page in both(student):
        assert "4 of 5 points, changed by hand from 2.5: the idea is right" in page.text
        assert "9 of 10 points, changed by hand from 9: appeal" in page.text


def test_the_picture_is_in_the_html_page_and_beside_the_one_in_markdown():
    html, markdown = both(graded_student("Ada"))
    (image,) = (attributes for tag, attributes in html.tags if tag == "img")
    assert base64.b64decode(image["src"].removeprefix("data:image/png;base64,")) == PICTURE
    (beside,) = (attributes for tag, attributes in markdown.tags if tag == "img")
    assert beside["src"] == "page.relu_backward.png"
    assert image["alt"] == beside["alt"]
    assert "relu_backward" in image["alt"]


def test_hidden_checks_have_a_line_of_their_own_without_the_students_texts():
    student = graded_student("Ada")
    grade = student.tasks[0]
    message = "relu_forward: not correct yet: 2 of 5 hidden checks passed.\nSECRET x = [1]"
    grade.hidden, grade.hidden_count = Verdict(False, 0.4, (), message), 5
    for page in both(student):
        assert "2 of 5 hidden checks passed." in page.text
        assert "Public checks passed." in page.text
        assert "SECRET" not in page.text


def test_what_was_not_handed_in_is_one_line():
    student = graded_student("Ada")
    grades = [task_grade(n, 0.0, f"{n}: not graded.") for n in ("im2col", "conv_forward")]
    student.assignments.append(
        AssignmentGrade("convolution", "", grades, ["There is no file convolution.py."])
    )
    for page in both(student):
        assert page.text.count("There is no file convolution.py.") == 1
        assert "conv_forward" not in page.text


def test_a_file_that_cannot_be_read_lists_its_functions_in_one_line_and_what_it_printed():
    student = graded_student("Ada")
    names = ("im2col", "conv_forward")
    grades = [task_grade(n, 0.0, f"{n}: not graded.", printed="so far") for n in names]
    remarks = ["convolution.py cannot be imported."]
    student.assignments.append(AssignmentGrade("convolution", "convolution.py", grades, remarks))
    for page in both(student):
        assert "Not graded: im2col, conv_forward." in page.text
        assert page.text.count("so far") == 1


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_of_a_student_becomes_a_tag_a_link_or_a_heading(text):
    """The same tags as with plain text in all places."""

    def pages(words):
        grade = task_grade("relu_forward", 0.0, f"relu_forward: {words}\n  {words}", printed=words)
        grade.points_by_hand, grade.reason = 1.0, words
        student = graded_student(words, remarks=[words], number=words, notes=[words])
        lost = [
            AssignmentGrade("loss", "", [], [words]),
            AssignmentGrade("pooling", "x", [], [words]),
        ]
        student.assignments = [AssignmentGrade("relu_dropout", "a.py", [grade], [words]), *lost]
        equal = [EqualFunctions((student.key,), words)]
        grades = ClassGrades([student], words, [words], equal=equal)
        yield from both(student)
        yield Tags(class_html(grades, ["page"]))
        yield shown(class_markdown(grades, ["page"]))

    for plain, naughty in zip(pages("two words"), pages(text), strict=True):
        kinds = [tag for tag, _ in naughty.tags if tag not in ("p", "br")]  # lines may be more
        assert kinds == [tag for tag, _ in plain.tags if tag not in ("p", "br")]
        links = [a.get("href", a.get("src", "")) for _, a in naughty.tags]
        assert not [link for link in links if "example.org" in link]
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800]", naughty.text)


def class_of(count):
    students = [graded_student(f"Student {i}", number=str(i)) for i in range(count)]
    students[0].notes.append("equals Student 1")
    grades = ClassGrades(students, "The audit hook was in force.", ["list.pdf"], 0, ["Zoe"])
    return grades, [f"page {i}" for i in range(count)]


@pytest.mark.parametrize("count", [2, 9])
def test_the_class_page_links_mistakes_to_who_made_them(count):
    grades, names = class_of(count)
    for page, suffix in (
        (Tags(class_html(grades, names)), "html"),
        (shown(class_markdown(grades, names)), "md"),
    ):
        links = [a["href"] for tag, a in page.tags if tag == "a"]
        for name in names:  # in the table of mistakes and in that of students
            assert links.count(f"students/{name.replace(' ', '%20')}.{suffix}") >= 2
        for words in ("mask-inverted", "equals Student 1", "audit hook", "list.pdf", "Zoe"):
            assert words in page.text
    folded = [tag for tag, _ in Tags(class_html(grades, names)).tags if tag == "details"]
    assert len(folded) == (count > 5)


def test_a_group_of_equal_functions_has_one_row_on_the_class_page():
    grades, names = class_of(9)
    for i, student in enumerate(grades.students):
        student.key, student.copies = f"key {i}", ["pooling.py: f is the same in 8 others"]
    keys = tuple(student.key for student in grades.students)
    grades.equal = [EqualFunctions(keys[:7], "pooling.py: f is the same")]
    rows = class_html(grades, names).split("<h2>Mistakes")[0].split("<tr>")
    (group,) = [row for row in rows if "pooling.py" in row]
    assert group.count("<a href") == 7
    assert "<summary>7 students</summary>" in group
    assert class_markdown(grades, names).count("is the same") == 1
    assert marks_csv(grades.students).count("in 8 others") == 9


def test_notes_for_the_instructor_are_on_no_students_page():
    grades, _ = class_of(2)
    for page in both(grades.students[0]):
        assert "equals Student 1" not in page.text


def test_bars_of_the_points_are_in_proportion_to_the_longest():
    """Three students have 7.5 of 10 points, and one has 10."""
    students = [graded_student(str(k)) for k in range(3)] + [graded_student("3", points_by_hand=10)]
    page = class_html(ClassGrades(students), ["0", "1", "2", "3"])
    histogram = page.split("<h2>Points</h2>")[1].split("<h2>")[0]
    widths = re.findall(r"width:([\d.]+)%", histogram)
    assert [w for w in widths if w != "0.0"] == ["100.0", "33.3"]


def test_extra_points_and_an_empty_class_can_be_shown():
    student = graded_student("Ada", points_by_hand=12.0)
    assert "1 with full marks" in class_html(ClassGrades([student]), ["Ada"])
    assert "width:100.0%" in class_html(ClassGrades([student]), ["Ada"])
    assert "no students were graded" in class_html(ClassGrades([]), [])
    assert "no students were graded" in class_markdown(ClassGrades([]), [])


def test_a_student_does_not_learn_how_long_the_hidden_checks_took():
    student = graded_student("Ada")
    slow = graded_student("Ada")
    slow.tasks[0].hidden_seconds = 17.25
    assert student_html(slow) == student_html(student)
    assert student_markdown(slow, "page") == student_markdown(student, "page")
    assert gradescope_results(slow) == gradescope_results(student)
    (row,) = csv.DictReader(io.StringIO(marks_csv([slow])))
    assert float(row["seconds"]) == round(slow.all_seconds, 1) == 17.9


def test_a_student_of_many_remarks_has_a_short_row():
    long = ["A" * 140_000, *(f"remark {i}" for i in range(100))]
    student = graded_student("Ada", remarks=long, notes=list(long))
    (row,) = csv.DictReader(io.StringIO(marks_csv([student])))
    for column in ("remarks", "notes for the instructor"):
        assert row[column].startswith("A" * 1000 + "… remark 0 ")
        assert row[column].endswith("remark 18 And 81 more.")
