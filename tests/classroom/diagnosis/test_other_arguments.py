"""Results that are right for other arguments."""

import re

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.other_arguments import (
    CHANGES,
    describe_other_arguments,
    describe_other_shape,
)
from minivgg.classroom.results import Results, bank_results, compare_arrays

CONV = TASKS["conv_forward"]
BACKWARD = TASKS["conv_backward"]


def described(task, function, name, describe=describe_other_arguments):
    results = Results.from_function(function, task, task.cases)
    comparisons = compare_arrays(results, bank_results(task, task.cases))
    return describe(task, results, [c for c in comparisons if c.name == name])


def first_image_only(dy, x, w, b, stride, padding):
    return BACKWARD.answer(
        dy * (np.arange(len(dy)) == 0)[:, None, None, None], x, w, b, stride, padding
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, w, b, s, p: CONV.answer(x, w, b, s, 0), "padding 0, whatever the padding is"),
        (lambda x, w, b, s, p: CONV.answer(x, w, b, s, 1), "padding 1, whatever the padding is"),
        (lambda x, w, b, s, p: CONV.answer(x, w, b, 1, p), "stride 1, whatever the stride is"),
        (lambda x, w, b, s, p: CONV.answer(x, w, b[:1], s, p), "the first bias instead of every"),
        (lambda x, w, b, s, p: CONV.answer(x, w * 0 + w[-1:], b, s, p), "the last filter instead"),
        (lambda x, w, b, s, p: CONV.answer(x[:1].repeat(len(x), 0), w, b, s, p), "the first image"),
    ],
)
def test_other_arguments_are_found(change, words):
    assert words in described(CONV, change, "y")


def test_each_output_has_its_own_explanation():
    assert "only the first image" in described(BACKWARD, first_image_only, "dw")
    assert described(BACKWARD, lambda *a: (0 * a[1], 0 * a[2], 0 * a[3]), "dw") == ""


@pytest.mark.parametrize(("axis", "part"), [(0, "image"), (1, "filter"), (2, "row"), (3, "column")])
@pytest.mark.parametrize(("index", "which"), [(0, "first"), (-1, "last")])
def test_one_part_of_dy_is_named(axis, part, index, which):
    def one_part_only(dy, *arguments):
        kept = np.zeros_like(dy)
        place = (slice(None),) * axis + (index,)
        kept[place] = dy[place]
        return BACKWARD.answer(kept, *arguments)

    words = described(BACKWARD, one_part_only, "dx")
    assert words == f"only the {which} {part} of dy, the others being 0"


def test_the_right_result_with_noise_is_not_explained():
    def noisy(*arguments):
        y = CONV.answer(*arguments)
        return y + np.random.default_rng(0).standard_normal(y.shape)

    assert described(CONV, noisy, "y") == ""


def test_a_shape_that_belongs_to_other_arguments():
    def padded_by_one(x, w, b, stride, padding):
        return np.zeros_like(CONV.answer(x, w, b, stride, 1))

    words = described(CONV, padded_by_one, "y", describe_other_shape)
    assert words == "padding 1, whatever the padding is"


def test_the_right_shape_belongs_to_no_other_arguments():
    words = described(CONV, lambda *a: 0 * CONV.answer(*a), "y", describe_other_shape)
    assert words == ""


def arguments_of_all_tasks(rng):
    """Two images of three channels and 5×4 pixels, four filters of 3×2, and what else there is."""
    return {
        "x": rng.normal(3, 9, (2, 3, 5, 4)), "w": rng.normal(0, 1, (4, 3, 3, 2)),
        "b": rng.normal(0, 1, 4), "dy": rng.normal(0, 1, (2, 4, 3, 3)), "stride": 2, "padding": 3,
        "size": 4, "kh": 3, "kw": 2, "labels": np.array([2, 0]), "logits": rng.normal(0, 1, (2, 3)),
        "p": 0.3,
    }  # fmt: skip


@pytest.mark.parametrize(("words", "change"), CHANGES, ids=[words for words, _ in CHANGES])
def test_a_change_is_of_one_argument_that_its_words_name(words, change, rng):
    given = arguments_of_all_tasks(rng)
    changed = change(dict(given))
    assert set(changed) == set(given)
    (name,) = (n for n in given if not np.array_equal(given[n], changed[n]))
    kind = {
        "image": "x", "filter": "w", "kernels": "w", "bias": "b", "label": "labels",
        "kernel": "kw", "window": "size",
    }  # fmt: skip
    named = {n for n in given if re.search(rf"(^|\W){n}(\W|$)", words)}
    named |= {n for word, n in kind.items() if word in words}
    assert name in named or (words == "a kernel of kw×kw" and name == "kh")
