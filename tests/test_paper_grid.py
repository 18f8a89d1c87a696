"""The paper's tables in small.

The nets are the paper's but smaller, runs resume where they stopped, verdicts follow the numbers.
"""

from time import time

import numpy as np
import pytest

from benchmarks.paper import findings, grid
from benchmarks.paper.results import Results
from minivgg import data, models

SMALL = ["A", "A-LRN", "B", "B-5x5", "C", "D", "E"]


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_the_small_nets_have_the_papers_layers(name):
    net = models.vgg(grid.layers(name), 10, grid.SHAPE, grid.HIDDEN)
    whole = models.vgg(name, initializer="zeros")
    small, large = (
        [layer for layer in n["features"] if hasattr(layer, "out_channels")] for n in (net, whole)
    )
    assert [layer.kernel_size for layer in small] == [layer.kernel_size for layer in large]
    assert [grid.FILTER_DIVISOR * layer.out_channels for layer in small] == [
        layer.out_channels for layer in large
    ]
    assert net["features"].output_shape(grid.SHAPE) == (128, 4, 4)


def test_every_finding_is_about_cells_that_are_trained():
    for finding in findings.FINDINGS:
        assert all(
            cell in grid.CELLS for cells, _ in (finding.worse, finding.better) for cell in cells
        )
    assert len({cell.name for cell in grid.CELLS}) == len(grid.CELLS)


@pytest.fixture
def tiny(monkeypatch):
    """A grid of nets with few filters, on 40 images of noise whose brightness is their class."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 10
    images = (
        rng.integers(0, 100, (40, 3, 32, 32), np.uint8)
        + (10 * labels).astype(np.uint8)[:, None, None, None]
    )
    monkeypatch.setattr(grid, "FILTER_DIVISOR", 32)
    monkeypatch.setattr(grid, "HIDDEN", (8,))
    dataset = data.ArrayDataset(images, labels, [str(k) for k in range(10)])
    monkeypatch.setattr(data, "load", lambda *args, **kwargs: dataset)
    return dataset


def test_a_training_out_of_time_goes_on_to_the_same_net(tiny, tmp_path):
    cell, late, now = grid.Cell("A", 40), time() + 1000, time() - 1
    whole = grid.train(cell, 0, tmp_path / "whole", tiny, 2, late, progress=False)
    assert grid.train(cell, 0, tmp_path / "parts", tiny, 2, now, progress=False) is None
    parts = grid.train(cell, 0, tmp_path / "parts", tiny, 2, now, progress=False)
    assert grid.done(parts)
    states = [run.net().state_dict() for run in (whole, parts)]
    assert all((a == states[1][name]).all() for name, a in states[0].items())
    with pytest.raises(
        ValueError, match=r"begun with other settings \(then, now\): {'epochs': \(2, 3\)}"
    ):
        grid.train(cell, 0, tmp_path / "parts", tiny, 3, late, progress=False)


@pytest.mark.slow
def test_results_are_asked_once_and_fused(tiny, tmp_path, monkeypatch):
    cells = [grid.Cell("A", 40), grid.Cell("B", 40)]
    for cell in cells:
        for seed in (0, 1):
            grid.train(cell, seed, tmp_path, tiny, 1, time() + 1000, progress=False)
    results = Results(tmp_path, 3, tiny)
    assert results.trained(cells[0]) == [0, 1]
    first = {
        test: results.errors(cells, test)
        for test in ("single", "multi-scale", "dense", "multi-crop", "both")
    }
    assert all(
        list(errors) == [0, 1] and all(0 <= e <= 100 for e in errors.values())
        for errors in first.values()
    )
    monkeypatch.setattr("minivgg.evaluation.protocols.evaluate", None)
    assert {test: results.errors(cells, test) for test in first} == first
    text = "\n".join(findings.report(results))
    assert "not measured yet" in text
    assert "(2)" in text


@pytest.mark.parametrize(
    ("worse", "better", "equal", "expected"),
    [
        ([30, 31, 32], [20, 21, 22], False, "reproduced"),
        ([20, 21, 22], [30, 31, 32], False, "the opposite here"),
        ([30, 31, 32], [30.5, 30.6, 31.2], False, "within noise"),
        # a noisy measurement does not show that there is no gain
        ([30, 31, 32], [30.5, 30.6, 31.2], True, "within noise"),
        ([30.0, 30.1, 30.2], [30.0, 30.2, 30.1], True, "reproduced"),
        ([20, 21, 22], [30, 31, 32], True, "reproduced"),
        ([30, 31, 32], [20, 21, 22], True, "not reproduced: it does gain"),
    ],
)
def test_verdicts(worse, better, equal, expected):
    found, noise = findings.compared(worse, better, paired=False)
    assert found == pytest.approx(np.mean(worse) - np.mean(better))
    assert findings.verdict(found, noise, equal) == expected


def test_the_interval_is_students():
    """Unpaired: Welch's degrees of freedom, 3.85, rounded down, t = 3.18; paired: 2, t = 4.30."""
    worse, better = [30.0, 31.0, 32.0], [29.0, 30.0, 31.5]
    assert findings.compared(worse, better, False)[1] == pytest.approx(
        3.18 * np.sqrt((1 + 1.5833333) / 3), rel=1e-3
    )
    assert findings.compared(worse, better, True)[1] == pytest.approx(
        4.30 * np.std([1, 1, 0.5], ddof=1) / np.sqrt(3), rel=1e-3
    )


def test_nets_on_both_sides_are_compared_seed_by_seed():
    """A fusion against one of its own nets: the differences between seeds are on both sides."""

    class Known:
        def errors(self, cells, test):
            return {0: 20.0, 1: 22.0, 2: 21.0} if len(cells) == 1 else {0: 19.0, 1: 21.1, 2: 20.05}

    (fusion,) = [f for f in findings.FINDINGS if "fusion" in f.claim]
    assert findings._row(fusion, Known())[-1] == "reproduced"
