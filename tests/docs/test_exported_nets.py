"""The guide "Published weights": its code for exported nets gives the answers of the nets."""

import json

import numpy as np
import pytest
from PIL import Image
from support import pages
from support.compare import error

from minivgg import data, weights
from minivgg.cli import main
from minivgg.training.run import Run

PAGE = "docs/guides/published-weights.md"
ROUNDING = 1e-5  # of float32


@pytest.fixture
def folder(tmp_path, monkeypatch, rng):
    """The current folder, with a photograph."""
    monkeypatch.chdir(tmp_path)
    pixels = rng.integers(0, 256, (48, 70, 3), np.uint8)
    Image.fromarray(pixels).save("photo.jpg")
    return tmp_path


def test_onnx_runtime_gives_the_nets_answer(folder, capsys):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    assert main(["export", "cifar10", "--to", "onnx"]) == 0
    found = pages.run(PAGE, only=lambda code: "onnxruntime" in code)
    run = Run.open("cifar10")
    image = data.read_image("photo.jpg", 3, (32, 32))
    expected = run.net()(run.normalize(image[None]))
    assert error(found["logits"], expected) < ROUNDING
    answer = capsys.readouterr().out.splitlines()[-1]
    assert answer == run.config["classes"][expected.argmax()]


def test_the_file_for_pytorch_has_the_names_of_the_classes(folder):
    assert main(["export", "cifar10", "--to", "torch"]) == 0
    stored = weights.read("cifar10.safetensors").metadata
    assert json.loads(stored["classes"]) == Run.open("cifar10").config["classes"]
    assert "preprocessing" in stored


@pytest.mark.parametrize(
    ("net", "options"),
    [
        ("8,M,16x1,M", ["--hidden", "32", "16"]),
        ("8,M", ["--hidden", "--batch-norm"]),
        ("small-8x8_bn", []),
    ],
)
def test_a_pytorch_module_for_the_net_of_any_run(net, options, folder, rng):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    assert main(["export", "cifar10", "--to", "torch"]) == 0
    found = pages.run(PAGE, only=lambda code: "torch_module" in code)
    packaged = Run.open("cifar10")
    compare(torch, found["module"], packaged, rng)
    assert main(["train", "--net", net, *options, "--epochs", "1", "--run", "own"]) == 0
    assert main(["export", "own", "--to", "torch"]) == 0
    module = found["torch_module"](Run.open("own"))
    module.load_state_dict(found["load_file"]("own.safetensors"))
    compare(torch, module.eval(), Run.open("own"), rng)


def compare(torch, module, run, rng):
    """The logits of both for the same images."""
    x = rng.standard_normal((3, *run.shape)).astype(np.float32)
    assert error(module(torch.from_numpy(x)).detach().numpy(), run.net()(x)) < ROUNDING
