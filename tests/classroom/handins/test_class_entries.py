"""Who handed in the entries of a class: receipts, names of repositories, numbers at the end."""

import os

import pytest
from support.submissions import write

from minivgg.classroom.handins import class_entries
from minivgg.classroom.handins.class_entries import named_senders, senders_of
from minivgg.classroom.handins.platforms import Sender

DATE = "attempt_2024-09-20-10-11-12"


def class_of(folder, names):
    """The entries; a name that ends with "/" is a folder."""
    for name in names:
        path = folder / name.rstrip("/")
        path.mkdir(parents=True) if name.endswith("/") else write(path, "x")
    return sorted(folder.iterdir())


def names_of(folder, names):
    return {
        name: sender.name for name, sender in senders_of(folder, class_of(folder, names)).items()
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Name: Ada Byron (ab)\nmore", ("Ada Byron", "ab")),
        ("\ufeffName:Ada (x) (ab)\r\n", ("Ada (x)", "ab")),
        ("이름: 김민수 (kim)", ("김민수", "kim")),
        ("Name: Ada", None),
        ("Name: (ab)", ("", "ab")),
        ("first\nName: Ada (ab)", None),
        (f"{20 * 'x'}: Ada (ab)", ("Ada", "ab")),
        (f"{21 * 'x'}: Ada (ab)", None),
        (f"Name: {988 * 'x'} (ab)", (988 * "x", "ab")),
        (f"Name: {992 * 'x'} (ab)", None),
        ("", None),
    ],
)
def test_the_first_line_of_a_receipt(line, expected, tmp_path):
    path = write(tmp_path / "a.txt", line)
    assert class_entries._receipt(path) == expected


def test_a_receipt_may_have_another_encoding(tmp_path):
    path = write(tmp_path / "a.txt", "Name: Müller (ab)".encode("latin-1"))
    assert class_entries._receipt(path) == ("M�ller", "ab")


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_only_an_ordinary_file_is_a_receipt(tmp_path):
    path = write(tmp_path / "a.txt", "Name: Ada (ab)")
    (tmp_path / "link.txt").symlink_to(path)
    (tmp_path / "folder.txt").mkdir()
    for name in ("link.txt", "folder.txt", "none.txt"):
        assert class_entries._receipt(tmp_path / name) is None


def test_users_of_blackboard_follow_what_all_names_begin_with(tmp_path):
    names = [f"HW_1_a_b_{DATE}_x.py", f"HW_1_a_c_{DATE}_x.py", f"HW_1_d_{DATE}_x.py"]
    assert names_of(tmp_path / "class", names) == dict(zip(names, ["a_b", "a_c", "d"], strict=True))


def test_the_only_user_of_blackboard_follows_the_last_separator(tmp_path):
    names = [f"HW_1_a_b_{DATE}_x.py", f"HW_1_a_b_{DATE}_y.py"]
    assert names_of(tmp_path / "class", names) == dict.fromkeys(names, "b")


def test_the_user_in_a_receipt_counts_also_for_one_student(tmp_path):
    names = [f"HW_1_a_b_{DATE}_x.py", f"HW_1_a_b_{DATE}.txt"]
    entries = class_of(tmp_path / "class", names)
    write(tmp_path / "class" / names[1], "Name: Ada Byron (a_b)")
    found = senders_of(tmp_path / "class", entries)
    assert {(one.name, one.number, one.attempt) for one in found.values()} == {
        ("Ada Byron", "a_b", 20240920101112)
    }
    assert [found[name].is_receipt for name in names] == [False, True]
    write(tmp_path / "class" / names[1], "Name: Ada Byron (ab)")  # of somebody else
    found = senders_of(tmp_path / "class", entries)
    assert {(one.name, one.number) for one in found.values()} == {("Ada Byron", "b")}
    write(tmp_path / "class" / names[1], "Name:  (a_b)")
    found = senders_of(tmp_path / "class", entries)
    assert {(one.name, one.number) for one in found.values()} == {("a_b", "a_b")}


def test_the_platform_of_most_names_is_that_of_the_class(tmp_path):
    names = ["ada_1_2_x.py", "bo_3_4_x.py", f"HW_c_{DATE}_x.py"]
    entries = class_of(tmp_path / "class", names)
    assert {name: one.platform for name, one in named_senders(entries).items()} == {
        "ada_1_2_x.py": "Canvas",
        "bo_3_4_x.py": "Canvas",
        f"HW_c_{DATE}_x.py": "",
    }
    assert senders_of(tmp_path / "class", entries) == named_senders(entries)


def test_a_folder_keeps_a_dot_in_its_name(tmp_path):
    entries = class_of(tmp_path / "class", ["ada.py/", "bo.py"])
    assert named_senders(entries) == {
        "ada.py": Sender("ada.py"),
        "bo.py": Sender("bo", file_name="bo.py"),
    }


def test_gradescopes_list_is_added_to_the_names_of_the_entries(tmp_path):
    entries = class_of(tmp_path / "class", ["submission_1/", "extra/"])
    listing = "submission_1:\n  :submitters:\n  - :name: Ada\nsubmission_2:\n  :submitters:\n"
    write(tmp_path / "class" / "submission_metadata.yml", listing + "  - :name: Bo\n")
    assert senders_of(tmp_path / "class", entries) == {
        "extra": Sender("extra"),
        "submission_1": Sender("Ada", "", "Gradescope"),
        "submission_2": Sender("Bo", "", "Gradescope"),
    }


@pytest.mark.parametrize(
    ("folder", "names", "users"),
    [
        ("hw-submissions", ["hw-ada/", "hw-bo/"], ["ada", "bo"]),
        ("hw-submissions", ["hw-ada/"], ["ada"]),
        ("hw-submissions", ["hw-al-a/", "hw-al-b/"], ["al-a", "al-b"]),
        ("hw-submissions", ["x-ada/", "x-bo/"], ["ada", "bo"]),
        ("hw-submissions", ["hw-/", "hw-bo/"], ["hw-", "bo"]),
        ("hw-submissions", ["ada/", "bo/"], ["ada", "bo"]),
        ("hw", ["hw-ada/.git/", "hw-bo/.git/"], ["ada", "bo"]),
        ("hw", ["hw-ada/.git/"], ["hw-ada"]),
        ("hw", ["hw-al-a/.git/", "hw-al-b/.git/"], ["a", "b"]),
        ("hw", ["hw-ada/.git/", "hw-bo/", "hw-cy/.git/"], ["ada", "bo", "cy"]),
    ],
)
def test_users_of_github(folder, names, users, tmp_path):
    entries = class_of(tmp_path / folder, names)
    found = senders_of(tmp_path / folder, entries)
    assert found == {
        entry.name: Sender(user, "", "GitHub") for entry, user in zip(entries, users, strict=True)
    }


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("hw", ["hw-ada/", "hw-bo/"]),
        ("hw", ["hw-ada/.git/", "hw-bo/"]),  # half of them are repositories
        ("hw-submissions", ["hw-ada.py", "hw-bo.py"]),
    ],
)
def test_other_folders_are_no_users_of_github(folder, names, tmp_path):
    entries = class_of(tmp_path / folder, names)
    assert {one.platform for one in senders_of(tmp_path / folder, entries).values()} == {""}


def test_a_folder_that_may_not_be_looked_into_is_no_repository(tmp_path, monkeypatch):
    def fail(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "exists", fail)
    assert class_entries._is_repository(tmp_path) is False
    assert class_entries._is_repository(write(tmp_path / "a.txt")) is False


@pytest.mark.parametrize(
    ("names", "senders"),
    [
        (
            ["team-1/", "team-2.zip", "solo-1/"],
            {
                "team-1": Sender("team-1"),
                "team-2.zip": Sender("team-2", file_name="team-2.zip"),
                "solo-1": Sender("solo"),
            },
        ),
        (
            ["2024-10.v1-1/", "2024-10.v1-2/"],
            {"2024-10.v1-1": Sender("2024-10.v1-1"), "2024-10.v1-2": Sender("2024-10.v1-2")},
        ),
        (
            ["ada (1).py", "ada (2).py"],
            {
                "ada (1).py": Sender("ada", file_name="ada (1).py"),
                "ada (2).py": Sender("ada", file_name="ada (2).py"),
            },
        ),
    ],
)
def test_entries_that_differ_by_a_number(names, senders, tmp_path):
    entries = class_of(tmp_path / "class", names)
    assert senders_of(tmp_path / "class", entries) == senders


@pytest.mark.parametrize(
    ("names", "start"), [(["hw-b", "hw-a", "hw-c"], "hw-"), (["a"], "a"), (["ab", "a"], "a")]
)
def test_what_all_names_begin_with(names, start):
    assert class_entries._common_start(names) == start
