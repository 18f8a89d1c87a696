"""Predicted classes as text, as JSON and as a table, to the letter."""

import json

import pytest

from minivgg.cli import predictions as module
from minivgg.cli.predictions import (
    draw_predictions,
    print_predictions,
    print_predictions_as_json,
    write_predictions,
)

GUESSES = [
    ("a.png", [("cat", 0.914), ("owl", 0.05)]),
    ("bb\x1b.png", [("大owl", 1.0), ("cat", 0.0)]),
]


def test_each_image_with_its_classes(capsys):
    print_predictions(GUESSES, short=False)
    assert capsys.readouterr().out == (
        "a.png: cat\n    cat     91.4 %\n    owl      5.0 %\n"
        "bb\\x1b.png: 大owl\n    大owl  100.0 %\n    cat      0.0 %\n"
    )


def test_a_line_for_each_image_and_the_counts(capsys):
    print_predictions([*GUESSES, ("c", [("cat", 0.5)])], short=True)
    assert capsys.readouterr().out == (
        "a.png       cat     91.4 %\nbb\\x1b.png  大owl  100.0 %\n"
        "c           cat     50.0 %\n3 images: 2 cat, 1 大owl\n"
    )
    print_predictions(GUESSES[:1], short=True)
    assert capsys.readouterr().out == "a.png  cat   91.4 %\n1 image: 1 cat\n"


@pytest.mark.parametrize(("count", "end"), [(12, "1 k11\n"), (13, "1 k11 and 1 more\n")])
def test_twelve_classes_are_listed(count, end, capsys):
    print_predictions([("a", [(f"k{k}", 1.0)]) for k in range(count)], short=True)
    assert capsys.readouterr().out.endswith(end)


def test_as_json(capsys):
    print_predictions_as_json("net", GUESSES)
    found = json.loads(capsys.readouterr().out)
    assert found["net"] == "net"
    assert found["images"][0] == {
        "image": "a.png",
        "predictions": [
            {"class": "cat", "probability": 0.914},
            {"class": "owl", "probability": 0.05},
        ],
    }
    assert [image["image"] for image in found["images"]] == ["a.png", "bb\x1b.png"]


def test_as_a_table(tmp_path):
    write_predictions(str(tmp_path / "t.csv"), GUESSES)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines() == [
        "image,class_1,probability_1,class_2,probability_2",
        "a.png,cat,0.914,owl,0.05",
        "bb\\x1b.png,大owl,1.0,cat,0.0",
    ]


@pytest.mark.parametrize(
    ("plot", "grid", "expected"),
    [
        ("p", None, [("predictions", 12, 12, "p")]),
        (None, "g", [("grid", 60, 60, "g")]),
        ("p", "g", [("predictions", 12, 12, "p"), ("grid", 60, 60, "g")]),
        (None, None, []),
    ],
)
def test_the_first_images_are_drawn(plot, grid, expected, monkeypatch):
    from minivgg import plots

    drawn = []
    for name in ("predictions", "grid"):
        monkeypatch.setattr(plots, name, lambda images, found, n=name: (n, len(images), len(found)))
    monkeypatch.setattr(plots, "save", lambda figure, path: drawn.append((*figure, path)))
    many = [("a", [("cat", 1.0)])] * 70
    draw_predictions(many, list(range(70)), plot, grid)
    assert drawn == expected
    assert (module.MAX_BAR_IMAGES, module.MAX_GRID_IMAGES) == (12, 60)
