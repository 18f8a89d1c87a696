"""Texts become names of files that are allowed on Linux, macOS and Windows, all different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minivgg.utils.file_names import safe_file_names


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
        ("x" * 300, "x" * 100),
    ],
)
def test_a_name_is_kept_as_far_as_every_system_allows_it(name, safe):
    assert safe_file_names([name]) == [safe]


@given(st.lists(st.text(), max_size=8))
def test_the_names_are_different_even_where_case_does_not_count(names):
    safe = safe_file_names(names)
    assert len({name.casefold() for name in safe}) == len(names)
    assert not any(set(name) & set('<>:"/\\|?*') or name[-1] in ". " for name in safe)
