"""The picture of similar images, and what is said of it, for features that are given."""

import numpy as np
import pytest

from minivgg import plots
from minivgg.cli import similar_images
from minivgg.cli.feature_files import FeatureTable
from minivgg.cli.similar_images import draw_similar
from minivgg.plots import tiles


@pytest.fixture
def drawn(monkeypatch):
    """The rows and captions that are drawn, and what is read and saved."""
    found = {"read": [], "rows": [], "saved": []}

    def read_image(path, channels, size):
        found["read"].append((path, channels, size))
        return path

    def draw(rows, size, captions):
        found["rows"] += zip(rows, captions, strict=True)
        return "figure"

    monkeypatch.setattr(similar_images.data, "read_image", read_image)
    monkeypatch.setattr(tiles, "tiles", draw)
    monkeypatch.setattr(plots, "save", lambda *saved: found["saved"].append(saved))
    return found


def table(angles, names):
    """Features at these angles in degrees: the cosine of two of them is that of the difference."""
    radians = np.radians(angles)
    features = np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)
    return FeatureTable([f"{k}.png" for k in range(len(angles))], names, features)


FOUR = [0, 60, 5, 100]  # the nearest of 0 is 5, of 60 it is 100, of 5 it is 0, of 100 it is 60
END = "with the cosines of their features\n"


def test_a_row_for_each_image_from_the_most_similar_on(drawn, capsys):
    draw_similar(table(FOUR, ["a", "b", "b", "b"]), "s.png", 2, 3)
    assert drawn["rows"] == [
        (("0", ["0.png", "2.png", "1.png"]), ["", "1.00", "0.50"]),
        (("1", ["1.png", "3.png", "2.png"]), ["", "0.77", "0.57"]),
        (("2", ["2.png", "0.png", "1.png"]), ["", "1.00", "0.57"]),
        (("3", ["3.png", "1.png", "2.png"]), ["", "0.77", "-0.09"]),
    ]
    assert sorted(drawn["read"]) == [(f"{k}.png", 3, (96, 96)) for k in range(4)]  # each once
    assert drawn["saved"] == [("figure", "s.png")]
    assert capsys.readouterr().out == (
        f"wrote s.png: the 2 most similar images, {END}"
        "the most similar image is of the same class for 2 of 4 images\n"
    )


def test_classes_are_compared_where_all_are_known(drawn, capsys):
    draw_similar(table(FOUR, ["a", "b", "", "b"]), "s.png", 1, 1)
    assert capsys.readouterr().out == f"wrote s.png: the 1 most similar images, {END}"
    assert {channels for _, channels, _ in drawn["read"]} == {1}


@pytest.mark.parametrize(
    ("count", "rows", "words"),
    [(20, 20, "similar images, with"), (21, 20, "similar images of the first 20 images, with")],
)
def test_twenty_rows_are_drawn_and_all_images_are_counted(count, rows, words, drawn, capsys):
    draw_similar(table(np.arange(count), ["a"] * count), "s.png", 1, 3)
    assert len(drawn["rows"]) == rows
    out = capsys.readouterr().out
    assert words in out
    assert out.endswith(f"is of the same class for {count} of {count} images\n")


def test_the_name_of_a_file_is_a_label_of_two_short_lines():
    assert similar_images._label("photos/abcdef ghi klm.jpeg") == "abcdef ghi\nklm"
    assert similar_images._label("abcdef ghij.png") == "abcdef ghij"
