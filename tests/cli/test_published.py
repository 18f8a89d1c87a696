"""Published weights on the command line: predicting, initialising, freezing, exporting."""

import csv
import json
import re

import numpy as np
import pytest
from PIL import Image
from support import foreign

from minivgg import data, models, weights
from minivgg.cli import main
from minivgg.training.run import Run


def fails(capsys, *arguments):
    """The last line on stderr of a command that must fail with status 2."""
    assert main([str(a) for a in arguments]) == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


@pytest.fixture
def photos(tmp_path, rng):
    """Two classes of colours, training and test images, of different sizes."""
    for split, count in (("train", 8), ("test", 3)):
        for k, name in enumerate(("blue", "red")):
            (tmp_path / "photos" / split / name).mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 100, (34 + i, 40, 3), np.uint8)
                pixels[..., 2 * (1 - k)] += 100
                Image.fromarray(pixels).save(tmp_path / "photos" / split / name / f"{i}.png")
    return tmp_path / "photos"


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A file of weights for vgg11 made so small that tests can wait for it, and for 6 classes."""
    build = models.vgg11
    monkeypatch.setattr(
        models,
        "vgg11",
        lambda *args, **options: build(*args, hidden=(8, 8), input_shape=(3, 32, 32), **options),
    )
    monkeypatch.setattr("minivgg.evaluation.predictor.RESCALED", 36)
    monkeypatch.setattr("minivgg.evaluation.predictor.CROP", 32)
    path = tmp_path / "w.pth"
    foreign.torch_zip(path, models.vgg11(classes=6).state_dict())
    return path


@pytest.mark.slow
def test_a_folder_gives_a_line_an_image_a_table_and_a_grid(published, photos, tmp_path, capsys):
    (photos / "test" / "red" / "broken.png").write_bytes(b"no image")
    out, grid, bars = tmp_path / "names.csv", tmp_path / "grid.png", tmp_path / "bars.png"
    arguments = ["predict", str(photos / "test"), "--model", "vgg11", "--weights", str(published)]
    assert main([*arguments, "--out", str(out), "--grid", str(grid), "--plot", str(bars)]) == 0
    said = capsys.readouterr()
    assert "left out" in said.err
    assert "broken.png is not an image" in said.err
    assert "so they are numbered" in said.err
    assert len(re.findall(r"\.png +class \d +[\d.]+ %\n", said.out)) == 6
    rows = list(csv.reader(out.read_text().splitlines()))
    columns = [name for k in range(1, 6) for name in (f"class_{k}", f"probability_{k}")]
    assert rows[0] == ["image", *columns]
    assert len(rows) == 7
    assert 0.5 < sum(map(float, rows[1][2::2])) <= 1.000001
    assert all(data.read_image(file).shape[2] > 100 for file in (grid, bars))
    assert main([*arguments, "--out", str(tmp_path / "names.md")]) == 0
    assert (tmp_path / "names.md").read_text().startswith("| image | class_1 |")


@pytest.mark.slow
def test_one_photograph_gives_five_names_and_a_map(published, photos, tmp_path, capsys):
    image = photos / "test" / "blue" / "0.png"
    arguments = ["predict", str(image), "--weights", str(published), "--model", "vgg11"]
    assert main([*arguments, "--map", str(tmp_path / "m.png"), "--map-class", "class 2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "by vgg11"
    assert lines[1].startswith(f"{image}: class ")
    assert [line.endswith(" %") for line in lines[2:7]] == [True] * 5
    assert (tmp_path / "m.png").exists()
    assert "the net knows class 0, class 1" in fails(
        capsys, *arguments, "--map", tmp_path / "m.png", "--map-class", "owl"
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")
def test_a_file_with_the_weights_of_googlenet(photos, tmp_path, capsys):
    image, path = str(photos / "test" / "blue" / "0.png"), tmp_path / "googlenet.safetensors"
    models.save_weights(models.googlenet(classes=6), path)
    assert main(["predict", image, "--weights", str(path)]) == 0
    assert "by googlenet" in capsys.readouterr().out
    assert main(["summary", str(path)]) == 0
    assert "Linear(1024, 6)" in capsys.readouterr().out
    arguments = ["predict", image, "--weights", path, "--map", tmp_path / "map.png"]
    assert "--map draws class maps of VGG nets, which googlenet is not" in fails(capsys, *arguments)
    arguments = ["train", "--data", photos, "--init", path, "--run", tmp_path / "run"]
    assert "it holds the weights of GoogLeNet, and only VGG nets" in fails(capsys, *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "resnet50"], "unknown model 'resnet50': there are vgg11"),
        (["--run", "cifar10", "--model", "vgg16"], "use --run or the other two"),
        (["--model", "vgg16", "--weights", "none.pth"], "there is no weights file none.pth"),
        (["--out", "names.txt"], "--out writes .csv or .md"),
    ],
)
def test_wrong_models_get_one_sentence(arguments, words, photos, capsys):
    assert words in fails(capsys, "predict", photos / "test" / "red" / "0.png", *arguments)


def test_without_the_network_published_weights_are_refused_with_a_hint(
    photos, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path / "data"))
    said = fails(capsys, "predict", photos / "test" / "red" / "0.png", "--model", "vgg19")
    assert (
        f"vgg19-dcbb9e9d.pth was not found in {tmp_path / 'data'}, "
        f"{tmp_path / 'data' / 'weights'}, {tmp_path / 'cache' / 'weights'}" in said
    )
    assert "downloading https://" in said


SMALL = [
    "--net",
    "4,M,6,M",
    "--hidden",
    "16",
    "--size",
    "8",
    "8",
    "--epochs",
    "2",
    "--batch-size",
    "4",
]


@pytest.fixture
def donor(tmp_path):
    """Weights with Caffe's names, for other classes and for pixels in Caffe's unit."""
    net = models.vgg([4, "M", 6, "M"], 9, (3, 8, 8), (16,))
    np.savez(tmp_path / "donor.npz", **foreign.translated(net, net.state_dict(), "frossard"))
    return net, tmp_path / "donor.npz"


@pytest.mark.slow
def test_training_starts_from_a_file_with_layers_frozen_and_a_new_head(
    donor, photos, tmp_path, capsys
):
    net, path = donor
    run = tmp_path / "run"
    assert (
        main(
            [
                "train",
                "--data",
                str(photos),
                *SMALL,
                "--init",
                str(path),
                "--freeze",
                "pool1",
                "--run",
                str(run),
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "from    " in said
    assert "; 3 of 4 layers; new: fc4 for 2 classes\n" in said
    total = sum(p.data.size for p in Run.open(run).net().parameters().values())
    assert f"frozen  112 of {total:,} parameters, up to pool1" in said
    found, before = weights.load(run / "weights.safetensors"), net.state_dict()
    assert (found["features.0.weight"] == before["features.0.weight"]).all()
    assert (found["features.3.weight"] != before["features.3.weight"]).any()
    assert found["classifier.3.weight"].shape == (2, 16)
    config = json.loads((run / "config.json").read_text())
    assert config["mean"][0] == pytest.approx(123.68 / 255)  # colours as the weights expect them
    assert config["std"] == pytest.approx([1 / 255] * 3)
    assert main(["train", "--resume", str(run), "--epochs", "3"]) == 0
    assert (
        weights.load(run / "weights.safetensors")["features.0.weight"]
        == before["features.0.weight"]
    ).all()


@pytest.mark.slow
def test_all_but_the_head_is_frozen_without_a_name(donor, photos, tmp_path, capsys):
    net, path = donor
    assert (
        main(
            [
                "train",
                "--data",
                str(photos),
                *SMALL,
                "--init",
                str(path),
                "--freeze",
                "--run",
                str(tmp_path / "r"),
            ]
        )
        == 0
    )
    assert ", all but the head" in capsys.readouterr().out
    found, before = weights.load(tmp_path / "r" / "weights.safetensors"), net.state_dict()
    assert {name for name in found if found[name].shape != before[name].shape} == {
        "classifier.3.weight",
        "classifier.3.bias",
    }
    assert all(
        (found[name] == before[name]).all() for name in found if not name.startswith("classifier.3")
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--freeze"], "those of a new net are untrained"),
        (["--init", "imagenet"], "there are no published weights for the net"),
        (["--init", "none.pth"], "there is no weights file"),
        (["--init", "none"], "no run folder, file or net none: the nets are imagenet"),
    ],
)
def test_a_wrong_start_leaves_nothing_behind(arguments, words, photos, tmp_path, capsys):
    assert words in fails(
        capsys, "train", "--data", photos, *SMALL, *arguments, "--run", tmp_path / "r"
    )
    assert not (tmp_path / "r").exists()


def test_a_layer_to_freeze_that_there_is_not(donor, photos, tmp_path, capsys):
    said = fails(
        capsys,
        "train",
        "--data",
        photos,
        *SMALL,
        "--init",
        donor[1],
        "--freeze",
        "pool9",
        "--run",
        tmp_path / "r",
    )
    assert "the net has no layer 'pool9': did you mean 'pool" in said
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
def test_export_for_other_programs(tmp_path, capsys, monkeypatch):
    pytest.importorskip("onnx")
    monkeypatch.chdir(tmp_path)
    assert main(["export", "cifar10"]) == 0
    assert main(["export", "cifar10", "--to", "torch", "--out", "mine.safetensors"]) == 0
    said = capsys.readouterr().out
    assert "wrote cifar10.onnx, " in said
    assert "10 classes, images N×3×32×32" in said
    assert "expects (x/255 − mean)/std with mean 0.4" in said
    assert (tmp_path / "cifar10.onnx").stat().st_size > 4e6
    run = Run.open("cifar10")
    again = models.load_weights(run.new_net("zeros"), tmp_path / "mine.safetensors")
    assert all((a == run.net().arrays()[name]).all() for name, a in again.arrays().items())
    assert again.preprocessing == run.normalize
    assert "there is no folder nowhere: the runs are cifar10" in fails(capsys, "export", "nowhere")


@pytest.mark.slow
def test_what_would_freeze_fresh_weights_or_everything_is_refused(donor, photos, tmp_path, capsys):
    start = ["train", "--data", str(photos), "--init"]
    deeper = [
        "--net",
        "4,4,M,6,M",
        "--hidden",
        "16",
        "--size",
        "8",
        "8",
        "--epochs",
        "1",
        "--batch-size",
        "4",
    ]
    assert main([*start, str(donor[1]), *SMALL, "--run", str(tmp_path / "a")]) == 0
    capsys.readouterr()
    start = [*start, tmp_path / "a", "--mean-only"]
    said = fails(capsys, *start, *deeper, "--freeze", "--run", tmp_path / "r")
    assert "--freeze would freeze conv1_2, which is untrained" in said
    assert "--freeze fc4 leaves nothing to learn" in fails(
        capsys, *start, *SMALL, "--freeze", "fc4", "--run", tmp_path / "r"
    )
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
def test_a_runs_own_weights_and_the_run_itself_keep_its_colours(donor, photos, tmp_path, capsys):
    """Caffe's unit (std 1/255) is kept: from a file of weights, and from a run."""
    start = ["train", "--data", str(photos), *SMALL, "--init"]
    assert main([*start, str(donor[1]), "--run", str(tmp_path / "a")]) == 0
    assert (
        models.preprocessing_of(tmp_path / "a" / "weights.safetensors")
        == Run.open(tmp_path / "a").normalize
    )
    assert Run.open(tmp_path / "a").config["mean_only"]
    assert (
        main([*start, str(tmp_path / "a" / "weights.safetensors"), "--run", str(tmp_path / "b")])
        == 0
    )
    assert Run.open(tmp_path / "b").normalize == Run.open(tmp_path / "a").normalize
    other = ["--no-mean-only", "--run", tmp_path / "c"]
    assert "add --mean-only" in fails(capsys, *start, tmp_path / "a", *other)
    assert main([*start, str(tmp_path / "a"), "--run", str(tmp_path / "c")]) == 0
    assert Run.open(tmp_path / "c").normalize == Run.open(tmp_path / "a").normalize


def test_weights_for_other_channels_are_refused_before_anything_is_made(donor, tmp_path, capsys):
    said = fails(capsys, "train", "--data", "digits", "--init", donor[1], "--run", tmp_path / "r")
    assert "is for images with 3 channels, but these have 1" in said
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
def test_convolutions_alone_are_a_start(photos, tmp_path, capsys):
    pytest.importorskip("h5py")
    net = models.vgg([4, "M", 6, "M"], 9, (3, 8, 8), (16,))
    layers = {
        name: pair
        for name, pair in foreign.translated(net, net.state_dict(), "keras").items()
        if name.startswith("block")
    }
    foreign.keras(tmp_path / "notop.h5", layers)
    arguments = [
        "train",
        "--data",
        str(photos),
        *SMALL,
        "--init",
        str(tmp_path / "notop.h5"),
        "--freeze",
        "pool2",
    ]
    assert main([*arguments, "--run", str(tmp_path / "r")]) == 0
    assert "; 2 of 4 layers; new: fc3, fc4 for 2 classes\n" in capsys.readouterr().out


@pytest.mark.slow
def test_the_middle_of_an_image_that_would_become_huge_is_seen(published, tmp_path, rng, capsys):
    """1×140,000 pixels, rescaled until the smaller side has 36 or 256, are hundreds of millions."""
    (tmp_path / "some").mkdir()
    Image.fromarray(rng.integers(0, 256, (1, 140_000, 3), np.uint8)).save(
        tmp_path / "some" / "line.png"
    )
    Image.fromarray(rng.integers(0, 256, (40, 50, 3), np.uint8)).save(
        tmp_path / "some" / "photo.png"
    )
    model = ["--model", "vgg11", "--weights", str(published)]
    assert main(["predict", str(tmp_path / "some"), *model]) == 0
    said = capsys.readouterr()
    assert "left out" not in said.err
    assert "line.png" in said.out
    assert "photo.png" in said.out
    assert "there is no image" in fails(
        capsys, "predict", tmp_path / "some", tmp_path / "misspelt.png", *model
    )
    assert main(["predict", str(tmp_path / "some"), "--run", "cifar10"]) == 0


def test_the_file_tells_the_net_and_the_user_the_pixels(published, photos, capsys):
    arguments = ["predict", str(photos / "test" / "red" / "0.png"), "--weights", str(published)]
    assert main(arguments) == 0
    assumed = capsys.readouterr()
    assert assumed.out.startswith("by vgg11\n")
    assert "assumed: RGB, torchvision's normalisation" in assumed.err
    said = ["--pixels", "bgr", "--mean", "0.5", "--std", "0.1", "0.2", "0.3"]
    assert main([*arguments, *said]) == 0
    other = capsys.readouterr()
    assert "assumed" not in other.err
    assert other.out != assumed.out
    words = "mean must have 3 numbers, one for each channel"
    assert words in fails(capsys, *arguments, "--mean", "1", "2")
    words = "--pixels, --mean and --std are for --weights"
    assert words in fails(capsys, *arguments[:2], "--run", "cifar10", "--pixels", "bgr")


def test_the_weights_of_a_run_are_named_as_such(photos, tmp_path, capsys):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "config.json").write_text("{}")
    path = tmp_path / "r" / "weights.safetensors"
    path.write_bytes(b"")
    said = fails(capsys, "predict", photos / "test" / "red" / "0.png", "--weights", path)
    assert f"these are the weights of a run: use --run {tmp_path / 'r'}" in said
    path.rename(path.with_name("model.safetensors"))  # as in a folder from Hugging Face
    path = path.with_name("model.safetensors")
    said = fails(capsys, "predict", photos / "test" / "red" / "0.png", "--weights", path)
    assert f"{path} is empty" in said
