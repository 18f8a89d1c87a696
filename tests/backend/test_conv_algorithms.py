"""The choice of an algorithm: the cheapest that fits, by the costs of the device."""

import numpy as np
import pytest

from minivgg import ops
from minivgg.backend.conv_algorithms import Algorithm, CostModel, choose
from minivgg.backend.cpu.cost_model import COST_MODEL
from minivgg.backend.cuda.cost_model import COST_MODELS
from minivgg.backend.geometry import Geometry

X = np.zeros((2, 8, 12, 12), np.float32)
GEOMETRY = Geometry((3, 3), (1, 1), (1, 1), 1, (12, 12))


def costs_of(cost, algorithms=tuple(Algorithm)):
    """A device whose algorithms cost ``cost[algorithm]``."""
    return CostModel("abacus", algorithms, lambda algorithm, *sizes: cost[algorithm], "beads")


@pytest.mark.parametrize("cheapest", Algorithm)
def test_auto_takes_the_cheapest(cheapest):
    costs = costs_of({algorithm: float(algorithm is not cheapest) for algorithm in Algorithm})
    assert choose(costs, "op", "auto", X, 4, GEOMETRY) is cheapest


def test_of_equal_costs_the_first_is_taken():
    costs = costs_of(dict.fromkeys(Algorithm, 1.0), (Algorithm.DIRECT, Algorithm.IM2COL))
    assert choose(costs, "op", "auto", X, 4, GEOMETRY) is Algorithm.DIRECT


def test_a_name_takes_the_cheapest_of_its_family_and_a_member_itself():
    costs = costs_of({a: float(i) for i, a in enumerate(Algorithm)})
    assert choose(costs, "op", "winograd", X, 4, GEOMETRY) is Algorithm.WINOGRAD_2
    assert choose(costs, "op", Algorithm.WINOGRAD_4, X, 4, GEOMETRY) is Algorithm.WINOGRAD_4
    assert choose(costs, "op", "direct", X, 4, GEOMETRY) is Algorithm.DIRECT


def test_auto_keeps_to_exact_algorithms_in_float64():
    costs = costs_of({a: -float(i) for i, a in enumerate(Algorithm)})
    assert choose(costs, "op", "auto", X, 4, GEOMETRY) is Algorithm.WINOGRAD_4
    assert choose(costs, "op", "auto", X.astype(float), 4, GEOMETRY) is Algorithm.DIRECT
    asked = choose(costs, "op", "winograd", X.astype(float), 4, GEOMETRY)
    assert asked is Algorithm.WINOGRAD_4


def test_two_devices_do_not_share_their_choices():
    one, other = (costs_of({a: sign * i for i, a in enumerate(Algorithm)}) for sign in (1, -1))
    found = [choose(costs, "op", "auto", X, 4, GEOMETRY) for costs in (one, other, one)]
    assert found == [Algorithm.IM2COL, Algorithm.WINOGRAD_4, Algorithm.IM2COL]


def test_the_sentence_says_what_was_chosen_and_lists_the_costs():
    told = []
    costs = costs_of({a: 1e6 * (4 - i) for i, a in enumerate(Algorithm)})
    choose(costs, "op", "auto", X, 4, GEOMETRY, told.append)
    assert told == [
        "op (2, 8, 12, 12) float32 -> 4 channels: winograd F(4×4, 3×3), 'auto' was asked for "
        "(beads: winograd F(4×4, 3×3) 1, winograd F(2×2, 3×3) 2, direct 3, im2col 4)"
    ]


@pytest.mark.parametrize(
    ("requested", "geometry", "words"),
    [
        ("fft", GEOMETRY, "op: unknown algorithm 'fft': there are 'auto', 'im2col'"),
        ("direct", GEOMETRY, "op: algorithm 'direct' does not exist on the abacus yet: use"),
        (Algorithm.DIRECT, GEOMETRY, "op: algorithm 'direct' does not exist on the abacus yet"),
        ("winograd", GEOMETRY._replace(groups=2), r"not for 3×3 at stride \(1, 1\) in 2 group"),
        (Algorithm.WINOGRAD_4, GEOMETRY._replace(kernel=(5, 5)), "3×3 filters .* not for 5×5"),
    ],
)
def test_what_cannot_be_had_is_refused(requested, geometry, words):
    costs = costs_of(dict.fromkeys(Algorithm, 1.0), (Algorithm.IM2COL, Algorithm.WINOGRAD_2))
    with pytest.raises(ValueError, match=words):
        choose(costs, "op", requested, X, 4, geometry)


@pytest.mark.parametrize("model", [COST_MODEL, *COST_MODELS.values()])
@pytest.mark.parametrize("geometry", [GEOMETRY, GEOMETRY._replace(groups=2)])
def test_costs_grow_with_the_batch(model, geometry):
    for algorithm in model.algorithms:
        one, many = (model.nanoseconds(algorithm, n, 8, 4, geometry) for n in (1, 64))
        assert 0 < one < many


def test_the_public_names_are_the_families_and_two_more():
    families = {algorithm.family for algorithm in Algorithm}
    assert set(ops.ALGORITHMS) == families | {"auto", "textbook"}
