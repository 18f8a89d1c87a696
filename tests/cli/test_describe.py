"""``summary`` and ``gradcheck``: which net is meant, and what is printed of given results."""

import json
from types import SimpleNamespace

import pytest

from minivgg import models
from minivgg.cli import describe, main


class Part:
    """A layer whose check is given."""


Conv2d, MSELoss = type("Conv2d", (Part,), {}), type("MSELoss", (Part,), {})


class Result(SimpleNamespace):
    """True if the error is below the tolerance."""

    def __bool__(self):
        return self.error < self.tolerance

    def __str__(self):
        return f"{self.subject}: {self.error:.1e}"


@pytest.fixture
def checked(monkeypatch):
    """Errors by the number of the example; the parts that are checked."""
    errors, calls = [1e-9, 3e-7, 2e-8], []

    def gradcheck(part, inputs, seed):
        calls.append((type(part).__name__, inputs, seed))
        return Result(subject=f"part {inputs}", error=errors[inputs], tolerance=1e-6)

    monkeypatch.setattr(describe.gradcheck, "examples", lambda seed: [(Conv2d(), 0), (Conv2d(), 1)])
    monkeypatch.setattr(describe.gradcheck, "loss_examples", lambda seed: [(MSELoss(), 2)])
    monkeypatch.setattr(describe.gradcheck, "gradcheck", gradcheck)
    return SimpleNamespace(errors=errors, calls=calls)


def test_the_worst_gradient_is_named(checked, capsys):
    assert main(["gradcheck", "--seed", "5"]) == 0
    assert capsys.readouterr().out == (
        "part 0: 1.0e-09\npart 1: 3.0e-07\npart 2: 2.0e-08\n\n"
        "3 of 3 layers and losses correct (seed 5); largest relative error 3.0e-07 (part 1), "
        "allowed 1e-06\n"
    )
    assert checked.calls == [("Conv2d", 0, 5), ("Conv2d", 1, 5), ("MSELoss", 2, 5)]


def test_a_wrong_gradient_is_status_1(checked, capsys):
    checked.errors[0] = 0.5
    assert main(["gradcheck"]) == 1
    assert (
        "\n2 of 3 layers and losses correct (seed 0); largest relative error 5.0e-01 (part 0)"
        in (capsys.readouterr().out)
    )


def test_some_layers_in_the_order_they_are_named(checked, capsys):
    assert main(["gradcheck", "mseloss", "CONV2D"]) == 0
    assert [name for name, *_ in checked.calls] == ["MSELoss", "Conv2d", "Conv2d"]
    assert main(["gradcheck", "Conv2d", "conv3d", "x"]) == 2
    assert "there is no layer or loss 'conv3d': did you mean 'Conv2d'?" in capsys.readouterr().err
    assert main(["gradcheck", "--seed", "-1"]) == 2
    assert "--seed must be at least 0, got -1" in capsys.readouterr().err


def summary_of(capsys, *words):
    assert main(["summary", "--json", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    return found["input_shape"], found["layers"][-1]["output_shape"][0], len(found["layers"])


@pytest.mark.parametrize(
    ("words", "shape", "classes"),
    [
        ([], [1, 8, 8], 10),
        (["A"], [3, 224, 224], 1000),
        (["A", "--input", "3", "64", "64"], [3, 64, 64], 10),
        (["4,M", "--input", "1", "9", "8"], [1, 9, 8], 10),
        (["4,M", "--input", "3", "224", "224"], [3, 224, 224], 1000),
        (["4,M", "--input", "3", "224", "223"], [3, 224, 223], 10),
        (["4,M", "--classes", "1", "--input", "4", "8", "8"], [4, 8, 8], 1),
        (["4,M", "--input", "3", "8", "3"], [3, 8, 3], 10),
        (["4,M", "--input", "4", "8", "2"], [4, 8, 2], 10),
        (["4,M", "--input", "3", "32", "224"], [3, 32, 224], 10),
        (["GoogLeNet"], [3, 224, 224], 1000),
        (["googlenet", "--input", "3", "64", "96", "--classes", "7"], [3, 64, 96], 7),
    ],
)
def test_the_input_and_the_classes_of_a_new_net(words, shape, classes, capsys):
    assert summary_of(capsys, *words)[:2] == (shape, classes)


def test_options_of_a_new_net(capsys):
    words = ["4,M", "--input", "3", "8", "8"]
    plain = summary_of(capsys, *words)[2]
    assert summary_of(capsys, *words, "--batch-norm")[2] == plain + 1
    assert summary_of(capsys, *words, "--hidden")[2] < plain
    assert main(["summary", *words]) == 0
    hidden = 4 * 4 * 4 * 256 + 256
    assert f"{hidden:,}" in capsys.readouterr().out
    main(["summary", "4,M", "--input", "3", "128", "128", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {layer["output_shape"][0] for layer in found["layers"]} >= {4096}
    assert all(layer["receptive_field"] for layer in found["layers"][:3])
    assert found["outputs"] == sum(layer["outputs"] for layer in found["layers"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["4,M", "--input", "8", "9", "3"], "in this order: --input 3 8 9, got 8 9 3"),
        (["4,M", "--input", "2", "9", "1"], "in this order: --input 1 2 9, got 2 9 1"),
        (["4,M", "--classes", "0"], "--classes must be at least 1, got 0"),
        (["cifar10", "--classes", "3"], "have no meaning for a run folder: it has its own"),
        (["cifar10", "--hidden"], "have no meaning for a run folder: it has its own"),
        (["cifar10", "--batch-norm"], "have no meaning for a run folder: it has its own"),
        (["cifar10", "--input", "3", "8", "8"], "have no meaning for a run folder"),
        (["vgg16-pool3", "--classes", "0"], "have no meaning for a packaged net: it has its own"),
        (["cifar10", "--classes", "0"], "have no meaning for a run folder: it has its own"),
        (["googlenet", "--hidden"], "--hidden and --batch-norm have no meaning for googlenet"),
        (["googlenet", "--batch-norm"], "--hidden and --batch-norm have no meaning for googlenet"),
        (["googlenet", "--classes", "0"], "--classes must be at least 1, got 0"),
        (["googlenet", "--input", "64", "64", "3"], "--input 3 64 64, got 64 64 3"),
        (["googlnet"], "there is no net 'googlnet': did you mean 'googlenet'?"),
        (["no/such"], "there is no folder no/such"),
        (["D", "--plot", "a.txt"], "--plot writes .png"),
    ],
)
def test_a_net_that_cannot_be_described(words, sentence, capsys):
    assert main(["summary", *words]) == 2
    assert sentence in capsys.readouterr().err


def test_a_file_of_weights_is_described_and_keeps_what_it_has(tmp_path, capsys):
    net = models.vgg([4, "M", 6, "M"], 3, (1, 8, 8), (5,))
    models.save_weights(net, tmp_path / "w.safetensors")
    assert summary_of(capsys, str(tmp_path / "w.safetensors"))[:2] == ([1, 8, 8], 3)
    assert main(["summary", str(tmp_path / "w.safetensors"), "--classes", "2"]) == 2
    assert "have no meaning for a file of weights: it has its own" in capsys.readouterr().err


def test_a_folder_that_is_no_run_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "D").mkdir()
    assert main(["summary", "D"]) == 2
    assert "D" in capsys.readouterr().err


def test_numbers_of_each_layer(capsys):
    """A convolution of 4×4 pixels to 2 maps, a max-pool, and a layer to 3 classes."""
    words = ["2,M", "--input", "1", "4", "4", "--classes", "3", "--hidden", "--json"]
    assert main(["summary", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {row["name"]: row for row in found["layers"]}
    conv, pool, head = rows["features.0"], rows["features.2"], rows["classifier.0"]
    assert (conv["parameters"], conv["multiply_adds"]) == (2 * 9 + 2, 2 * 16 * 9)
    assert (conv["output_shape"], conv["outputs"]) == ([2, 4, 4], 32)
    assert [row["receptive_field"] for row in (conv, pool, head)] == [[3, 3], [4, 4], [6, 6]]
    assert (head["parameters"], head["multiply_adds"]) == (8 * 3 + 3, 8 * 3)
    assert found["parameters"] == 20 + 27
    assert found["multiply_adds"] == 288 + 24


def test_a_packaged_net_and_its_picture(capsys, monkeypatch):
    from minivgg import plots

    drawn = []
    monkeypatch.setattr(plots, "architecture", lambda net, *shown: drawn.append(shown))
    monkeypatch.setattr(plots, "save", lambda figure, path: drawn.append(path))
    assert main(["summary", "vgg16-pool3", "--plot", "p.png"]) == 0
    assert capsys.readouterr().out.endswith("\nwrote p.png\n")
    (shape, title, names), path = drawn
    assert (shape, title, path) == ((3, 224, 224), "vgg16-pool3", "p.png")
    assert names["conv3_3"] == "features.14"
    assert main(["summary", "vgg16-pool3", "--plot", "p.png", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["input_shape"] == [3, 224, 224]
    assert err == "wrote p.png\n"
