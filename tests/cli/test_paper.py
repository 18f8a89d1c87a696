"""The paper's training and testing on the command line: recipes, protocols, fusion, class maps."""

import json

import numpy as np
import pytest
from PIL import Image

from minivgg import models
from minivgg.cli import main
from minivgg.evaluation.predictor import Predictor
from minivgg.training.run import Run
from minivgg.training.training_plan import plan_training

pytestmark = pytest.mark.slow  # each trains nets of its own


def fails(capsys, *arguments):
    """The one line on stderr of a command that must fail with status 2."""
    assert main([str(a) for a in arguments]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Noise in two colours, in landscape and portrait, no two of one size."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    for split, count in (("train", 10), ("test", 4)):
        for k, name in enumerate(("blue", "red")):
            (folder / split / name).mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 100, (20 + i, 30 - 2 * i, 3), np.uint8)
                pixels[..., 2 * (1 - k)] += 100
                Image.fromarray(pixels).save(folder / split / name / f"{i}.png")
    return folder


SETTINGS = [
    "--size",
    "8",
    "8",
    "--net",
    "4,M,8,M",
    "--hidden",
    "16",
    "--batch-size",
    "4",
    "--epochs",
    "3",
]


@pytest.fixture(scope="module")
def runs(photos, tmp_path_factory):
    """Two runs with scale jitter, from different seeds."""
    folder = tmp_path_factory.mktemp("runs")
    for seed in ("0", "1"):
        options = [
            "--scale",
            "9",
            "14",
            "--flip",
            "--color",
            "0.1",
            "--mean-only",
            "--lr",
            "0.001",
            "--seed",
            seed,
        ]
        assert (
            main(
                [
                    "train",
                    "--data",
                    str(photos),
                    "--run",
                    str(folder / f"seed-{seed}"),
                    *SETTINGS,
                    *options,
                ]
            )
            == 0
        )
    return [str(folder / "seed-0"), str(folder / "seed-1")]


def test_training_with_scale_jitter(runs):
    config = json.loads((Run.open(runs[0]).folder / "config.json").read_text())
    assert config["scale"] == [9, 14]
    assert config["input_shape"] == [3, 8, 8]
    assert config["std"] == pytest.approx([1 / 255] * 3)
    run = Run.open(runs[0])
    assert [type(step).__name__ for step in run.augmentations()] == [
        "Rescale",
        "RandomCrop",
        "RandomHorizontalFlip",
        "PCAColorShift",
    ]
    assert [repr(step) for step in run.centre()] == [
        "Rescale(smallest=11)",
        "CenterCrop(size=(8, 8))",
    ]


def test_a_run_with_scales_goes_on_evaluates_and_predicts(runs, photos, tmp_path, capsys):
    assert main(["train", "--resume", runs[1], "--epochs", "4"]) == 0
    assert main(["evaluate", runs[1]]) == 0
    assert "8 test images" in capsys.readouterr().out
    picture = tmp_path / "map.png"
    one = photos / "test" / "red" / "0.png"
    assert (
        main(
            [
                "predict",
                str(one),
                "--run",
                runs[0],
                "--map",
                str(picture),
                "--map-class",
                "blue",
                "--map-scale",
                "24",
            ]
        )
        == 0
    )
    with Image.open(picture) as image:
        assert min(image.size) > 200


def table(out):
    """{first cell: the others} of the printed table."""
    rows = out.split("─\n")[1].strip().splitlines()
    return {
        row.split("  ")[0]: row.split()[-2:] for row in rows if row and not row.startswith("wrote")
    }


@pytest.mark.parametrize("protocol", ["centre", "dense", "multi-crop", "both"])
def test_evaluating_by_protocol_prints_the_papers_table(runs, protocol, capsys):
    assert main(["evaluate", *runs, "--protocol", protocol, "--scales", "9", "12", "--fuse"]) == 0
    out = capsys.readouterr().out
    assert (
        f"8 test images of {Run.open(runs[0]).config['data']}, 2 classes; protocol: {protocol}"
        in out
    )
    found = table(out)
    assert set(found) == {"seed-0", "seed-1", "all 2, fused"}
    assert all(0 <= float(top1) <= 100 and top5 == "–" for top1, top5 in found.values())
    assert "[9; 14]" in out


def test_the_centre_at_the_training_scale_is_what_training_reported(runs, capsys):
    assert main(["evaluate", runs[0]]) == 0
    accuracy = float(capsys.readouterr().out.split("accuracy ")[1].split(" %")[0])
    assert main(["evaluate", runs[0], "--protocol", "centre"]) == 0
    assert float(table(capsys.readouterr().out)["seed-0"][0]) == pytest.approx(
        100 - accuracy, abs=0.01
    )


def test_the_papers_scales_and_files(runs, tmp_path, capsys):
    for name in ("table.md", "table.csv"):
        assert (
            main(
                [
                    "evaluate",
                    runs[0],
                    "--protocol",
                    "dense",
                    "--scales",
                    "paper",
                    "--out",
                    str(tmp_path / name),
                    "--limit",
                    "3",
                ]
            )
            == 0
        )
    assert "3 test images" in capsys.readouterr().out
    assert (
        (tmp_path / "table.md")
        .read_text()
        .splitlines()[2]
        .startswith(r"| seed-0 | \[9; 14\] | 9, 11, 14 | ")
    )
    assert (tmp_path / "table.csv").read_text().splitlines()[
        0
    ] == 'net,trained at S,tested at Q,"top-1 error, %","top-5 error, %"'


A_NARROW = "8,M,16,M,32,32,M,64,64,M,64,64,M"
B_NARROW = "8,8,M,16,16,M,32,32,M,64,64,M,64,64,M"


def test_deeper_nets_start_from_a(photos, tmp_path, capsys):
    """With an eighth of the channels of A and B."""
    common = [
        "--data",
        str(photos),
        "--size",
        "32",
        "32",
        "--scale",
        "32",
        "--hidden",
        "8",
        "--epochs",
        "1",
        "--batch-size",
        "10",
    ]
    assert main(["train", *common, "--net", A_NARROW, "--run", str(tmp_path / "a")]) == 0
    capsys.readouterr()
    assert (
        main(
            [
                "train",
                *common,
                "--net",
                B_NARROW,
                "--run",
                str(tmp_path / "b"),
                "--init",
                str(tmp_path / "a"),
                "--lr",
                "0",
            ]
        )
        == 0
    )
    assert (
        f"from    {tmp_path / 'a'}: a partial start: {B_NARROW} at 32×32; 6 of 12 layers; "
        "new: conv1_2, " in capsys.readouterr().out
    )
    a, b = (Run.open(tmp_path / name).net() for name in "ab")
    assert (a["features"]["8"].weight.data == b["features"]["12"].weight.data).all()
    assert models.layer_names(b)["conv3_2"] == "features.12"


def test_micro_batches_make_the_same_steps(photos, tmp_path):
    common = ["--data", str(photos), *SETTINGS, "--dropout", "0", "--batch-size", "7"]
    for name, extra in (("whole", []), ("parts", ["--micro-batch", "2"])):
        assert main(["train", *common, "--run", str(tmp_path / name), *extra]) == 0
    whole, parts = (Run.open(tmp_path / name).net().state_dict() for name in ("whole", "parts"))
    assert all(whole[name] == pytest.approx(parts[name], abs=1e-5) for name in whole)


def test_a_recipe_by_name_and_changes_to_it(photos, tmp_path):
    run = tmp_path / "r"
    small = [*SETTINGS, "--scale", "12", "--validation", "0.2"]
    assert (
        main(["train", "--data", str(photos), "--recipe", "paper-256", "--run", str(run), *small])
        == 0
    )
    config = json.loads((run / "config.json").read_text())
    assert (config["scale"], config["epochs"], config["batch_size"]) == (12, 3, 4)
    assert (config["momentum"], config["weight_decay"], config["dropout"], config["schedule"]) == (
        0.9,
        5e-4,
        0.5,
        "plateau",
    )
    assert (config["color"], config["mean_only"], config["initializer"], config["flip"]) == (
        0.1,
        True,
        "xavier_uniform",
        True,
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--recipe", "paper"], "there is no recipe 'paper': did you mean 'paper-"),
        (
            ["--data", "PHOTOS", "--scale", "9", "--net", "4,M"],
            "--scale needs the size of the crops",
        ),
        (
            ["--data", "PHOTOS", "--scale", "7", "--size", "8", "8"],
            "--scale 7 is smaller than the net's input, 8×8",
        ),
        (
            ["--data", "PHOTOS", "--scale", "9", "8", "--size", "8", "8"],
            "a range (from, to), got (9, 8)",
        ),
        (
            ["--data", "PHOTOS", "--scale", "9", "10", "11", "--size", "8", "8"],
            "must be 1 or 2 numbers, each at least 1, got 9 10 11",
        ),
        (["--color", "0.1"], "these images are grey: --color 0 leaves them as they are"),
        (["--data", "PHOTOS", "--size", "8", "8", "--color", "-1"], "--color must be at least 0"),
        (["--micro-batch", "0"], "micro_batch must be at least 1 image, got 0"),
        (["--init", "nowhere"], "no run folder, file or net nowhere: the nets are imagenet"),
        (["--data", "PHOTOS", "--scale", "0", "--size", "8", "8"], "each at least 1, got 0"),
        (
            ["--recipe", "paper-256", "--net", "small-8x8", "--color", "0"],
            "--scale 256 is far larger than the net's input, 8×8",
        ),
        (["--resume", "cifar10"], "cifar10 comes with the package and stays as it is"),
    ],
)
def test_a_wrong_setting_gets_one_sentence(arguments, words, photos, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert words in fails(
        capsys, "train", *[str(photos) if a == "PHOTOS" else a for a in arguments]
    )
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scales", "7"], "Q = 7 is smaller than the net's input of 8×8 pixels"),
        (["--scales", "large"], "--scales must be numbers of pixels or the word paper, got large"),
        (["--out", "table.txt"], "--out writes .csv or .md"),
        (["--limit", "0"], "--limit must be at least 1"),
    ],
)
def test_a_wrong_test_gets_one_sentence(arguments, words, runs, capsys):
    assert words in fails(capsys, "evaluate", runs[0], *arguments)


def test_nets_of_different_classes_are_not_fused(runs, tmp_path, capsys):
    assert (
        main(
            [
                "train",
                "--run",
                str(tmp_path / "digits"),
                "--epochs",
                "1",
                "--net",
                "4,M",
                "--hidden",
                "8",
            ]
        )
        == 0
    )
    capsys.readouterr()
    words = fails(capsys, "evaluate", runs[0], tmp_path / "digits", "--fuse")
    assert (
        f"{tmp_path / 'digits'} (10 classes of digits, grey) cannot be in one table with "
        f"{runs[0]} (2 classes of " in words
    )
    assert "--fuse averages several nets" in fails(capsys, "evaluate", runs[0], "--fuse")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--map-class", "green"], "no class 'green': the net knows blue, red"),
        (["--map-scale", "7"], "Q = 7 is smaller"),
    ],
)
def test_a_wrong_map_gets_one_sentence(arguments, words, runs, photos, tmp_path, capsys):
    image = photos / "test" / "red" / "0.png"
    assert words in fails(
        capsys, "predict", image, "--run", runs[0], "--map", tmp_path / "m.png", *arguments
    )
    assert "say where to draw it with --map FILE" in fails(
        capsys, "predict", image, "--run", runs[0], *arguments
    )
    assert "--map draws the class map of a single image" in fails(
        capsys, "predict", image, image, "--run", runs[0], "--map", tmp_path / "m.png"
    )


def test_predict_shows_the_net_what_evaluate_shows_it(runs, photos):
    """At the test scale, its centre: not the whole image squeezed into the net's size."""
    run = Run.open(runs[0])
    images = run.dataset("test")
    seen = [Predictor.from_run(run).read(images.path / file) for file in images.files]
    assert (np.stack(seen) == run.centre()(images.batch(range(len(images))))).all()


def test_a_micro_batch_is_kept_for_going_on(photos, tmp_path):
    run = str(tmp_path / "r")
    assert (
        main(["train", "--data", str(photos), *SETTINGS, "--run", run, "--micro-batch", "2"]) == 0
    )
    assert Run.open(run).config["micro_batch"] == 2
    trainer = plan_training(Run.open(run), Run.open(run).dataset("train"), progress=False).trainer
    assert trainer.micro_batch == 2
    assert main(["train", "--resume", run, "--epochs", "4", "--micro-batch", "3"]) == 0
    assert Run.open(run).config["micro_batch"] == 3


def test_weights_of_another_unit_of_colour_are_refused(runs, photos, tmp_path, capsys):
    words = fails(
        capsys,
        "train",
        "--data",
        photos,
        *SETTINGS,
        "--scale",
        "9",
        "--init",
        runs[0],
        "--no-mean-only" if Run.open(runs[0]).config["mean_only"] else "--mean-only",
        "--run",
        tmp_path / "r",
    )
    assert "trained on colours in another unit" in words
    assert "add --mean-only" in words
