"""Pictures are drawn from any sizes without a warning, and say what they show."""

import numpy as np
import pytest
from PIL import Image

from minivgg import data, plots
from minivgg.evaluation import protocols

HISTORY = [
    {
        "epoch": e,
        "loss": 1 / e,
        "train_accuracy": 0.5,
        "validation_accuracy": 0.6,
        "learning_rate": 0.1 if e < 3 else 0.01,
        "images_per_second": 1,
    }
    for e in range(1, 5)
]


def words(figure):
    figure.canvas.draw()
    return " ".join(
        text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )


@pytest.mark.parametrize(
    "history", [HISTORY, HISTORY[:1], [row | {"validation_accuracy": None} for row in HISTORY]]
)
def test_curves(history):
    text = words(plots.curves(history))
    assert "cross-entropy (nats" in text
    assert ("validation" in text) == (history[0]["validation_accuracy"] is not None)
    assert ("learning rate falls" in text) == (len(history) > 2)


@pytest.mark.parametrize("k", [2, 10, 60])
def test_confusion(k):
    matrix = np.diag(np.full(k, 5))
    matrix[0, 1] = 3
    assert f"3 of {5 * k + 3} images misclassified" in words(
        plots.confusion(matrix, [f"class {i}" for i in range(k)])
    )


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1, 3, 3), (32, 3, 3, 3), (5, 7, 5, 5)])
def test_filters(rng, shape):
    assert f"The {shape[0]} filters" in words(plots.filters(rng.standard_normal(shape)))
    plots.filters(np.zeros(shape))


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 9, 50])
@pytest.mark.parametrize("channels", [1, 3])
def test_mistakes(rng, count, channels):
    images = rng.integers(0, 256, (count, channels, 8, 8), np.uint8)
    labels = np.zeros(count, int)
    text = words(
        plots.mistakes(images, labels, labels + 1, np.linspace(0.5, 1, count), ["cat", "dog"])
    )
    assert ("cat → dog" in text) == bool(count)
    assert ("No image was misclassified" in text) == (not count)


def test_names_that_are_long_or_look_like_formulas(tmp_path):
    classes = ["$x_{$", "a" * 100, "日本"]
    figure = plots.confusion(np.ones((3, 3), int), classes)
    assert "a" * 19 + "…" in words_quietly(figure)
    plots.save(figure, tmp_path / "x.png")
    plots.save(
        plots.mistakes(
            np.zeros((1, 1, 4, 4), np.uint8), np.array([0]), np.array([2]), np.array([1.0]), classes
        ),
        tmp_path / "y.png",
    )


def words_quietly(figure):
    return " ".join(
        text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )


def test_predictions(rng):
    images = rng.integers(0, 256, (2, 3, 8, 8), np.uint8)
    text = words(plots.predictions(images, [[("cat", 0.9), ("dog", 0.1)]] * 2))
    assert "90.0 %" in text


def test_saving_replaces_a_file_whole(tmp_path):
    plots.save(plots.curves(HISTORY), tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as image:
        assert image.format == "PNG"
    assert [p.name for p in tmp_path.iterdir()] == ["curves.png"]


def photo(height, width, channels=3):
    return np.random.default_rng(0).integers(0, 256, (channels, height, width), np.uint8)


@pytest.mark.slow
def test_augmentations_show_a_row_for_each_transform_and_one_for_all():
    shift = data.ColorShift(
        (0.2, 0.02, 0.005), ((0.6, 0.6, 0.5), (0.7, 0.0, -0.7), (0.4, -0.8, 0.4))
    )
    transforms = [data.Rescale((16, 24)), data.RandomCrop(12), data.RandomHorizontalFlip(), shift]
    figure = plots.augmentations(photo(20, 30), transforms, draws=3)
    text = words(figure)
    assert all(
        name in text
        for name in ("Rescale", "RandomCrop", "RandomHorizontalFlip", "ColorShift", "all in turn")
    )
    assert "12×12" in text
    assert len(figure.axes) == 5 * 4
    assert words(plots.augmentations(photo(20, 30), transforms, draws=3)) == text  # seeded
    assert len(plots.augmentations(photo(20, 30, 1), [data.RandomCrop(8)], draws=2).axes) == 3


def test_crops_are_drawn_where_they_are():
    image = photo(12, 17)
    corners = protocols.crop_corners(image.shape, (8, 8))
    figure = plots.crops(image, corners, (8, 8))
    frames = [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in figure.axes[0].patches]
    assert frames == [(left - 0.5, top - 0.5, 8, 8) for top, left in corners]
    assert "25 crops of 8×8 on 12×17 pixels" in words(figure)


def test_a_class_map_lies_where_its_windows_are():
    """Each place is drawn around the middle of its window: for windows of 8, 4 apart, the first from pixel 2 to pixel 6."""
    figure = plots.class_map(
        photo(12, 16), np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), "dog $", (8, 8), 4
    )
    heat = figure.axes[1].images[1]
    assert heat.get_extent() == [1.5, 13.5, 9.5, 1.5]
    text = words(figure)
    assert "60" in text
    assert r"probability of dog \$" in text


def test_the_border_effect_says_how_much_differs():
    maps = {
        "pool1": np.pad(np.zeros((6, 6)), 1, constant_values=0.5),
        "pool2": np.full((4, 4), 0.3),
    }
    text = words(plots.border_effect(maps))
    assert "pool1, 8×8" in text
    assert "44 % of places" in text
    assert "100 % of places" in text
