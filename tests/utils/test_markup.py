"""Texts from other people appear in Markdown as they are."""

import html
import random

import pytest

from minivgg.utils.markup import escape_markdown, markdown_code, markdown_name

markdown_it = pytest.importorskip("markdown_it")  # comes with jupytext
PARSER = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(markdown):
    rendered = PARSER.render(markdown)
    assert rendered.startswith("<p>"), rendered
    return html.unescape(rendered.removeprefix("<p>").removesuffix("</p>\n"))


def test_any_text_is_shown_and_nothing_else():
    rng = random.Random(0)
    signs = "_*`~#<>[]()!&|\\$@-+=:.1aé "
    for _ in range(1000):
        text = " ".join("".join(rng.choices(signs + 5 * "_", k=rng.randrange(1, 12))).split())
        if text:
            assert shown(escape_markdown(text)) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("class_1", "class_1"),
        ("conv_forward_2 größe_é", "conv_forward_2 größe_é"),
        ("_name_", r"\_name\_"),
        ("a__b", r"a\_\_b"),
        ("a_ _b", r"a\_ \_b"),
        ("f_(x)_2", r"f\_(x)\_2"),
    ],
)
def test_only_an_underscore_between_letters_or_digits_stays(text, escaped):
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize(
    ("text", "ticks"), [("plain", 3), ("a `b` c", 3), ("``", 3), ("```py", 4), ("a ````` b ``", 6)]
)
def test_a_fence_is_longer_than_any_in_the_code(text, ticks):
    assert markdown_code(f"{text}\nsecond\0") == ["`" * ticks, text, "second", "`" * ticks]


def test_ordinary_names_are_code_and_others_are_escaped():
    assert (markdown_name("cats-2"), markdown_name("a`b")) == ("`cats-2`", r"a\`b")


def test_addresses_do_not_become_links_and_lists_no_lists():
    for text, escaped in (
        ("WWW.x.org", r"WWW\.x.org"), ("see www.x.org", r"see www\.x.org"), ("awww.x", "awww.x"),
        ("at http://x", r"at http\://x"), ("1. x", r"1\. x"), ("12) x", r"12\) x"),
    ):  # fmt: skip
        assert escape_markdown(text) == escaped
