"""Texts become names of files that are allowed on Linux, macOS and Windows, all different."""

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minivgg.utils.file_names import is_address, natural_order, readable, safe_file_names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a:b", "a-b"),
        ("a/b", "a-b"),
        ('<"a\\b|c?*>', "--a-b-c---"),
        ("CON", "CON-"),
        ("nul.png", "nul.png-"),
        ("Lpt1", "Lpt1-"),
        ("console", "console"),
        ("ends with a dot.", "ends with a dot"),
        (".hidden", "hidden"),
        ("", "-"),
        ("고양이", "고양이"),
        ("line\nbreak", "line-break"),
        ("x" * 100, "x" * 100),
        ("x" * 300, "x" * 91 + "-0d4e2ca9"),
        ("\ud800x", "-x"),
    ],
)
def test_a_name_is_kept_as_far_as_every_system_allows_it(name, safe):
    assert safe_file_names([name]) == [safe]


@given(st.lists(st.text(), max_size=8))
def test_the_names_are_different_even_where_case_does_not_count(names):
    safe = safe_file_names(names)
    assert len({name.casefold() for name in safe}) == len(names)
    assert not any(set(name) & set('<>:"/\\|?*') or name[-1] in ". " for name in safe)


def test_names_that_would_be_one_get_numbers_in_their_order():
    assert safe_file_names(["a", "A", "a", "a-2", "a"]) == ["a", "A-2", "a-3", "a-2-2", "a-4"]


@pytest.mark.parametrize("letter", ["x", "é", "학", "\N{GRINNING FACE}", "e\u0301"])
def test_long_names_are_cut_by_bytes_and_stay_different(letter):
    names = [letter * 83 + end for end in (" 1", " 2", "", ".py")] + [letter * 400]
    safe = safe_file_names(names)
    assert len(set(safe)) == len(names)
    assert all(len(name.encode()) <= 180 for name in safe)
    assert all(name.startswith(letter * 30) for name in safe)
    assert safe_file_names(names[::-1]) == safe[::-1]  # also where others are missing


def test_numbers_are_sorted_by_their_size_not_by_their_digits():
    names = ["b/1.jpg", "IMG_10.jpg", "img_9.jpg", "a2/1.jpg", "a10/1.jpg", "1.jpg", "²"]
    ordered = sorted(map(PurePath, names), key=natural_order)
    assert [path.as_posix() for path in ordered] == [
        "1.jpg", "a2/1.jpg", "a10/1.jpg", "b/1.jpg", "img_9.jpg", "IMG_10.jpg", "²"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("K\u00f6ln", "Köln"), ("Ko\u0308ln", "Köln"), ("a\nb", r"a\nb"), ("a\x1bb", r"a\x1bb"),
        ("M\udcfcller", r"M\xfcller"), ("\u200b", r"\u200b"), ("\ud800x", "?x"),
        ("\N{MAN}\u200d\N{PERSONAL COMPUTER}", "\N{MAN}\u200d\N{PERSONAL COMPUTER}"),
    ],
)  # fmt: skip
def test_any_name_can_be_shown_in_one_line(name, shown):
    assert readable(name) == shown


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("x" * 101, 91), ("é" * 90, 90), ("é" * 90 + "x", 85), ("학" * 60, 60), ("학" * 61, 57),
        ("é" * 91, 85),
    ],
)  # fmt: skip
def test_a_name_of_more_than_100_letters_or_180_bytes_is_cut(name, kept):
    (safe,) = safe_file_names([name])
    assert safe.startswith(name[:kept])
    assert len(safe) == (kept if kept == len(name) else kept + 9)


@pytest.mark.parametrize("sign", '/\\:*?"<>|\x00\x1f\x7f\udfff')
def test_each_sign_that_a_system_forbids_becomes_a_dash(sign):
    assert safe_file_names([f"a{sign}b"]) == ["a-b"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("http://x", True), ("HTTPS://x", True), ("ftp://x", True), ("s3://x", True),
        ("gs://x", True), ("file:///x", True), ("C:/x", False), ("a/http://x", False), ("", False),
    ],
)  # fmt: skip
def test_an_address_is_told_by_its_beginning(name, found):
    assert is_address(name) == found


def test_letters_joined_by_invisible_signs_stay_and_other_invisible_ones_are_shown():
    assert readable("می\u200cخواهم") == "می\u200cخواهم"
    assert readable("a\u2028b\xadc") == r"a\u2028b\xadc"
