"""Facts of cases, and the conditions that divide them: each at its bound."""

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.case_facts import CONDITIONS, facts_of, known_for_all
from minivgg.classroom.tasks import Case

WINDOWS = {"H": 5, "W": 6, "kh": 3, "kw": 2, "stride": 2, "padding": 1, "OH": 3, "OW": 4}


def facts(name, *calls):
    return facts_of(TASKS[name], Case("a case", calls))


def test_facts_of_convolutions():
    call = [{"normal": [2, 3, 5, 6]}, {"normal": [4, 3, 3, 2]}, {"normal": [4]}, 2, 1]
    found = facts("conv_forward", call)
    numbers = {"calls": 1, "N": 2, "C": 3, "F": 4, "dimensions": 4, "zeros": 0, "integer": False}
    assert found == numbers | WINDOWS | {
        "negative": found["negative"], "positive": 180 - found["negative"]
    }  # fmt: skip
    found = facts("im2col", [{"normal": [2, 3, 5, 6]}, 3, 2, 2, 1], [{"normal": [1, 1, 1, 1]}] * 5)
    assert {name: found[name] for name in WINDOWS} == WINDOWS
    assert (found["calls"], found["N"], found["C"]) == (2, 2, 3)


def test_facts_of_a_shape_and_of_pooling():
    found = facts("col2im", [{"normal": [1]}, [2, 3, 5, 6], 3, 2, 2, 1])
    assert found == {"calls": 1, "N": 2, "C": 3} | WINDOWS
    found = facts("maxpool_forward", [{"normal": [2, 3, 6, 7]}, 3, 2])
    assert {n: found[n] for n in ("size", "kh", "kw", "stride", "padding", "OH", "OW")} == {
        "size": 3, "kh": 3, "kw": 3, "stride": 2, "padding": 0, "OH": 2, "OW": 3,
    }  # fmt: skip


def test_facts_of_numbers():
    found = facts("relu_forward", [{"array": [[0.0, -1.0, 2.0], [0.0, 3.0, 4.0]]}])
    assert found == {
        "calls": 1, "dimensions": 2, "zeros": 2, "negative": 1, "positive": 3, "integer": False,
    }  # fmt: skip
    assert facts("relu_forward", [{"array": [1, 2]}])["integer"]
    assert facts("relu_forward", [{"normal": [0, 3]}]) == {"calls": 1}


def test_facts_of_logits():
    logits = [[1.0, 5.0, -2.0], [-8.0, -9.0, -10.0], [0.0, 1.0, 2.0]]
    found = facts("softmax_cross_entropy", [{"array": logits}, {"array": [2, 0, 2]}])
    assert found == {
        "calls": 1, "N": 3, "K": 3, "largest": 5.0, "smallest maximum": -8.0, "gap": 7.0,
        "range": 7.0, "range of the batch": 15.0, "different labels": 2, "repeated labels": 1,
    }  # fmt: skip


def test_facts_of_a_case_without_arrays_in_its_arguments():
    found = facts("dropout_forward", [{"normal": [2, 2]}, 0.25, True, {"rng": 3}])
    assert (found["p"], found["training"], found["dimensions"]) == (0.25, True, 2)


# phrase: facts of which it is true, and facts of which it is not
TABLE = [
    ("with padding 0", [{"padding": 0}], [{"padding": 1}]),
    ("with stride 1", [{"stride": 1}], [{"stride": 2}]),
    ("with one image", [{"H": 1, "N": 1}], [{"H": 1, "N": 2}, {"H": 0, "N": 1}]),
    ("with one channel", [{"C": 1}], [{"C": 2}]),
    ("with one filter", [{"F": 1}], [{"F": 2}]),
    ("with a square image", [{"H": 3, "W": 3}], [{"H": 3, "W": 4}]),
    ("with a square kernel", [{"kh": 3, "kw": 3}], [{"kh": 3, "kw": 4}]),
    ("where the stride is the size of the window", [{"stride": 2, "size": 2}],
     [{"stride": 1, "size": 2}, {"stride": 3, "size": 2}]),
    ("where windows do not overlap", [{"stride": 3, "kh": 3, "kw": 2}],
     [{"stride": 2, "kh": 3, "kw": 2}, {"stride": 2, "kh": 2, "kw": 3}]),
    ("where the windows cover the whole image",
     [{"H": 5, "W": 4, "padding": 0, "kh": 3, "kw": 2, "stride": 2},
      {"H": 4, "W": 4, "padding": 1, "kh": 3, "kw": 3, "stride": 3}],
     [{"H": 5, "W": 5, "padding": 0, "kh": 3, "kw": 2, "stride": 2},
      {"H": 4, "W": 4, "padding": 0, "kh": 3, "kw": 2, "stride": 2}]),
    ("where height and width are multiples of the window's size", [{"H": 4, "W": 6, "size": 2}],
     [{"H": 4, "W": 5, "size": 2}, {"H": 5, "W": 4, "size": 2}]),
    ("with padding 0 or 1", [{"padding": 0}, {"padding": 1}], [{"padding": 2}]),
    ("with padding 1", [{"padding": 1}], [{"padding": 0}, {"padding": 2}]),
    ("with stride 1 or 2", [{"stride": 1}, {"stride": 2}], [{"stride": 3}]),
    ("where the stride is the size of the kernel", [{"kh": 2, "kw": 2, "stride": 2}],
     [{"kh": 2, "kw": 3, "stride": 2}, {"kh": 3, "kw": 2, "stride": 2}]),
    ("where the windows leave no gaps", [{"stride": 2, "kh": 2, "kw": 3}],
     [{"stride": 3, "kh": 2, "kw": 3}, {"stride": 3, "kh": 3, "kw": 2}]),
    ("with a kernel of 1×1", [{"kh": 1, "kw": 1}], [{"kh": 1, "kw": 2}, {"kh": 2, "kw": 1}]),
    ("where padding = (kernel − 1) / 2",
     [{"padding": 1, "kh": 3, "kw": 3}, {"padding": 0, "kh": 1, "kw": 1}],
     [{"padding": 1, "kh": 3, "kw": 4}, {"padding": 1, "kh": 4, "kw": 3}, {"padding": 1, "kh": 2,
      "kw": 2}, {"padding": 1, "kh": 4, "kw": 4}]),
    ("where 2·padding < kernel", [{"padding": 1, "kh": 3, "kw": 4}],
     [{"padding": 1, "kh": 2, "kw": 3}, {"padding": 1, "kh": 3, "kw": 2}]),
    ("where the output is square", [{"OH": 2, "OW": 2}], [{"OH": 2, "OW": 3}]),
    ("with one window an image", [{"OH": 1, "OW": 1}], [{"OH": 1, "OW": 2}, {"OH": 2, "OW": 1}]),
    ("where OH ≤ OW", [{"OH": 2, "OW": 2}, {"OH": 1, "OW": 2}], [{"OH": 2, "OW": 1}]),
    ("where OH ≥ OW", [{"OH": 2, "OW": 2}, {"OH": 2, "OW": 1}], [{"OH": 1, "OW": 2}]),
    ("with a window of 2×2", [{"size": 2}], [{"size": 1}, {"size": 3}]),
    ("where no further window begins inside the image",
     [{"H": 5, "W": 4, "stride": 2, "OH": 3, "OW": 2}, {"H": 5, "W": 4, "stride": 2, "OH": 4,
       "OW": 3}],
     [{"H": 5, "W": 4, "stride": 2, "OH": 2, "OW": 2}, {"H": 5, "W": 5, "stride": 2, "OH": 3,
       "OW": 2}]),
    ("with as many filters as channels", [{"C": 3, "F": 3}], [{"C": 3, "F": 4}]),
    ("where H ≥ W", [{"H": 2, "W": 2}, {"H": 3, "W": 2}], [{"H": 2, "W": 3}]),
    ("where H ≤ W", [{"H": 2, "W": 2}, {"H": 2, "W": 3}], [{"H": 3, "W": 2}]),
    ("where kh ≥ kw", [{"kh": 2, "kw": 2}, {"kh": 3, "kw": 2}], [{"kh": 2, "kw": 3}]),
    ("where kh ≤ kw", [{"kh": 2, "kw": 2}, {"kh": 2, "kw": 3}], [{"kh": 3, "kw": 2}]),
    ("with a positive number", [{"positive": 1}], [{"positive": 0}]),
    ("without negative numbers", [{"negative": 0}], [{"negative": 1}]),
    ("without an exact 0", [{"zeros": 0}], [{"zeros": 1}]),
    ("with floats", [{"integer": False}], [{"integer": True}]),
    ("with a vector", [{"dimensions": 1}], [{"dimensions": 0}, {"dimensions": 2}]),
    ("with at most two axes", [{"dimensions": 1}, {"dimensions": 2}], [{"dimensions": 3}]),
    ("with two axes or more", [{"dimensions": 2}, {"dimensions": 3}], [{"dimensions": 1}]),
    ("with a matrix", [{"dimensions": 2}], [{"dimensions": 1}, {"dimensions": 3}]),
    ("with four axes", [{"dimensions": 4}], [{"dimensions": 3}, {"dimensions": 5}]),
    ("with as many rows as classes", [{"K": 3, "N": 3}], [{"K": 3, "N": 2}]),
    ("with two classes", [{"K": 2}], [{"K": 1}, {"K": 3}]),
    ("where all labels differ", [{"repeated labels": 0}], [{"repeated labels": 1}]),
    ("with one row", [{"K": 1, "N": 1}], [{"K": 1, "N": 2}, {"K": 0, "N": 1}]),
    ("with one label only", [{"different labels": 1}], [{"different labels": 2}]),
    ("with one row of windows", [{"OH": 1}], [{"OH": 2}]),
    ("with one column of windows", [{"OW": 1}], [{"OW": 2}]),
    ("where no logit exceeds that of the label by 745 or more", [{"gap": 744.9}], [{"gap": 745}]),
    ("where the logits of a row differ by less than 745", [{"range": 744.9}], [{"range": 745}]),
    ("where no logit exceeds that of the label by 30 or more", [{"gap": 29.9}], [{"gap": 30}]),
    ("where all logits are below 709", [{"largest": 708.9}], [{"largest": 709}]),
    ("where the exponentials of the logits neither overflow nor are all 0",
     [{"largest": 708.9, "smallest maximum": -744.9},
      {"largest": -708.9, "smallest maximum": -708.9}],
     [{"largest": 709, "smallest maximum": 1}, {"largest": 1, "smallest maximum": -745}]),
    ("where all logits of the batch differ by less than 745", [{"range of the batch": 744.9}],
     [{"range of the batch": 745}]),
    ("in training", [{"training": True}], [{"training": False}]),
    ("with p = 0.5", [{"p": 0.5}], [{"p": 0.4}, {"p": 0.6}]),
    ("with p = 0", [{"p": 0}], [{"p": 0.1}]),
    ("without weight decay", [{"weight_decay": 0}], [{"weight_decay": 0.1}]),
    ("without momentum", [{"momentum": 0}], [{"momentum": 0.1}]),
    ("of one call", [{"calls": 1}], [{"calls": 2}]),
]  # fmt: skip


def test_the_table_has_all_conditions_in_their_order():
    assert [phrase for phrase, _, _ in TABLE] == [condition.phrase for condition in CONDITIONS]
    assert len({condition.otherwise for condition in CONDITIONS}) > len(CONDITIONS) - 4


@pytest.mark.parametrize(("row", "condition"), list(zip(TABLE, CONDITIONS, strict=True)))
def test_a_condition_is_true_up_to_its_bound(row, condition):
    phrase, true, false = row
    expected = [True] * len(true) + [False] * len(false)
    assert known_for_all(condition, true + false) == expected, phrase
    assert known_for_all(condition, [*true, {}]) is None


def test_numbers_that_numpy_computed_are_compared_alike():
    assert known_for_all(CONDITIONS[0], [{"padding": np.int64(0)}, {"padding": 1}]) == [True, False]
