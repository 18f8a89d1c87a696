"""The page of the class, whole: points, notes, mistakes, students, and lists of others."""

import re

import pytest
from support.grades import graded_student

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import ClassGrades, EqualFunctions
from minivgg.classroom.reports.class_page import class_html, class_markdown

SYMPTOM = TASKS["relu_backward"].find_mistake("mask-inverted").symptom
SUMMARY = "2 students, out of 10 points: median 7.5, mean 7.5, 0 with full marks"
MISTAKES = "Most frequent mistakes: mask-inverted in relu_backward (2×)"


def grades():
    """Two students with notes and a group of equal functions, and others who are not graded."""
    ada = graded_student("A*", key="a", number="7", is_late=True, remarks=["odd", "file"])
    ada.notes, ada.copies = ["one", "two"], ["is in the group"]
    ada.tasks[0].hidden_seconds = 2.0
    ben = graded_student("", key="b")
    equal = [EqualFunctions(("a", "gone", "b"), "x.py: f is the same"),
             EqualFunctions(("b",), "y.py: g <is>")]  # fmt: skip
    return ClassGrades([ada, ben], "<hook> in force", ["l*.pdf", "m.pdf"], 0, ["Zoe", "Yu"], equal)


def test_the_page_in_markdown():
    ada, ben = "[A\\*](students/a%20b.md)", "[?](students/c.md)"
    assert class_markdown(grades(), ["a b", "c"]).split("\n") == [
        "# The class", "",
        f"{SUMMARY}  ", f"{MISTAKES}  ", "",
        "\\<hook\\> in force", "",
        "## Notes for the instructor", "",
        "| student | note |", "| --- | --- |",
        f"| {ada}, {ben} | x.py: f is the same |",
        f"| {ben} | y.py: g \\<is\\> |",
        f"| {ada} | one two |", "",
        "| student | number | late | points | out of | seconds | remarks |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        f"| {ada} | 7 | LATE | 7.5 | 10 | 2.6 | odd file |",
        f"| {ben} |  |  | 7.5 | 10 | 0.6 |  |", "",
        "## Mistakes", "",
        "| task | mistake | students | who | symptom |", "| --- | --- | --- | --- | --- |",
        f"| relu_backward | mask-inverted | 2 | {ada}, {ben} | {SYMPTOM} |", "",
        "## Students not graded this time", "", "Zoe, Yu", "",
        "## Entries that belong to no student", "", "l\\*.pdf, m.pdf", "",
    ]  # fmt: skip


def test_the_page_in_html():
    page = class_html(grades(), ["a b", "c'"])
    assert "<title>The class</title>" in page
    body = page.partition("<body>")[2].removesuffix("</body></html>\n")
    before, histogram, after = re.split(r"(<h2>Points</h2>\n<table>.*?</table>)", body)
    ada, ben = "<a href='students/a%20b.html'>A*</a>", "<a href='students/c%27.html'>?</a>"
    assert before.split("\n")[:-1] == [
        "<h1>The class</h1>",
        f"<p>{SUMMARY}</p>",
        f"<p>{MISTAKES}</p>",
        "<p class='note'>&lt;hook&gt; in force</p>",
    ]
    assert histogram.count("<tr>") == 11
    bar = "<div class=''><div class='bar' title='75 %'><div style='width:75.0%'></div></div> </div>"
    assert after.split("\n")[1:] == [
        "<h2>Notes for the instructor</h2><p class='note'>Students do not see these.</p>",
        "<div class='wide'><table>",
        "<tr><th>student</th><th>note</th></tr>",
        f"<tr><td>{ada}, {ben}</td><td>x.py: f is the same</td></tr>",
        f"<tr><td>{ben}</td><td>y.py: g &lt;is&gt;</td></tr>",
        f"<tr><td>{ada}</td><td>one<br>two</td></tr>",
        "</table></div>",
        "<h2>Mistakes</h2><div class='wide'><table>",
        "<tr><th>task</th><th>mistake</th><th class='number'>students</th><th>made by</th></tr>",
        "<tr><td>relu_backward</td><td class='about'>mask-inverted<br>"
        f"<span class='note'>{SYMPTOM}</span></td><td class='number'>2</td>"
        f"<td>{ada}, {ben}</td></tr>",
        "</table></div>",
        "<h2>Students</h2><div class='wide narrow'><table>",
        "<tr><th>student</th><th class='number'>points</th><th></th><th class='number'>seconds"
        "</th><th>remarks</th></tr>",
        f"<tr><td>{ada} <span class='late'>LATE</span><br><span class='note'>7</span></td>"
        f"<td class='number'>7.5</td><td>{bar}</td><td class='number'>2.6</td>"
        "<td class='note'>odd file</td></tr>",
        f"<tr><td>{ben}</td><td class='number'>7.5</td><td>{bar}</td>"
        "<td class='number'>0.6</td><td class='note'></td></tr>",
        "</table></div>",
        "<h2>Students not graded this time</h2><ul><li>Zoe</li><li>Yu</li></ul>",
        "<h2>Entries that belong to no student</h2><ul><li>l*.pdf</li><li>m.pdf</li></ul>",
    ]


def test_without_notes_mistakes_and_others_their_parts_are_missing():
    ada = graded_student("Ada")
    del ada.assignments[0].tasks[1]
    page = class_html(ClassGrades([ada]), ["Ada"])
    assert re.findall("<h[12]>(.*?)</h", page) == ["The class", "Points", "Students"]
    assert "<p class='note'>" not in page
    markdown = class_markdown(ClassGrades([ada]), ["Ada"])
    assert "##" not in markdown
    assert markdown.startswith("# The class\n\n1 student, out of 5 points: ")
    assert "with full marks  \n\n| student |" in markdown


@pytest.mark.parametrize(("count", "folded"), [(5, False), (6, True)])
def test_more_than_five_students_with_a_mistake_are_folded(count, folded):
    students = [graded_student(f"s{i}") for i in range(count)]
    page = class_html(ClassGrades(students), [f"s{i}" for i in range(count)])
    links = ", ".join(f"<a href='students/s{i}.html'>s{i}</a>" for i in range(count))
    who = f"<details><summary>6 students</summary>{links}</details>" if folded else links
    assert f"<td class='number'>{count}</td><td>{who}</td>" in page


def test_the_histogram_has_a_row_for_each_tenth_and_one_for_full_marks():
    points = (-1.0, 0.0, 0.99, 1.0, 5.0, 9.99, 10.0, 11.0, 11.0, 11.0)
    students = [graded_student("s", points_by_hand=p) for p in points]
    page = class_html(ClassGrades(students), [f"s{i}" for i in range(10)])
    table = page.partition("<h2>Points</h2>")[2].partition("</table>")[0]
    rows = re.findall(r"number'>([^<]*)<.*?width:([\d.]+)%.*?number'>(\d+)<", table)
    expected = {0: ("75.0", "3"), 1: ("25.0", "1"), 5: ("25.0", "1"), 9: ("25.0", "1")}
    assert rows[:10] == [
        (f"{10 * k}–{10 * k + 10} %", *expected.get(k, ("0.0", "0"))) for k in range(10)
    ]
    assert rows[10:] == [("100 %", "100.0", "4")]
    assert "class='full'" not in table


def test_a_student_of_no_points_at_all_has_an_empty_bar():
    one = graded_student("Ada", points_by_hand=2.0)
    for grade in one.tasks:
        grade.max_points = 0.0
    page = class_html(ClassGrades([one]), ["Ada"]).partition("<h2>Students</h2>")[2]
    assert "width:0.0%" in page
