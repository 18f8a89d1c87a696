"""What a predictor takes from a run or a file, how it reads images, and in which order."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data, models, weights
from minivgg.evaluation import predictor
from minivgg.evaluation.predictor import Predictor, images_in, visible_files
from minivgg.models.pretrained.file_net import FileNet

NORMALIZE = data.Normalize((0.5,), (0.25,))


def test_a_run_gives_all_parts():
    run = SimpleNamespace(
        name="r", config={"classes": ["a", "b"]}, test_scale=40, max_smaller_side=99,
        model_under_test=lambda: "a model", centre=lambda: "transforms",
    )  # fmt: skip
    assert Predictor.from_run(run) == ("r", "a model", ["a", "b"], "transforms", 40, 99)


def reading(monkeypatch, transforms, max_smaller_side=None):
    """A predictor for images of 8×6 pixels, and what it asks of ``data.read_image``."""
    asked = []

    def read_image(path, *given, **options):
        asked.append((path, *given, options))
        return np.full((1, 9, 9), 7, np.uint8)

    monkeypatch.setattr(data, "read_image", read_image)
    model = SimpleNamespace(shape=(1, 8, 6))
    return Predictor("n", model, [], data.Compose(transforms), 12, max_smaller_side), asked


def test_files_are_read_in_the_size_of_the_net_or_large_enough_for_the_transforms(monkeypatch):
    found, asked = reading(monkeypatch, [])
    assert found.read("x.png").shape == (1, 9, 9)
    assert asked == [("x.png", 1, (8, 6), {})]
    for smaller_side in (None, 50):
        found, asked = reading(monkeypatch, [data.CenterCrop((8, 6))], smaller_side)
        assert found.read("x.png").shape == (1, 8, 6)
        assert asked == [("x.png", 1, {"shrink_to": smaller_side, "needed": 12})]


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ((), ("vgg16", True)), (("vgg11",), ("vgg11", True)),
        ((None, "imagenet", False), ("vgg16", False)),
    ],
)  # fmt: skip
def test_published_weights_are_those_of_vgg16_unless_a_net_is_named(monkeypatch, arguments, asked):
    net = models.vgg([2, "M"], 3, (1, 4, 4), ())
    net.preprocessing = NORMALIZE
    files, loaded = [], []
    named = FileNet("vgg0", [2, "M"], False, (1, 4, 4), (), 3)
    monkeypatch.setattr(models, "imagenet_file", lambda *given: files.append(given) or "a file")
    monkeypatch.setattr(predictor, "net_in_file", lambda *given: files.append(given) or named)
    monkeypatch.setattr(models, "load_weights", lambda *given, **how: loaded.append(how) or net)
    monkeypatch.setattr(predictor, "_class_names", lambda count, path: [path] * count)
    found = Predictor.from_weights(*arguments, mean=[0.1], std=[0.2])
    assert files == [asked, ("a file", (arguments or (None,))[0])]
    assert loaded == [{"pixels": None, "mean": [0.1], "std": [0.2]}]
    assert (found.name, found.classes, found.max_smaller_side) == ("vgg0", ["a file"] * 3, None)
    assert found.model == (net, (1, 4, 4), NORMALIZE, True)
    assert not found.model.net.training


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('["x", 5]', ["x", "5"]), ('{"a": 1, "b": 2}', None), ('"ab"', None), ("[", None),
        ("", None), ('["x", "y", "z"]', None), ("[" * 100_000, None),
    ],
)  # fmt: skip
def test_the_names_in_a_file_must_be_a_list_of_as_many(tmp_path, text, names):
    weights.save(tmp_path / "w.safetensors", {"a": np.zeros(1, np.float32)}, {"classes": text})
    found = predictor._class_names(2, tmp_path / "w.safetensors")
    assert found == (names or ["class 0", "class 1"])


def test_a_thousand_classes_have_imagenets_names_where_there_are_any(tmp_path, monkeypatch):
    weights.save(tmp_path / "w.safetensors", {"a": np.zeros(1, np.float32)}, {})
    path, names = tmp_path / "w.safetensors", [("n0", "tench"), ("n1", "goldfish")]
    monkeypatch.setattr(models, "class_names", lambda: names)
    assert predictor._class_names(1000, path) == ["tench", "goldfish"]
    assert predictor._class_names(2, path) == ["class 0", "class 1"]

    def missing():
        raise OSError("no file")

    monkeypatch.setattr(models, "class_names", missing)
    assert predictor._class_names(1000, path)[::999] == ["class 0", "class 999"]


def test_files_are_in_natural_order_without_hidden_ones(tmp_path):
    for name in ("10.png", "2.png", "b/1.jpg", ".hidden.png", ".git/3.png", "a.txt", "B.PNG"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in visible_files(tmp_path)]
    assert sorted(found) == ["10.png", "2.png", "B.PNG", "a.txt", "b/1.jpg"]
    assert found.index("2.png") < found.index("10.png")
    images = images_in(tmp_path)
    assert [path for path in visible_files(tmp_path) if path.suffix != ".txt"] == images
    with pytest.raises(FileNotFoundError, match=r"^there are no images in .*none$"):
        images_in(tmp_path / "none")
