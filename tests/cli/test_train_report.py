"""What ``train`` says at its end."""

import numpy as np
import pytest

from minivgg.cli.train_report import is_at_chance
from minivgg.evaluation.metrics import Evaluation


def evaluation(labels, predicted):
    return Evaluation.from_probabilities(np.eye(2)[predicted], np.array(labels), ["a", "b"])


@pytest.mark.parametrize(
    ("labels", "predicted", "expected"),
    [
        ([0, 1] * 50, [0] * 100, True),  # 50 %, always the same class
        ([0, 1] * 50, [0] * 80 + [0, 1] * 10, True),  # 60 %: 0.5 + 2 · 0.05
        ([0, 1] * 50, [0] * 76 + [0, 1] * 12, False),  # 62 %
        ([0] * 90 + [1] * 10, [0] * 100, True),  # 90 %, as large as the largest class
        ([0] * 90 + [1] * 10, [0] * 92 + [1] * 8, False),  # 98 %
        ([0, 1] * 2, [0, 1] * 2, False),  # two of four by chance, but all are right
    ],
)
def test_chance_is_the_share_of_the_largest_class_and_its_spread(labels, predicted, expected):
    assert is_at_chance(evaluation(labels, predicted)) is expected
