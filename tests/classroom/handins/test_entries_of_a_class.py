"""Small questions about the entries of a class, each with its border cases."""

import pytest

from minivgg.classroom.handins import choosing, class_entries, collecting, platforms
from minivgg.classroom.handins.submission import File, Submission


def test_numbers_tell_entries_apart_only_where_there_are_several(tmp_path):
    for name in ("team-1", "team-2", "solo-1"):
        (tmp_path / name).mkdir()
    paths = [tmp_path / name for name in ("team-1", "team-2", "solo-1")]
    assert class_entries._numbered(paths[2:]) == {}
    found = class_entries._numbered(paths)
    assert {name: sender.name for name, sender in found.items()} == {
        "team-1": "team-1", "team-2": "team-2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "expected"),
    [((), False), (("a.txt",), False), (("a.txt", "b.py"), True), (("a.txt", "b.zip"), True)],
)
def test_a_folder_with_one_program_or_archive_has_work(names, expected, tmp_path):
    for name in names:
        (tmp_path / name).write_text("")
    assert collecting._has_work(tmp_path) is expected


def test_five_files_are_named_where_none_is_for_the_assignment(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("x = 1\n")
    files = [File(path, f"{k}.py", 0.0) for k in range(3)]
    submission = Submission("Ada", files, other_names=["a.pdf", "b.pdf", "c.pdf"])
    (remark,) = choosing.choose_file(submission, "loss").remarks
    assert remark == (
        "There is no file loss.py, and none of its functions is in 0.py, 1.py, 2.py, a.pdf, b.pdf."
    )


def test_a_name_without_a_platform_is_a_file_unless_it_is_a_folder():
    assert platforms.sender_of("ada.v2").file_name == "ada.v2"
    assert platforms.sender_of("ada.v2", is_folder=True).file_name == ""
    assert platforms.sender_of("ada.v2", is_folder=True).name == "ada.v2"
