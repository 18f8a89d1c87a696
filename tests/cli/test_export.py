"""The command ``export``: the suffix says what is written."""

import json

import pytest

from minivgg import models, weights
from minivgg.cli import main
from minivgg.training.run import Run


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (["--out", "c.pth"], "PyTorch zip"),
        (["--out", "c.PT"], "PyTorch zip"),
        (["--to", "torch", "--out", "c.pth"], "PyTorch zip"),
        (["--out", "c.safetensors"], "safetensors"),
    ],
)
def test_the_suffix_says_the_format_and_the_weights_come_back(
    options, kind, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["export", "cifar10", *options]) == 0
    assert capsys.readouterr().out.startswith(f"wrote {options[-1]}, 4.4 MB: 10 classes, images")
    assert weights.read(options[-1]).kind == kind
    run = Run.open("cifar10")
    again = models.load_weights(run.new_net("zeros"), options[-1])
    assert all((a == run.net().arrays()[name]).all() for name, a in again.arrays().items())
    assert again.preprocessing == run.normalize


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--to", "torch", "--out", "c.onnx"], "--to torch does not write .onnx files: that is"),
        (["--to", "onnx", "--out", "c.pth"], "--to onnx does not write .pth files: that is --to t"),
        (["--out", "c.h5"], "--out writes .onnx, .safetensors, .pth or .pt, not c.h5"),
        (["--to", "torch", "--out", "c"], "--out writes .safetensors, .pth or .pt, not c"),
        (["--out", ""], "--out is empty"),
        (["--out", "no/c.pth"], "cannot write no/c.pth: there is no folder no"),
    ],
)
def test_another_suffix_is_refused_before_anything_is_read(
    options, words, tmp_path, monkeypatch, capsys
):
    """Before the run is opened, which does not exist."""
    monkeypatch.chdir(tmp_path)
    assert main(["export", "nowhere", *options]) == 2
    assert capsys.readouterr().err.startswith(f"minivgg: {words}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "name"),
    [([], "cifar10.onnx"), (["--to", "torch"], "cifar10.safetensors"), (["--out", "C.PT"], "C.PT")],
)
def test_the_file_by_default_and_what_is_said_of_it(options, name, tmp_path, monkeypatch, capsys):
    if name.endswith(".onnx"):
        pytest.importorskip("onnx")
    monkeypatch.chdir(tmp_path)
    assert main(["export", "cifar10", *options]) == 0
    size = (tmp_path / name).stat().st_size
    normalize = Run.open("cifar10").normalize
    mean, std = (
        ", ".join(f"{v:.4f}" for v in values) for values in (normalize.mean, normalize.std)
    )
    assert capsys.readouterr().out == (
        f"wrote {name}, {size / 1e6:.1f} MB: 10 classes, images N×3×32×32\n"
        f"expects (x/255 − mean)/std with mean {mean} and std {std}\n"
    )
    stored = weights.read(name).metadata.get("classes")
    if name.endswith(".safetensors"):
        assert json.loads(stored) == Run.open("cifar10").config["classes"]
