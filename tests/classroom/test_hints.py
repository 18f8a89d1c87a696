"""Hints: three for each exercise and function, which lead to the answer and do not state it."""

import re

import numpy as np
import pytest

from minivgg.classroom import check, hint, hints, reference_solutions
from minivgg.classroom.bank import TASKS
from minivgg.classroom.bank.hints import TASK_HINTS
from minivgg.classroom.exercises import EXERCISES
from minivgg.classroom.hints import HINTS

NUMBER_WORDS = {"five": 5, "eight": 8, "nine": 9, "ten": 10, "sixteen": 16}
SLICE = "x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]"
# what stands in the place of each ... in the third hint of a function
COMPLETIONS = {
    "im2col": [SLICE, "cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, c * kh * kw)"],
    "conv_forward": [
        "im2col(x, kh, kw, stride, padding) @ w.reshape(f, -1).T + b",
        "y.transpose(0, 3, 1, 2)",
    ],
    "col2im": [
        f"{SLICE} += cols[:, :, i, j]",
        "x[:, :, padding : padding + h, padding : padding + w]",
    ],
    "conv_backward": [
        "dy.transpose(0, 2, 3, 1).reshape(-1, f)",
        "(rows.T @ cols).reshape(w.shape)",
    ],
    "maxpool_forward": [SLICE, "np.maximum(y, pixels)"],
    "maxpool_backward": [
        "np.argmax([x[s] for s in slices], axis=0)",
        "dx[s] += dy * (position == number)",
    ],
    "relu_forward": ["0"],
    "relu_backward": ["dy * mask"],
    "dropout_forward": ["rng.random(x.shape) >= p", "kept / (1 - p)"],
    "dropout_backward": ["dy * mask"],
    "softmax_cross_entropy": [
        "z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
        "dlogits[np.arange(n), labels] -= 1",
    ],
    "sgd_step": ["momentum * v - lr * (g + weight_decay * w)", "w + v"],
    "plateau": ["max(recent) <= max(before)"],
    "receptive_field": ["r + (k - 1) * j", "j * s"],
    "layer_shapes": ["h // 2, w // 2", "item if isinstance(item, int) else item[0]"],
    "count_parameters": ["filters * (channels * k * k + 1)", "outputs * (inputs + 1)"],
    "linear_to_convolution": ["channels, height, width"],
    "class_map": ["np.maximum(maps, 0)", "1, 1"],
    "dense_posteriors": ["2", "e / e.sum(axis=2, keepdims=True)", "(0, 3, 4)"],
}


def function_of(name, completions):
    """The function of a third hint, with the dots replaced."""
    lines = TASK_HINTS[name][2].split("\n")[1:]
    body = "\n".join(line.split("  #")[0].rstrip() for line in lines)
    pieces = body.split("...")
    assert len(pieces) == len(completions) + 1
    for piece, completion in zip(pieces[1:], completions, strict=True):
        pieces[0] += completion + piece
    given = {task: getattr(reference_solutions, task) for task in TASKS if task != name}
    namespace = {"np": np} | given
    exec(f"def {TASKS[name].signature}:\n{pieces[0]}", namespace)
    return namespace[name]


@pytest.mark.parametrize("name", TASKS)
def test_the_third_hint_of_a_function_is_right_once_its_dots_are_replaced(name):
    verdict = check(function_of(name, COMPLETIONS[name]), name, quiet=True)
    assert verdict, verdict.message


@pytest.mark.parametrize("name", TASKS)
def test_the_third_hint_leaves_something_to_write(name):
    assert not check(function_of(name, ["..."] * len(COMPLETIONS[name])), name, quiet=True)


@pytest.mark.parametrize("name", TASKS)
def test_each_gap_of_a_third_hint_has_a_comment_that_describes_it(name):
    lines = [line for line in TASK_HINTS[name][2].split("\n") if "..." in line]
    described = [line for line in lines if "  # " in line]
    assert described
    assert len(described) >= len(lines) - 1  # an axis that is used twice is described once


@pytest.mark.parametrize("name", HINTS)
def test_there_are_three_different_hints_of_full_sentences(name):
    assert len(HINTS[name]) == len(set(HINTS[name])) == hints.LEVELS == 3
    for text in HINTS[name]:
        sentence, *code = text.split("\n")
        assert sentence[-1] in (":" if code else ".?")
        assert len(sentence.split()) >= 3
        assert all(line.startswith("    ") and len(line) <= 100 for line in code)


def test_every_function_and_every_exercise_has_hints():
    assert set(HINTS) == set(EXERCISES) | set(TASKS)


def words_of(text):
    """The numbers, as floats, and the words in a text."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text).replace("½", "0.5").replace("−", "-")
    numbers = {float(number) for number in re.findall(r"(?<!\d)-?\d+(?:\.\d+)?", text)}
    words = set(re.findall(r"[A-Za-z]+", text))
    return words | numbers | {float(n) for word, n in NUMBER_WORDS.items() if word in words}


@pytest.mark.parametrize("name", [n for n, e in EXERCISES.items() if e.answer and not e.cases])
def test_no_hint_states_the_answer(name):
    parts = np.array(EXERCISES[name].answer(), dtype=object).ravel().tolist()
    for text in EXERCISES[name].hints:
        words = words_of(text)
        assert not all(is_among(part, words) for part in parts)


def is_among(part, words):
    """Whether a part of an answer is one of the words, or close to one of the numbers."""
    numbers = [word for word in words if isinstance(word, float)]
    return part in words if isinstance(part, str) else any(np.isclose(part, numbers, 1e-4, 0))


@pytest.mark.parametrize(
    ("text", "number"), [("102,764,544 of them", 102_764_544), ("nine", 9), ("is −0.25.", -0.25)]
)
def test_numbers_are_found_in_a_hint_however_they_are_written(text, number):
    assert number in words_of(text)


@pytest.mark.parametrize("name", ["3.1", "im2col"])
def test_hints_come_one_after_the_other_and_any_can_be_asked_for(name, capsys, monkeypatch):
    monkeypatch.setattr(hints, "_last_level", {})
    for level in (None, None, None, None, 3, None):
        hint(name, level)
    printed = capsys.readouterr().out
    assert re.findall(r"^hint (\d) of 3: ", printed, re.M) == ["1", "2", "3", "1", "3", "1"]
    assert all(text in printed for text in HINTS[name])


def test_each_name_has_a_sequence_of_its_own(capsys, monkeypatch):
    monkeypatch.setattr(hints, "_last_level", {})
    for name in ("3.1", "im2col", "3.1"):
        hint(name)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("hint")]
    assert [line[:11] for line in lines] == ["hint 1 of 3", "hint 1 of 3", "hint 2 of 3"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("im2cool",), ValueError, "no exercise or function 'im2cool': did you mean 'im2col'?"),
        (("3.11",), ValueError, "no exercise or function '3.11': did you mean '3.1'?"),
        (("pooling",), ValueError, "an assignment: there are hints for maxpool_forward, maxpool_"),
        ((3.1,), TypeError, 'hint("im2col") or hint("3.1"), got float'),
        ((print,), TypeError, "a name in quotation marks"),
        (("im2col", 4), ValueError, "the level of a hint is 1, 2 or 3, got 4"),
        (("im2col", 0), ValueError, "got 0"),
        (("im2col", "2"), ValueError, "got '2'"),
        (("im2col", 1.5), ValueError, "got 1.5"),
    ],
)
def test_a_wrong_name_or_level_is_one_sentence_and_changes_nothing(
    arguments, error, words, capsys, monkeypatch
):
    monkeypatch.setattr(hints, "_last_level", {"im2col": 1})
    with pytest.raises(error, match=re.escape(words)):
        hint(*arguments)
    assert hints._last_level == {"im2col": 1}
    assert capsys.readouterr().out == ""


def test_a_hint_is_printed_with_its_number(capsys):
    hint("9.2", 1)
    hint("9.2", level=3)
    assert capsys.readouterr().out == (
        f"hint 1 of 3: {HINTS['9.2'][0]}\nhint 3 of 3: {HINTS['9.2'][2]}\n"
    )
