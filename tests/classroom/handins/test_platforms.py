"""Who a student is, from the names that platforms give to entries, as seen in real downloads."""

import pytest

from minivgg.classroom.handins.class_entries import senders_of
from minivgg.classroom.handins.gradescope_metadata import MAX_LINE, read_class
from minivgg.classroom.handins.platforms import (
    FINDERS,
    Sender,
    platform_of,
    sender_of,
)

MOODLE = [
    ("Ada Byron_123_assignsubmission_file_", "Ada Byron", "123", ""),
    ("Ada Byron_123_assignsubmission_file", "Ada Byron", "123", ""),
    ("Ada Byron_123_assignsubmission_file_loss.py", "Ada Byron", "123", "loss.py"),
    ("Ada Byron_123_assignsubmission_onlinetext_", "Ada Byron", "123", ""),
    (
        "Ada Byron_123_assignsubmission_onlinetext_onlinetext.html",
        *("Ada Byron", "123", "onlinetext.html"),
    ),
    ("Group A-Ada Byron_123_assignsubmission_file_", "Group A-Ada Byron", "123", ""),
    ("Participant_6028356_assignsubmission_file_", "Participant", "6028356", ""),
    ("Raveena_Ramnarine_657853_assignsubmission_file_", "Raveena_Ramnarine", "657853", ""),
    ("Ada 2_7_assignsubmission_file_a_b_12_34_c.py", "Ada 2", "7", "a_b_12_34_c.py"),
    ("김 민수_12_assignsubmission_file_loss.py", "김 민수", "12", "loss.py"),
]
CANVAS = [
    ("byronada_12_345_loss.py", "byronada", "12", False, 345, "loss.py"),
    ("byronada_LATE_12_345_convolution-1.py", "byronada", "12", True, 345, "convolution-1.py"),
    ("byronada_late_12_345_loss.py", "byronada", "12", True, 345, "loss.py"),
    ("byronada_12_345_my_work_2_3_v2.zip", "byronada", "12", False, 345, "my_work_2_3_v2.zip"),
    ("teamblue_12_345_loss.py", "teamblue", "12", False, 345, "loss.py"),
    ("team_blue_12_345_loss.py", "team_blue", "12", False, 345, "loss.py"),
    ("byronada_12_text.html", "byronada", "12", False, 0, "text.html"),
    ("byronada_LATE_12_link.html", "byronada", "12", True, 0, "link.html"),
    ("anon_Zx3f1_345_loss.py", "anon Zx3f1", "Zx3f1", False, 345, "loss.py"),
    ("LATE_anon_Zx3f1_345_loss.py", "anon Zx3f1", "Zx3f1", True, 345, "loss.py"),
    ("byron_1_2_hw.pdf", "byron", "1", False, 2, "hw.pdf"),
]
BLACKBOARD = [
    ("HW1_ab123_attempt_2024-09-20-10-11-12_loss.py", "ab123", 20240920101112, "loss.py", False),
    ("HW1_ab123_attempt_2024-09-20-10-11-12.txt", "ab123", 20240920101112, "", True),
    ("My HW_1_ab_attempt_2024-09-20-10-11-12_a_b.zip", "ab", 20240920101112, "a_b.zip", False),
    ("HW1_ab_attempt_2024-09-20-10-11-12_notes.txt", "ab", 20240920101112, "notes.txt", False),
]
BRIGHTSPACE = [
    ("12345-67890 - Dora Dee - Sep 20, 2024 1011 AM", "Dora Dee", 202409201011, ""),
    (
        "12345-67890 - Dora Dee - Sep 20, 2024 1211 PM - loss.py",
        "Dora Dee",
        202409201211,
        "loss.py",
    ),
    ("397063-25569 - Mary-Ann Smith - Sep 4, 2024 926 PM", "Mary-Ann Smith", 202409042126, ""),
    ("1-2 - Ada - B - May 1, 2024 101 AM - a - b.py", "Ada - B", 202405010101, "a - b.py"),
    (
        "12345-67890 - N0123456 - Dora Dee- Sep 20, 2024 1011 AM - x.py",
        "Dora Dee",
        *(202409201011, "x.py"),
    ),
    ("12345-67890 - Dora Dee - 20 septembre 2024 1011 - loss.py", "Dora Dee", 0, "loss.py"),
]


@pytest.mark.parametrize(("entry", "name", "number", "file_name"), MOODLE)
def test_names_of_moodle(entry, name, number, file_name):
    assert sender_of(entry) == Sender(name, number, "Moodle", file_name=file_name)


@pytest.mark.parametrize(("entry", "name", "number", "is_late", "attempt", "file_name"), CANVAS)
def test_names_of_canvas(entry, name, number, is_late, attempt, file_name):
    assert sender_of(entry) == Sender(name, number, "Canvas", is_late, attempt, file_name)


@pytest.mark.parametrize(("entry", "user", "attempt", "file_name", "is_receipt"), BLACKBOARD)
def test_names_of_blackboard(entry, user, attempt, file_name, is_receipt):
    expected = Sender(user, user, "Blackboard", False, attempt, file_name, is_receipt)
    assert sender_of(entry) == expected


@pytest.mark.parametrize(("entry", "name", "attempt", "file_name"), BRIGHTSPACE)
def test_names_of_brightspace(entry, name, attempt, file_name):
    number = entry.partition("-")[0]
    assert sender_of(entry) == Sender(name, number, "Brightspace", False, attempt, file_name)


@pytest.mark.parametrize(
    ("entry", "student"),
    [
        ("alice.py", "alice"),
        ("alice.ipynb", "alice"),
        ("alice.zip", "alice"),
        ("alice.tar.gz", "alice"),
        ("alice.RAR", "alice"),
        ("alice.py.txt", "alice"),
        ("alice (2).py", "alice"),
        ("alice-1.py", "alice"),
        ("alice_convolution.py", "alice"),
        ("alice_Loss.PY", "alice"),
        ("alice_convolution_backward.py", "alice"),
        ("alice_convolution_guide.ipynb", "alice"),
        ("de la Cruz, María.py", "de la Cruz, María"),
        ("alice - Copy.py", "alice"),
        ("alice.IPYNB", "alice"),
        ("2024-12345.zip", "2024-12345"),
        ("loss.py", "loss"),
    ],
)
def test_names_that_no_platform_gave(entry, student):
    assert sender_of(entry) == Sender(student, file_name=entry)


@pytest.mark.parametrize("entry", ["alice", "dr. who", "2024-12345", "한글"])
def test_names_of_folders_that_no_platform_gave(entry):
    assert sender_of(entry, is_folder=True) == Sender(entry)


def head(platform, student, number):
    """What a platform puts before a student's own name for a file."""
    return {
        "Moodle": f"{student}_{number}_assignsubmission_file_",
        "Blackboard": f"HW1_{student}_attempt_2024-09-20-10-11-12_",
        "Brightspace": f"{number}-67890 - {student} - Sep 20, 2024 1011 AM - ",
        "Canvas": f"{student}_LATE_{number}_345_",
    }[platform]


FORGED = [
    *(f"{x}{head(p, 'ada', 11)}{f}" for p in FINDERS for f in ("loss.py", "") for x in ("x_", "")),
    *("x_ada_attempt_2030-01-01-00-00-00.txt", "_ada_attempt_2030-01-01-00-00-00_loss.py"),
    *("_12_assignsubmission_file_loss.py", "_11_text.html", "LATE_11_12_loss.py", "_11_12_loss.py"),
    *(" - ada - Sep 20, 2030 1011 AM - loss.py", "- Sep 20, 2030 1011 AM", "text.html", "x_.txt"),
]


@pytest.mark.parametrize("platform", FINDERS)
@pytest.mark.parametrize("name", FORGED)
def test_a_file_named_like_the_entry_of_another_student_stays_with_its_own(
    platform, name, tmp_path
):
    name = name or "-"
    mine = head(platform, "eve", 12) + name
    names = [mine, *(head(platform, f"s{k}", 20 + k) + "loss.py" for k in range(2))]
    names.append(head(platform, "ada", 11) + "loss.py")
    place = tmp_path / "class"
    place.mkdir()
    for one in names:
        (place / one).write_text("Name: Ada (ada)", encoding="utf-8")
    if platform == "Blackboard":
        receipt = head(platform, "ada", 11)[:-1] + ".txt"
        (place / receipt).write_text("Name: Ada Byron (ada)", encoding="utf-8")
    found = senders_of(place, sorted(place.iterdir()))
    eve, ada = found[mine], found[names[-1]]
    assert (eve.name, eve.platform, eve.file_name) == ("eve", platform, name)
    assert eve.number == ("eve" if platform == "Blackboard" else "12")
    assert (eve.is_late, eve.is_receipt) == (platform == "Canvas", False)
    assert eve.key != ada.key
    assert ada.name == ("Ada Byron" if platform == "Blackboard" else "ada")
    assert {one.platform for one in found.values()} == {platform}


def test_a_receipt_names_only_the_user_at_the_end_of_its_own_name(tmp_path):
    names = ["HW1_adab_attempt_2024-09-20-10-11-12", "HW1_eve_attempt_2024-09-20-10-11-12"]
    for name, text in zip(names, ("Name: Bo (b)", "Name: Ada (adab) (eve)"), strict=True):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    found = senders_of(tmp_path, sorted(tmp_path.iterdir()))
    assert [one.number for one in found.values()] == ["adab", "eve"]


@pytest.mark.parametrize("platform", ["Moodle", "Canvas"])
def test_the_only_student_of_a_class_cannot_change_its_platform(platform):
    forged = "_12_assignsubmission_file_a_3_4_loss.py"
    assert platform_of([head(platform, "eve", 12) + forged]) == platform
    assert platform_of(["ada.py", "bo"]) == ""


def test_entries_that_do_not_fit_the_platform_of_a_class_have_none(tmp_path):
    names = ["adab_13_346_loss.py", "bo_14_347_loss.py", "cy.py", "Dee_1_assignsubmission_file_x"]
    assert senders(tmp_path, names) == {
        "adab_13_346_loss.py": "adab",
        "bo_14_347_loss.py": "bo",
        "cy.py": "cy",
        "Dee_1_assignsubmission_file_x": "Dee_1_assignsubmission_file_x",
    }


def test_users_of_github_and_folders_of_gradescope_keep_their_names_whatever_they_are(tmp_path):
    forged = ["hw1-eve_12_345_x", "hw1-eve_1_assignsubmission_file_", "hw1-ada"]
    place = tmp_path / "hw1-submissions"
    for name in forged:
        (place / name / ".git").mkdir(parents=True)
    found = senders_of(place, sorted(place.iterdir()))
    assert len({one.key for one in found.values()}) == 3


def test_lines_of_a_students_program_are_not_read_as_gradescopes(tmp_path):
    pad = " " * (MAX_LINE - 6)
    lines = [
        *("submission_1:", "  :submitters:", "  - :name: Eve", "    :sid: '1'", "  :results:"),
        *("    output: |", f"      {pad}submission_2:", f"      {pad}  :submitters:"),
        *(f"      {pad}  - :name: Mallory", "      x\rsubmission_2:", "submission_2:"),
        *("  :submitters:", "  - :name: Ada", "    :sid: '2'"),
    ]
    (tmp_path / "list.yml").write_bytes("\n".join(lines).encode())
    found = read_class(tmp_path / "list.yml")
    assert {folder: one.name for folder, one in found.items()} == {
        "submission_1": "Eve",
        "submission_2": "Ada",
    }


def senders(tmp_path, names, folder="class"):
    place = tmp_path / folder
    for name in names:
        path = place / name.rstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(parents=True) if name.endswith("/") else path.write_text("x", encoding="utf-8")
    entries = sorted(place.iterdir())
    return {name: sender.name for name, sender in senders_of(place, entries).items()}


def test_numbers_at_the_end_mark_copies_only_beside_the_original(tmp_path):
    assert senders(tmp_path, ["team-1/", "team-2/", "ada/", "ada-1/", "bo-1.py"]) == {
        "team-1": "team-1",
        "team-2": "team-2",
        "ada": "ada",
        "ada-1": "ada",
        "bo-1.py": "bo",
    }


def test_user_names_of_blackboard_may_contain_what_separates_them(tmp_path):
    head = "HW_1_{}_attempt_2024-09-20-10-11-12{}"
    place = tmp_path / "class"
    place.mkdir()
    for user in ("a_byron", "d_dee"):
        (place / head.format(user, "_x.py")).write_text("x", encoding="utf-8")
    receipt = place / head.format("a_byron", ".txt")
    receipt.write_text("Name: Ada Byron (a_byron)\nAssignment: HW 1\n", encoding="utf-8")
    found = senders_of(place, sorted(place.iterdir()))
    assert {(one.name, one.number) for one in found.values()} == {
        ("Ada Byron", "a_byron"),
        ("d_dee", "d_dee"),
    }


def test_the_name_of_the_assignment_is_no_part_of_the_users_of_github(tmp_path):
    repositories = ["hw-1-ada/.git/", "hw-1-al-bo/.git/", "hw-1-cy/.git/"]
    expected = {"hw-1-ada": "ada", "hw-1-al-bo": "al-bo", "hw-1-cy": "cy"}
    assert senders(tmp_path, repositories) == expected
    assert senders(tmp_path, ["hw-1-ada/", "hw-1-al/"], "hw-1-submissions") == {
        "hw-1-ada": "ada",
        "hw-1-al": "al",
    }
    assert senders(tmp_path, ["ada/.git/", "bo/", "cy/"], "mixed") == {
        "ada": "ada",
        "bo": "bo",
        "cy": "cy",
    }
