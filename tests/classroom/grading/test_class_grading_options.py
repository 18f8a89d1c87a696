"""What each option of a class's grading changes, and what is kept of a submission."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.grades import task_grade

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading import class_grading
from minivgg.classroom.grading.adjustments import Adjustment, Adjustments
from minivgg.classroom.grading.class_grading import grade_class, submitted_assignments
from minivgg.classroom.handins.submission import File, Submission

ADA = Submission("Ada", remarks=["odd"], key="k", number="7", is_late=True, platform="Moodle",
                 entry="Ada_7")  # fmt: skip
BEN = Submission("Ben", key="b")


@pytest.fixture
def found(monkeypatch):
    """The submissions of a class, all of full marks, and what its parts were called with."""
    asked = SimpleNamespace(submissions=[ADA, BEN], options=[], folders=[], bars=[], updates=0)

    def find_submissions(path, scratch, **options):
        asked.options.append((path, options))
        asked.folders.append(Path(scratch))
        assert asked.folders[-1].is_dir()
        return SimpleNamespace(submissions=asked.submissions, ignored=["list.pdf"])

    def grade_assignment(submission, assignment, grading):
        assignment.tasks = [task_grade(t.name, 1.0) for t in ASSIGNMENTS[assignment.name]]
        return None, False

    class Bar(nullcontext):
        """What a ``with`` of the bar itself needs."""

        def update(self):
            asked.updates += 1

    monkeypatch.setattr(class_grading.collecting, "find_submissions", find_submissions)
    monkeypatch.setattr(class_grading, "grade_assignment", grade_assignment)
    monkeypatch.setattr(
        class_grading, "progress_bar", lambda **options: asked.bars.append(options) or Bar()
    )
    monkeypatch.setattr(class_grading.bubblewrap, "in_force", lambda isolation: "audit")
    monkeypatch.setattr(class_grading.bubblewrap, "describe", lambda kind: f"by {kind}")
    return asked


def test_what_is_known_of_a_submission_is_kept(found):
    grades = grade_class("folder", ["loss", "pooling"])
    ada, ben = grades.students
    assert (ada.name, ada.key, ada.number, ada.platform) == ("Ada", "k", "7", "Moodle")
    assert (ada.entry, ada.is_late, ada.remarks) == ("Ada_7", True, ["odd"])
    assert (ben.name, ben.key, ben.number, ben.is_late, ben.remarks) == ("Ben", "b", "", False, [])
    assert ada.remarks is not ADA.remarks
    assert [a.name for a in ada.assignments] == ["pooling", "loss"]  # as in the course
    assert (grades.ignored, grades.isolation) == (["list.pdf"], "by audit")


@pytest.mark.parametrize("as_one", [None, True])
def test_files_are_collected_into_a_folder_that_is_removed(as_one, found, tmp_path):
    more = {} if as_one is None else {"as_one": as_one}
    grade_class("folder", ["loss"], **more)
    grade_class("folder", ["loss"], work=tmp_path / "work", **more)
    assert found.options == 2 * [("folder", {"as_one": bool(as_one)})]
    of_the_system, of_work = found.folders
    assert of_the_system.name.startswith("minivgg-class-")
    assert of_work.parent == (tmp_path / "work").resolve()
    assert not of_the_system.exists()
    assert not of_work.exists()


@pytest.mark.parametrize(
    ("more", "total", "disable"),
    [({}, 2, True), ({"progress": True}, 2, False), ({"progress": True, "only": "Ben"}, 1, False)],
)
def test_a_bar_counts_the_students_who_are_graded(more, total, disable, found):
    grade_class("folder", ["loss", "pooling"], **more)
    assert found.bars == [{"total": total, "unit": "student", "disable": disable, "leave": False}]
    assert found.updates == total


@pytest.mark.parametrize(("jobs", "workers"), [(None, 3), (2, 2)])
def test_by_default_all_cores_are_used(jobs, workers, found, monkeypatch):
    asked = []
    pool = class_grading.ThreadPoolExecutor

    def begin(count):
        asked.append(count)
        return pool(count)

    monkeypatch.setattr(class_grading, "cpus", lambda: 3)
    monkeypatch.setattr(class_grading, "ThreadPoolExecutor", begin)
    grade_class("folder", ["loss"], jobs=jobs)
    assert asked == [workers]


def test_points_changed_by_hand_are_those_of_the_student_who_is_meant(found):
    changes = Adjustments([Adjustment("7", "total", 1.5, "why"), Adjustment("Zoe", "total", 9.0)])
    ada, ben = grade_class("folder", ["loss"], adjustments=changes).students
    assert (ada.points, ada.reason, ben.points, ben.reason) == (1.5, "why", 20, "")


def test_names_of_assignments_and_students_that_there_are_not(found):
    with pytest.raises(ValueError, match="no assignment 'los'") as refused:
        grade_class("folder", ["loss", "los"])
    assert str(refused.value).startswith(
        "there is no assignment 'los': did you mean 'loss'? There are convolution, "
    )
    assert not found.folders  # nothing was read
    with pytest.raises(ValueError, match="is named after an assignment") as refused:
        grade_class("folder")
    assert str(refused.value) == (
        "no file in folder is named after an assignment or defines one of its functions; see: "
        "assignment list"
    )
    with pytest.raises(ValueError, match="there is no student 'Zoe'"):
        grade_class("folder", ["loss"], only="Zoe")
    with pytest.raises(ValueError, match="there is no student ''"):
        grade_class("folder", ["loss"], only="")


def test_assignments_are_known_by_names_and_by_functions_of_files_without_one(tmp_path):
    def submission(**texts):
        files = []
        for name, text in texts.items():
            path = tmp_path / f"{len(list(tmp_path.iterdir()))}.py"
            path.write_text(text)
            files.append(File(path, f"{name}.py", 0.0))
        return Submission("Ada", files)

    loss, relu = "def softmax_cross_entropy(): pass\n", "def relu_forward(): pass\n"
    assert submitted_assignments([]) == []
    assert submitted_assignments([submission(mine="x = 1")]) == []
    assert submitted_assignments([submission(mine=loss + relu)]) == ["relu_dropout", "loss"]
    assert submitted_assignments([submission(pooling=loss)]) == ["pooling"]
    several = [submission(mine=loss, pooling="", a=""), submission(), submission(convolution="")]
    assert submitted_assignments(several) == ["convolution", "pooling", "loss"]
