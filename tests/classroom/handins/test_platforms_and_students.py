"""The key and the name of a student, and the platform that most names of a class fit."""

import pytest

from minivgg.classroom.handins.platforms import Sender, platform_of, sender_of, student_name


@pytest.mark.parametrize(
    ("sender", "key"),
    [
        (Sender("Ada B", "7"), "ada b"),
        (Sender("Ada B", "7", "Canvas"), "canvas:7"),
        (Sender("Ada B", "", "GitHub"), "github:ada b"),
        (Sender("Ada B", "7", "Brightspace"), "brightspace:7:ada b"),
    ],
)
def test_the_key_of_a_student(sender, key):
    assert sender.key == key


def test_a_name_is_read_as_that_of_the_platform_that_is_asked_for():
    name = "ada_12_345_loss.py"
    assert sender_of(name, platform="Canvas") == sender_of(name)
    assert sender_of(name, platform="Moodle") == Sender("ada_12_345", file_name=name)
    assert sender_of(name, platform="") == Sender("ada_12_345", file_name=name)
    assert sender_of("_12_assignsubmission_file_").name == "Participant 12"


@pytest.mark.parametrize(
    ("names", "platform"),
    [
        ([], ""),
        (["ada_1_2_x.py", "bo.py", "cy.py"], "Canvas"),
        (["ada_1_2_x.py", "Ada_1_assignsubmission_file_"], "Canvas"),  # has the file's name
        (["ada_1_2_x.py", "Ada_1_assignsubmission_file_loss.py"], "Moodle"),
        (["ada_1_2_x.py", "bo_3_4_x.py", "Ada_1_assignsubmission_file_"], "Canvas"),
        (["1-2 - Ada - Sep 20, 2024 1011 AM", "ada_1_2_x.py"], "Brightspace"),
    ],
)
def test_the_platform_of_a_class_is_that_of_most_names(names, platform):
    assert platform_of(names) == platform


@pytest.mark.parametrize(
    ("entry", "is_folder", "name"),
    [
        ("ada_loss_guide", True, "ada"),
        ("ada-LOSS", True, "ada"),
        ("ada loss", True, "ada"),
        ("ada_dense_evaluation", True, "ada"),
        ("adaloss", True, "adaloss"),
        ("_loss", True, "_loss"),
        ("ada.py", True, "ada.py"),
        ("ada.py", False, "ada"),
        ("ada.txt", False, "ada.txt"),
        (" ada .zip", False, "ada"),
    ],
)
def test_names_of_students_without_a_platform(entry, is_folder, name):
    assert student_name(entry, is_folder) == name


def test_an_entry_is_a_file_by_default():
    assert student_name("ada.py") == "ada"
