"""``minivgg style``: pictures, one sentence about what is wrong, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import minivgg
from minivgg import data, models
from minivgg.cli import main
from minivgg.evaluation import synthesis

QUICK = ["--size", "16", "--steps", "3"]


@pytest.fixture(autouse=True)
def images(tmp_path, monkeypatch):
    """The current folder with two images of slanted stripes."""
    monkeypatch.chdir(tmp_path)
    i, j = np.mgrid[:24, :32]
    for k, name in enumerate(("photo.png", "style.jpg")):
        waves = [128 + 100 * np.sin(0.5 * i + (k - m) * j) for m in (0.3, 0.5, 0.9)]
        Image.fromarray(np.stack(waves, axis=2).astype(np.uint8)).save(name)


def read(name):
    return data.read_image(name)


@pytest.mark.parametrize(
    ("options", "make"),
    [
        (
            ["style.jpg"],
            lambda net: synthesis.style_transfer(net, "photo.png", "style.jpg", size=16),
        ),
        (
            ["style.jpg", "--style-weight", "3", "--style-layers", "conv1_2", "pool1",
             "--content-layer", "pool2", "--smoothness", "0"],
            lambda net: synthesis.style_transfer(
                net, "photo.png", "style.jpg", size=16, style_weight=3, smoothness=0,
                style_layers=["conv1_2", "pool1"], content_layer="pool2",
            ),
        ),
        (
            ["--texture", "--seed", "4", "--style-layers", "pool2"],
            lambda net: synthesis.texture(net, "photo.png", size=16, seed=4, layers=["pool2"]),
        ),
        (
            ["--invert", "pool2", "--seed", "5"],
            lambda net: synthesis.inversion(net, "photo.png", "pool2", size=16, seed=5),
        ),
    ],
)  # fmt: skip
def test_the_picture_is_what_the_library_gives(options, make, capsys):
    assert main(["style", "photo.png", *options, "--to", "o.png", *QUICK]) == 0
    problem, losses = make(models.packaged_net("vgg16-pool3")), []
    expected = synthesis.solve(problem, 3, on_step=lambda step, loss, _: losses.append(loss))
    assert np.array_equal(read("o.png"), expected)
    assert capsys.readouterr().out == (
        f"by vgg16-pool3, 16×21 pixels\nwrote o.png after 3 steps, loss {losses[-1]:.4g}\n"
    )


def test_another_net_another_optimizer_and_a_jpeg():
    pytest.importorskip("scipy")
    options = ["--invert", "pool1", "--run", "cifar10", "--optimizer", "lbfgs"]
    assert main(["style", "photo.png", "--to", "o.JPG", *options, *QUICK]) == 0
    with Image.open("o.JPG") as picture:
        assert (picture.format, picture.size) == ("JPEG", (21, 16))


def test_a_grey_net_makes_a_grey_picture():
    assert (
        main(["train", "--epochs", "1", "--net", "8,M,16,M", "--hidden", "32", "--run", "r"]) == 0
    )
    options = ["--invert", "pool1", "--run", "r", "--to", "o.png"]
    assert main(["style", "photo.png", *options, *QUICK]) == 0
    with Image.open("o.png") as picture:
        assert picture.mode == "L"


def test_the_growing_picture_is_written_every_few_steps(monkeypatch):
    from minivgg.cli import style

    written, write = [], style._write

    def recorded(path, image):
        written.append(image)
        write(path, image)

    monkeypatch.setattr(style, "_write", recorded)
    options = ["--texture", "--to", "o.png", "--size", "16", "--steps", "5", "--every", "2"]
    assert main(["style", "photo.png", *options]) == 0
    assert len(written) == 3  # after steps 2 and 4, and at the end
    assert not np.array_equal(written[0], written[1])
    assert np.array_equal(read("o.png"), written[2])


@pytest.mark.parametrize(
    ("number", "how"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "stopped by SIGTERM")]
)
def test_a_signal_keeps_the_picture_so_far(monkeypatch, capsys, number, how):
    solve = synthesis.solve

    def with_a_signal(problem, steps, optimizer, on_step):
        def then(step, loss, picture):
            if step == 2:
                os.kill(os.getpid(), number)
            on_step(step, loss, picture)

        return solve(problem, steps, optimizer, then)

    monkeypatch.setattr(synthesis, "solve", with_a_signal)
    options = ["--texture", "--to", "o.png", "--size", "16", "--steps", "50"]
    assert main(["style", "photo.png", *options]) == 128 + number
    said = capsys.readouterr().err
    assert said.endswith(f"{how} after step 2: the picture so far is in o.png\n")
    monkeypatch.setattr(synthesis, "solve", solve)
    problem = synthesis.texture(models.packaged_net("vgg16-pool3"), "photo.png", size=16)
    assert np.array_equal(read("o.png"), synthesis.solve(problem, 2))


@pytest.mark.slow
def test_ctrl_c_on_the_command_line(tmp_path):
    command = [sys.executable, "-m", "minivgg", "style", "photo.png", "--texture", "--to", "o.png"]
    process = subprocess.Popen(
        [*command, "--size", "16", "--steps", "100000", "--every", "1"],
        env=os.environ | {"PYTHONPATH": str(Path(minivgg.__file__).parents[1])},
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not Path("o.png").exists() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "the picture so far is in o.png" in err
    assert read("o.png").shape == (3, 16, 21)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.png", "photo.png", "style.jpg"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("photo.png --to o.png", "give two images, the photograph and the one whose style it gets"),
        ("photo.png style.jpg --texture --to o.png", "--texture is of a single image, got 2"),
        ("photo.png style.jpg --invert pool1 --to o.png", "--invert is of a single image, got 2"),
        (
            "photo.png --texture --invert pool1 --to o.png",
            "two kinds of pictures: give one of them",
        ),
        ("photo.png style.jpg --to o.gif", "--to writes .png, .jpg or .jpeg, not o.gif"),
        ("photo.png style.jpg --to no/o.png", "there is no folder no"),
        ("photo.png nothing.jpg --to o.png", "there is no image nothing.jpg"),
        ("photo.png --invert pool7 --to o.png", "no layer 'pool7': did you mean 'pool3'"),
        ("photo.png --invert '' --to o.png", "--invert is empty"),
        ("photo.png --texture --style-layers conv9_1 --to o.png", "no layer 'conv9_1'"),
        ("photo.png style.jpg --seed 3 --to o.png", "--seed has no meaning for the style of anoth"),
        (
            "photo.png --texture --style-weight 3 --to o.png",
            "--style-weight has no meaning for --t",
        ),
        ("photo.png --invert pool1 --content-layer pool1 --to o.png", "no meaning for --invert"),
        ("photo.png style.jpg --size 0 --to o.png", "--size is at least 1, got 0"),
        ("photo.png style.jpg --steps 0 --to o.png", "--steps is at least 1, got 0"),
        ("photo.png style.jpg --every -1 --to o.png", "--every is at least 1, got -1"),
        ("photo.png --texture --seed -1 --to o.png", "--seed is at least 0, got -1"),
        ("photo.png style.jpg --style-weight nan --to o.png", "--style-weight is a number of at l"),
        (
            "photo.png style.jpg --smoothness -1 --to o.png",
            "--smoothness is a number of at least 0",
        ),
        ("photo.png style.jpg --size 2 --to o.png", "2"),
        ("photo.png style.jpg --size 9999999 --to o.png", "would exceed the limit"),
        ("photo.png style.jpg --run nowhere --to o.png", "there is no folder nowhere"),
        ("photo.png style.jpg --run cifar10 --model vgg16 --to o.png", "--run selects one net"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_no_file(words, message, tmp_path, capsys):
    import shlex

    assert main(["style", *shlex.split(words)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo.png", "style.jpg"]


def test_without_scipy_the_extra_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    options = ["--texture", "--to", "o.png", "--optimizer", "lbfgs", *QUICK]
    assert main(["style", "photo.png", *options]) == 2
    assert "L-BFGS needs SciPy, unlike Adam: pip install" in capsys.readouterr().err
