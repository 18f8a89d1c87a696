"""``train --init FILE``: the net is the one that the file of weights is for."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import foreign

from minivgg import models, weights
from minivgg.cli import main
from minivgg.training.run import Run

KERAS = Path(__file__).parents[1] / "models" / "pretrained" / "data"
TRAIN = ["train", "--data", "photos", "--epochs", "1", "--mean", "0.5", "--std", "0.2"]


@pytest.fixture(autouse=True)
def photos(tmp_path, monkeypatch, rng):
    """Two classes of images of 40×40 pixels, in the current folder's "photos"."""
    monkeypatch.chdir(tmp_path)
    for name in ("blue", "red"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(5):
            pixels = rng.integers(0, 256, (40, 40, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{i}.png")


def start_line(capsys, *arguments):
    """What a training says about its start."""
    assert main([*TRAIN, "--run", "runs/a", "--init", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    return next(line for line in lines if line.startswith("from ")).removeprefix("from    ")


def settings():
    c = Run.open("runs/a").config
    return c["net"], c["hidden"], c["batch_norm"], c["input_shape"]


def fails(capsys, *arguments):
    assert main(list(arguments)) == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


def unnumbered_keras():
    """Weights of Keras without a configuration, which do not say where the max-pools are."""
    path = Path("rgb.weights.h5")
    path.write_bytes(gzip.decompress((KERAS / "rgb.weights.h5.gz").read_bytes()))
    return path


def test_a_file_gives_net_hidden_layers_batch_norm_size_and_channels(capsys):
    net = models.vgg([4, "M", 6, 6, "M"], 7, (1, 16, 16), (12,), batch_norm=True)
    foreign.torch_zip("w.pth", net.state_dict())
    said = start_line(capsys, "w.pth", "--freeze")
    assert said.endswith("w.pth: 4,M,6,6,M with batch norm at 16×16; 4 of 5 layers; "
                         "new: fc4 for 2 classes")  # fmt: skip
    assert settings() == ([4, "M", 6, 6, "M"], [12], True, [1, 16, 16])
    trained = Run.open("runs/a").net().arrays()
    assert (trained["classifier.0.weight"] == net.arrays()["classifier.0.weight"]).all()
    assert Run.open("runs/a").config["lr"] == 0.003  # of a start


def test_options_win_over_the_file(capsys):
    net = models.vgg([4, "M", 6, "M"], 7, (3, 16, 16), (12,))
    models.save_weights(net, "w.safetensors")
    said = start_line(capsys, "w.safetensors", "--size", "8", "--hidden", "5", "5")
    assert "a partial start: 4,M,6,M at 8×8; 2 of 5 layers; new: fc3, fc4, fc5 for 2" in said
    assert settings() == ([4, "M", 6, "M"], [5, 5], False, [3, 8, 8])


def test_a_named_net_is_as_without_a_file(capsys):
    models.save_weights(models.vgg([4, "M", 6, "M"], 7, (3, 16, 16), ()), "w.safetensors")
    said = start_line(capsys, "w.safetensors", "--net", "4,M,6,M", "--hidden")
    assert "4,M,6,M at 40×40; 2 of 3 layers; new: fc3 for 2 classes" in said


def test_convolutions_alone_take_any_size_and_get_one_new_layer(capsys):
    net = models.vgg([4, "M", 6, "M"], 7, (3, 16, 16), ())
    arrays = {k: v for k, v in net.state_dict().items() if k.startswith("features.")}
    np.savez("w.npz", **arrays)
    said = start_line(capsys, "w.npz", "--freeze")
    assert "w.npz: 4,M,6,M at 40×40; 2 of 3 layers; new: fc3 for 2 classes" in said


def test_a_net_with_global_pooling_takes_any_size_and_gets_one_new_layer(capsys):
    """As PyTorch's AdaptiveAvgPool2d(1) leaves it: the head takes a number of each map."""
    net = models.vgg([4, "M", 6, "M"], 7, (3, 4, 4), (9,))
    foreign.torch_zip("w.pth", net.state_dict())
    assert main([*TRAIN, "--run", "runs/a", "--init", "w.pth", "--freeze"]) == 0
    said = capsys.readouterr()
    assert "w.pth: 4,M,6,M at 40×40; 2 of 3 layers; new: fc3 for 2 classes" in said.out
    assert said.err.count("its head takes one number from each map, but the nets of minivgg") == 1


def test_global_pooling_of_keras_is_known_from_its_configuration(capsys):
    start = start_line(capsys, str(KERAS / "pooled.keras"), "--freeze", "--size", "2")
    assert "pooled.keras: 4,M at 2×2; 1 of 2 layers; new: fc2 for 2 classes" in start


def test_a_file_of_keras_gives_its_net(capsys):
    assert main([*TRAIN[:5], "--run", "runs/a", "--init", str(KERAS / "nested.keras")]) == 0
    assert "nested.keras: 4,M at 4×4; " in capsys.readouterr().out
    assert settings() == ([4, "M"], [6], False, [3, 4, 4])


def test_a_file_that_does_not_tell_its_net_needs_one(capsys):
    net = models.vgg([(4, 1), "M"], 7, (3, 8, 8), ())
    foreign.torch_zip("w.pth", net.state_dict())
    said = fails(capsys, *TRAIN, "--run", "runs/a", "--init", "w.pth")
    assert "w.pth does not tell its net (its convolutions are not those of a VGG net" in said
    assert "name it with --net" in said
    named = ["--net", "4x1,M", "--hidden", "--size", "8"]
    assert "4x1,M at 8×8; 1 of 2 layers" in start_line(capsys, "w.pth", *named)
    assert "models.vgg" not in fails(
        capsys, *TRAIN, "--run", "runs/b", "--init", str(unnumbered_keras())
    )
    weights.save("other.safetensors", {"a": np.zeros(3, np.float32)}, {})
    said = fails(capsys, *TRAIN, "--run", "runs/b", "--init", "other.safetensors")
    assert "the names of its tensors match no known source" in said
    assert "--net" not in said


def test_a_file_cannot_be_resumed(capsys):
    net = models.vgg([4, "M"], 7, (3, 8, 8), ())
    foreign.torch_zip("w.pth", net.state_dict())
    said = fails(capsys, "train", "--resume", "w.pth")
    assert said.endswith("w.pth is a file of weights: start from it with --init w.pth")
    start_line(capsys, "w.pth")
    said = fails(capsys, "train", "--resume", "runs/a/weights.safetensors")
    assert "is a file of the run " in said
    assert said.endswith("--resume " + str(Path("runs/a").resolve()))
    Path("notes.txt").write_text("none")
    assert "notes.txt is a file, not a run folder" in fails(
        capsys, "train", "--resume", "notes.txt"
    )
