"""The figures of the lessons show each value, with names and units, and nothing off the page."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from minivgg.plots import figures, wrong_entries

X = np.arange(1, 5)
CURVES = {"first": [1.0, 2.0, 3.0, 4.0], "second": [4.0, 3.0]}
DRAWN = {
    "maps": lambda: figures.maps(
        [np.eye(3), np.ones((4, 2))],
        ["a", "b"],
        numbers=True,
        marks=[[(0, 0, 2, 2, figures.BLUE)]],
    ),
    "lines": lambda: figures.lines(
        X, CURVES, "x", "y", logx=True, logy=True, marks=[(2, 3.0, "here")]
    ),
    "bars": lambda: figures.bars(["a", "b"], {"part": np.ones(2), "rest": np.ones(2)}, "millions"),
    "grouped": lambda: figures.grouped(["a", "b"], {"g": [1, 2], "h": [2, 1]}, "y"),
    "paths": lambda: figures.paths(
        lambda a, b: a**2 + b**2,
        {"steps": np.array([[-1.0, 0.5], [0, 0]])},
        (-2, 2),
        (-1, 1),
        "a",
        "b",
    ),
    "stacked": lambda: figures.stacked(X, {"up": X, "down": 1.0 / X}, "epoch", logy=("down",)),
    "dots": lambda: figures.dots(
        ["a", "b"], {"g": [1.0, 2.0], "h": [np.nan, 2.0], "i": [3.0, np.nan]}, "error, %"
    ),
    "pictures": lambda: figures.pictures(
        [("grey", np.ones((4, 4))), ("colour", np.zeros((3, 4, 4), np.uint8))]
    ),
    "regions": lambda: figures.regions(
        {"net": np.add.outer(X, X) / 8.0},
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.array([0, 1]),
        X,
    ),
    "wrong_entries": lambda: wrong_entries.wrong_entries(
        np.eye(3, 5), np.diag([1.0, np.nan, -2.0])[:, [0, 1, 2, 2, 2]], "y, two images"
    ),
    "wrong_entries of a large map": lambda: wrong_entries.wrong_entries(
        np.zeros((30, 40)), np.eye(30, 40) * 1e9, "dx: 30 numbers are wrong"
    ),
    "wrong_entries of a series": lambda: wrong_entries.wrong_entries(
        np.ones((1, 5)), np.arange(5.0)[None], "db: 4 of 5", axes=("", "filter")
    ),
}


def written(figure):
    """All texts but those of ticks, which matplotlib also keeps for ticks out of view."""
    for axes in figure.axes:
        if axes.axison:
            yield from (axes.xaxis.label, axes.yaxis.label)
        yield from (
            axes.title,
            *axes.texts,
            *(axes.get_legend().get_texts() if axes.get_legend() else ()),
        )


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", DRAWN)
def test_all_text_lies_on_the_page(name):
    figure = DRAWN[name]()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for text in filter(lambda text: text.get_text(), written(figure)):
        box = text.get_window_extent()
        assert box.x0 > -2, text
        assert box.y0 > -2, text
        assert box.x1 < width + 2, text
        assert box.y1 < height + 2, text


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_a_notebook_shows_it(name):
    assert DRAWN[name]()._repr_mimebundle_()[0]["image/png"].startswith(b"\x89PNG")


def test_every_kind_of_figure_is_tested():
    made = {
        name
        for module in (figures, wrong_entries)
        for name, value in vars(module).items()
        if callable(value)
        and not name.startswith("_")
        and getattr(value, "__module__", "") == module.__name__
    }
    assert made == {name.split()[0] for name in DRAWN}


def words(figure):
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_missing_values_are_left_out_and_the_others_written():
    found = words(DRAWN["dots"]())
    assert sorted(word for word in found if word in ("1.0", "2.0", "3.0")).count("2.0") >= 2
    assert not any("nan" in word for word in found)


def test_equal_values_show_as_two_marks():
    axes = figures.dots(["a"], {"g": [1.0], "h": [1.0]}, "x").axes[0]
    first, second = (line for line in axes.lines if line.get_marker() in "os")
    assert first.get_fillstyle() == "none"
    assert first.get_markersize() > second.get_markersize()


@pytest.mark.slow
def test_few_pictures_leave_no_empty_space():
    assert len(figures.pictures([("a", np.ones((2, 2)))], columns=4).axes) == 1
    assert len(figures.pictures([(str(i), np.ones((2, 2))) for i in range(5)], columns=4).axes) == 8


def test_pictures_may_share_a_title():
    assert (
        words(figures.pictures([("a 3", np.ones((2, 2))), ("a 3", np.ones((2, 2)))])).count("a 3")
        == 2
    )


def test_each_trajectory_ends_in_a_ring_and_its_loss_is_in_the_legend():
    axes = DRAWN["paths"]().axes[0]
    rings = [line.get_xydata().tolist() for line in axes.lines if line.get_marker() == "o"]
    assert rings == [[[0.0, 0.0]]]
    (entry,) = axes.get_legend().get_texts()
    assert entry.get_text() == "steps: loss 0 after 1 steps"


def test_a_shorter_curve_ends_earlier():
    for figure in (
        figures.lines(X, {"whole": X, "short": [2, 1]}, "x", "y"),
        figures.stacked(X, {"whole": X, "short": [2, 1]}, "x"),
    ):
        lengths = [len(line.get_xdata()) for axes in figure.axes for line in axes.lines]
        assert lengths == [4, 2]
