"""What the names of files say: their type, their assignment, and which copy they are."""

import pytest

from minivgg.classroom.handins.file_names import (
    copy_numbers,
    is_archive,
    is_exactly,
    is_guide,
    is_named_after,
    is_program,
    stem_of,
    suffix_of,
    without_copy_marks,
)


@pytest.mark.parametrize(
    ("name", "suffix", "stem", "kind"),
    [
        ("loss.py", ".py", "loss", "program"),
        ("Loss.IPYNB ", ".ipynb", "Loss", "program"),
        ("loss.py.txt", ".py.txt", "loss", "program"),
        ("loss.ipynb.json", ".ipynb.json", "loss", "program"),
        ("loss.ipynb.txt", ".ipynb.txt", "loss", "program"),
        ("a.tar.gz", ".tar.gz", "a", "archive"),
        ("a.b.zip", ".zip", "a.b", "archive"),
        ("a.TXZ", ".txz", "a", "archive"),
        ("a.rar", ".rar", "a", "archive"),
        ("a.7z", ".7z", "a", "archive"),
        ("a.tar.zst", ".tar.zst", "a", "archive"),
        ("a.pdf", "", "a.pdf", ""),
        ("loss.py.pdf", "", "loss.py.pdf", ""),
        ("dr. who", "", "dr. who", ""),
        ("losspy", "", "losspy", ""),
        (".py", ".py", ".py", "program"),
    ],
)
def test_the_type_of_a_file(name, suffix, stem, kind):
    assert (suffix_of(name), stem_of(name)) == (suffix, stem)
    assert (is_program(name), is_archive(name)) == (kind == "program", kind == "archive")


@pytest.mark.parametrize(
    ("stem", "without"),
    [
        ("loss-Copy1 (2)", "loss"),
        ("loss - Copy (3)", "loss"),
        ("loss_copy_2", "loss"),
        ("loss (copy)", "loss"),
        ("loss-12", "loss"),
        ("loss-123", "loss-123"),
        ("loss(12345)", "loss"),
        ("(1)", "(1)"),
        ("-1 (2)", "-1"),
        ("loss", "loss"),
    ],
)
def test_marks_of_copies(stem, without):
    assert without_copy_marks(stem) == without


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("loss.py", ()),
        ("loss-Copy3.py", (3,)),
        ("loss copy.py", (1,)),
        ("loss copy 4.py", (4,)),
        ("loss - Copy (5).py", (1, 5)),
        ("loss-2 (3)-4.py", (2, 3, 4)),
        ("Copy of loss.py", (1,)),
        ("Copy of loss (2).py", (1, 2)),
        ("kopie von loss.py", (1,)),
        ("loss (1234567890123).py", (123456789,)),
        ("(1).py", ()),
        ("-1 (2).py", (2,)),
    ],
)
def test_the_number_of_a_copy(name, numbers):
    assert copy_numbers(name) == numbers


@pytest.mark.parametrize(
    ("name", "assignment", "named", "exact"),
    [
        ("loss.py", "loss", True, True),
        ("LOSS (1).ipynb", "loss", True, True),
        ("loss.py", "LOSS", True, True),
        ("Copy of loss.ipynb", "loss", True, True),
        ("copia_de_loss.py", "loss", True, True),
        ("my_loss.py", "loss", True, False),
        ("my loss.py", "loss", True, False),
        ("my-loss.py", "loss", True, False),
        ("myloss.py", "loss", False, False),
        ("loss_2.py", "loss", False, False),
        ("ada_dense_evaluation.py", "dense_evaluation", True, False),
        ("convolution_backward.py", "convolution_backward", True, True),
        ("convolution_backward.py", "convolution", False, False),
    ],
)
def test_files_that_are_named_after_an_assignment(name, assignment, named, exact):
    assert (is_named_after(name, assignment), is_exactly(name, assignment)) == (named, exact)


def test_the_longer_of_two_names_of_assignments_counts(monkeypatch):
    names = {"loss": (), "my_loss": (), "loss_of": ()}
    monkeypatch.setattr("minivgg.classroom.handins.file_names.ASSIGNMENTS", names)
    assert is_named_after("ada_loss.py", "loss")
    assert is_named_after("ada_my_loss.py", "my_loss")
    assert not is_named_after("ada_my_loss.py", "loss")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("loss_guide.ipynb", True),
        ("Loss_GUIDE (2).ipynb", True),
        ("loss_guide", True),
        ("lossguide.ipynb", False),
        ("loss_guide_2.ipynb", False),
    ],
)
def test_guides(name, expected):
    assert is_guide(name) is expected
