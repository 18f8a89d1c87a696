"""The command ``predict``: which images and which net are meant, and what is written."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from minivgg import layers
from minivgg.cli import main
from minivgg.evaluation.predictor import Predictor
from minivgg.training.run import Run


@pytest.fixture
def folder(tmp_path, monkeypatch, rng):
    """The current folder: two photographs, and the packaged net as a run with an image in it."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(Run.open("cifar10").folder, "runs/own")
    for name in ("2.png", "10.png", "runs/own/samples/3.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (40, 44, 3), np.uint8)).save(name)
    return tmp_path


def said(capsys, *arguments):
    """What a command that succeeds prints on stdout and stderr."""
    assert main(["predict", *arguments]) == 0
    return capsys.readouterr()


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("https://example.com/cat.jpg", "is an address: download the image, and name its file"),
        ("photos.zip", "photos.zip is an archive, of which no images are read here: unpack it"),
        ("2.png ", "there is no image '2.png '; without the blanks around it there is"),
        ("3.png ", "there is no image '3.png '"),
        ("*.gif", "no file matches *.gif"),
        ("3.png", "there is no image 3.png"),
    ],
)
def test_what_is_no_image_is_told_before_a_net_is_read(argument, words, folder, capsys):
    (folder / "photos.zip").write_bytes(b"PK")
    assert main(["predict", argument]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


@pytest.mark.parametrize(
    "option", ["--run", "--model", "--weights", "--out", "--plot", "--map", "--why"]
)
def test_an_empty_name_is_not_taken_for_none(option, folder, capsys):
    """As a script gives it whose variable is not set."""
    assert main(["predict", "2.png", option, ""]) == 2
    assert option in capsys.readouterr().err


def test_a_packaged_net_without_classes_is_for_features(folder, capsys):
    assert main(["predict", "2.png", "--run", "vgg16-pool3"]) == 2
    assert "vgg16-pool3 has no classes to predict: its features are" in capsys.readouterr().err


def test_images_in_the_folder_of_a_run_are_for_its_net(folder, capsys):
    image = "runs/own/samples/3.png"
    first = said(capsys, image).out.splitlines()[0]
    assert Path(first.removeprefix("by ").removesuffix(", in whose folder the images are")) == Path(
        "runs/own"
    )
    assert said(capsys, "runs/own/samples").out.startswith("by runs")
    # of no run, of two, or where another net is named
    shutil.copytree("runs/own", "runs/z")
    for arguments in (
        [image, "2.png"],
        [image, "runs/z/samples/3.png"],
        [image, "--run", "cifar10"],
    ):
        assert "in whose folder" not in said(capsys, *arguments).out
    # the config.json of another program makes no run
    Path("config.json").write_text("{}")
    assert said(capsys, "2.png").out.startswith("by the net of runs")


def test_the_table_has_fractions_that_add_up_and_columns_for_programs(folder, capsys):
    said(capsys, "*.png", "--run", "cifar10", "--out", "n.csv")
    rows = list(csv.DictReader(Path("n.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["image"] for row in rows] == ["2.png", "10.png"]
    predictor = Predictor.from_run(Run.open("cifar10"))
    guesses = predictor.predict([predictor.read("2.png")])[0]
    for k, (name, probability) in enumerate(guesses, 1):
        assert rows[0][f"class_{k}"] == name
        assert float(rows[0][f"probability_{k}"]) == pytest.approx(probability, rel=1e-5)


def test_the_json_is_all_there_is_on_stdout(folder, capsys):
    found = said(capsys, "2.png", "runs", "--run", "cifar10", "--json", "--out", "n.csv")
    document = json.loads(found.out)
    assert document["net"].endswith("cifar10")
    assert [each["image"].replace("\\", "/") for each in document["images"]] == [
        "2.png", "runs/own/samples/3.png",
    ]  # fmt: skip
    for each in document["images"]:
        best = [guess["probability"] for guess in each["predictions"]]
        assert best == sorted(best, reverse=True)
        assert len(best) == 5
        assert 0.5 < sum(best) <= 1.00001
    assert found.err.splitlines()[-1] == "wrote n.csv"
    found = said(capsys, "2.png", "--json")
    json.loads(found.out)
    assert found.err.startswith("by the net of runs")


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("png", b"\x89PNG"), ("JPG", b"\xff\xd8"), ("svg", b"<?xml"), ("pdf", b"%PDF")],
)
def test_pictures_are_written_as_their_suffix_says(suffix, start, folder, capsys):
    option = {"png": "--map", "JPG": "--why", "svg": "--plot", "pdf": "--grid"}[suffix]
    said(capsys, "2.png", "--run", "cifar10", option, f"a.{suffix}")
    assert Path(f"a.{suffix}").read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("words", "title"), [([], "{}: {:.1f} %"), (["--why-class", "frog"], "frog")]
)
def test_an_explanation_is_of_the_best_class_or_the_named_one(
    words, title, folder, capsys, monkeypatch
):
    from minivgg import analysis, plots

    drawn = []
    monkeypatch.setattr(plots, "save", lambda figure, path: drawn.append((figure, path)))
    out = said(capsys, "2.png", "--run", "cifar10", "--why", "w.png", *words).out
    assert out.endswith("wrote w.png\n")
    ((figure, path),) = drawn
    assert path == "w.png"
    predictor = Predictor.from_run(Run.open("cifar10"))
    image = predictor.read("2.png")
    best = predictor.predict([image])[0][0]
    shown = figure.axes[0].get_title()
    assert shown.startswith(title.format(best[0], 100 * best[1]))
    label = predictor.classes.index(shown.partition(":")[0])
    x = predictor.model.normalize(image[None])
    for axes, method in ((figure.axes[1], analysis.saliency), (figure.axes[3], analysis.grad_cam)):
        np.testing.assert_allclose(
            axes.images[-1].get_array(), method(predictor.model.net, x, label), rtol=1e-6
        )


def test_a_net_without_feature_maps_is_not_explained(folder, capsys, monkeypatch):
    net = layers.Sequential(layers.Flatten(), layers.Linear(3 * 32 * 32, 10)).eval()
    predictor = Predictor.from_run(Run.open("cifar10"))
    plain = predictor._replace(model=predictor.model._replace(net=net))
    monkeypatch.setattr(Predictor, "from_run", lambda *a: plain)
    assert main(["predict", "2.png", "--run", "cifar10", "--why", "w.png"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "the net has no convolutions, so there are no feature maps" in line
    assert not Path("w.png").exists()
