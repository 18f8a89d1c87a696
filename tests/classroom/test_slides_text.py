"""What is taken from the text of a lesson: sentences, highlights, and how much fits on a slide."""

import pytest

from minivgg.classroom import slides
from minivgg.classroom.slides import Slide


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """Markdown is shown as it is."""
    monkeypatch.setattr(slides, "render", lambda text: f"[{text}]")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three! four. Five", ["One.", "Two?", "Three! four.", "Five"]),
        ("One\nline. Two.\n\nThree.", ["One line.", "Two."]),
        ("**A. B.** C. D", ["**A. B.**", "C.", "D"]),
        ("**Bold.** Next.", ["**Bold.**", "Next."]),
        ("See al. One, $x. Y$ and `a. B`. Two", ["See al. One, $x. Y$ and `a. B`.", "Two"]),
        ("e.g. A, i.e. B, vs. C. D", ["e.g. A, i.e. B, vs. C.", "D"]),
        ("| a. B |", []),
        ("```\na. B", []),
        ("$$a. B$$", []),
        ("![a. B](c)", []),
        ("", []),
    ],
)
def test_sentences_of_the_first_paragraph(text, sentences):
    assert slides._sentences(text) == sentences


@pytest.mark.parametrize(
    ("sentences", "joined"),
    [
        (["**One two three four.**", "Next.", "Last."], ["**One two three four.** Next.", "Last."]),
        (["**One two three four five.**", "Next."], ["**One two three four five.**", "Next."]),
        (["One.", "*Two.*", "Three."], ["One.", "*Two.* Three."]),
        (["*One.*"], ["*One.*"]),
        ([], []),
    ],
)
def test_a_short_sentence_in_bold_stays_with_the_next(sentences, joined):
    assert slides._complete(sentences) == joined


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Plain. A **bold** one.\n\n**Another** x.", ["A **bold** one.", "**Another** x."]),
        ("**Bold** and\n$$a$$ and $$b$$", ["$$a$$", "$$b$$"]),
        ("- **One** x.\n- Two.\n- **Three** y.", ["**One** x.", "**Three** y."]),
        ("1. **One** x.\n2. **Two** y.", ["**One** x.", "**Two** y."]),
        ("* **One** x.", ["**One** x."]),
        ("a\n- **One** x.", ["a - **One** x."]),
        ("**Write your guess down** now. **Keep** this.", ["**Keep** this."]),
        ("Nothing.", []),
    ],
)  # fmt: skip
def test_formulas_and_sentences_in_bold(text, found):
    assert slides._highlights(text) == found


def bodies(blocks):
    packed = slides._pack("Heading", blocks)
    assert all((slide.heading, slide.kind) == ("Heading", "text") for slide in packed)
    return [slide.body.count("[") for slide in packed]


@pytest.mark.parametrize(
    ("sizes", "counts"),
    [
        ([30, 30], [2]),
        ([30, 31], [1, 1]),
        ([1, 1, 1, 1, 1], [4, 1]),
        ([70, 1], [1, 1]),
        ([20, 20, 20, 20], [3, 1]),
        ([], []),
    ],
)
def test_a_slide_has_room_for_60_words_and_four_blocks(sizes, counts):
    assert bodies([" ".join(["word"] * size) for size in sizes]) == counts


def test_a_formula_takes_the_room_of_twelve_words():
    assert bodies(["$$a b c$$", " ".join(["word"] * 48)]) == [2]
    assert bodies(["$$a b c$$", " ".join(["word"] * 49)]) == [1, 1]
    assert slides._pack("H", ["a", "b"]) == [Slide("H", "[a]\n[b]")]


TITLE = """Text.

*What you will know afterwards:* first; second;
and third.

Reading time: about 20 minutes. More.
"""


def test_the_title_of_a_lesson():
    body = "[- first\n- second\n- third\n\n*About 20 minutes*]"
    assert slides._title("Lesson", TITLE) == Slide("Lesson", body, "title")
    assert slides._title("Lesson", "Text.") == Slide("Lesson", "[]", "title")


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("Exercises", "**Bold** text.", []),
        (
            "A question first",
            "**What** is it? Write your guess down. Really?\n\nIt is this.",
            [Slide("A question first", "[What is it? Really?\n\nIt is this.]", "title")],
        ),
        ("In five lines", " 1. One.\n", [Slide("In five lines", "[1. One.]")]),
        (
            "What write-ups say",
            "Text.\n\n- One\n  more.\n- Two.",
            [Slide("What write-ups say", "[- One\n  more.]\n[- Two.]")],
        ),
        ("Other", "Plain. **Bold** x.", [Slide("Other", "[**Bold** x.]")]),
        ("Other", "First. Second.", [Slide("Other", "[First.]")]),
        ("Other", "", []),
    ],
)
def test_the_slides_at_the_beginning_of_a_section(heading, text, expected):
    assert slides._section(heading, text, is_first=False) == expected


def test_a_figure_and_its_caption():
    output = {
        "data": {slides.PNG: "ab\ncd\n"},
        "metadata": {slides.PNG: {"alt": 'A <b> "c". More.'}},
    }
    assert slides._figure(output) == (
        '<figure><img src="data:image/png;base64,abcd" alt="A &lt;b&gt; &quot;c&quot;. More.">'
        "<figcaption>A &lt;b&gt; &quot;c&quot;.</figcaption></figure>"
    )
    assert slides._figure({"data": {slides.PNG: "ab"}}) == (
        '<figure><img src="data:image/png;base64,ab" alt=""><figcaption></figcaption></figure>'
    )
