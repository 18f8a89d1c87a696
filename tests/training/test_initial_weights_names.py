"""Names of what a training starts from: published nets, runs with similar names, and options."""

from pathlib import Path

import pytest

from minivgg import data, models
from minivgg.training.initial_weights import (
    find_initial_weights,
    input_unit_ratio,
    load_initial_weights,
    options_for_all_layers,
    require_start,
    starting_net,
)
from minivgg.training.run import Run

THEIRS = {
    "net": [4, "M"], "hidden": [6, 5], "batch_norm": True, "mean_only": False,
    "input_shape": [3, 8, 6], "data": "photos", "classes": ["a", "b"], "dropout": 0.5,
    "initializer": "kaiming_normal", "mean": [0.5] * 3, "std": [0.25] * 3,
}  # fmt: skip


@pytest.mark.parametrize("progress", [True, False])
def test_published_weights_are_found_by_name_or_by_the_net_of_the_settings(monkeypatch, progress):
    asked = []
    monkeypatch.setattr(
        models, "imagenet_file", lambda name, bar: asked.append((name, bar)) or Path("file")
    )
    settings = {"net": "vgg16", "batch_norm": True}
    for init, name in (("imagenet", "vgg16_bn"), ("vgg11", "vgg11"), ("vgg13_bn", "vgg13_bn")):
        assert find_initial_weights(init, settings, progress) == Path("file")
        assert asked.pop() == (name, progress)
    packaged = find_initial_weights("vgg16-pool3", settings, progress)
    assert packaged.name == "weights.safetensors"
    assert packaged.is_file()
    assert not asked


def test_a_file_or_a_run_with_the_name_of_a_published_net_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    models.save_weights(models.vgg([4, "M"], 5, (3, 8, 8), (7,)), "vgg11")
    assert find_initial_weights("vgg11", {}, False) == Path("vgg11")
    assert starting_net("vgg11").hidden == (7,)
    for name in ("vgg13", "runs/one"):
        Path(name).mkdir(parents=True)
        whole = Run.open("cifar10").config | THEIRS
        Run(name, whole).write_config()
        assert find_initial_weights(name, {}, False).folder == Path(name)
        start = starting_net(name)
        assert (start.net, start.hidden, start.channels, start.size) == ("4,M", (6, 5), 3, (8, 6))
        assert (start.batch_norm, start.mean_only) == (True, False)
    with pytest.raises(FileNotFoundError) as refused:
        require_start("runs/oen")
    said = str(refused.value).replace("\\", "/")
    assert said == "there is no folder runs/oen: did you mean runs/one?"
    with pytest.raises(FileNotFoundError, match=r"^there is no run folder, file or net .*qqqqqq: "):
        find_initial_weights("elsewhere/qqqqqq", {}, False)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.pth", "there is no weights file a.pth"),
        ("b/c.onnx", "there is no weights file b/c.onnx"),
        ("VGG16", "there is no run folder, file or net VGG16: did you mean vgg16?"),
        ("imagenett", "there is no run folder, file or net imagenett: did you mean imagenet?"),
        ("qqqqqqqq", "there is no run folder, file or net qqqqqqqq: the nets are imagenet, "
         f"cifar10, vgg16-pool3, {', '.join(models.IMAGENET)}"),
    ],
)  # fmt: skip
def test_what_is_said_of_names_that_there_are_not(tmp_path, monkeypatch, name, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError) as refused:
        require_start(name)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({}, ""), ({"net": [4, 4, "M"]}, "--net 4,M"), ({"hidden": [6]}, "--hidden 6 5"),
        ({"hidden": None}, "--hidden 6 5"), ({"hidden": (6, 5)}, ""),
        ({"batch_norm": False}, "--batch-norm"), ({"input_shape": [3, 8, 8]}, "--size 8 6"),
        ({"input_shape": [3, 6, 6]}, "--size 8 6"), ({"input_shape": [1, 8, 6]}, "--channels 3"),
        ({"input_shape": [3, 8, 8], "data": "digits", "batch_norm": False}, ""),
        ({"data": "digits", "batch_norm": False}, "--batch-norm"),
        ({"net": "A", "hidden": [], "batch_norm": False, "input_shape": [1, 9, 9]},
         "--net 4,M --hidden 6 5 --batch-norm --size 8 6 --channels 3"),
    ],
)  # fmt: skip
def test_options_with_which_all_layers_fit(settings, options):
    start = Run("r", THEIRS)
    assert options_for_all_layers(THEIRS | settings, start) == options


def test_options_for_a_run_without_hidden_layers_or_batch_norm():
    none, usual = (Run("r", THEIRS | {"hidden": h, "batch_norm": False}) for h in ([], None))
    own = THEIRS | {"batch_norm": False}
    assert options_for_all_layers(own, none) == "--hidden"
    assert options_for_all_layers(own | {"hidden": None}, none) == ""
    assert options_for_all_layers(own, usual) == ""
    assert options_for_all_layers(THEIRS, usual) == "--no-batch-norm"


@pytest.mark.parametrize(("std", "ratio"), [(1.00009, None), (0.99991, None), (1.00011, 1.00011)])
def test_stds_that_differ_in_the_last_digits_are_the_same(tmp_path, std, ratio):
    net = models.vgg([4, "M"], 2, (3, 8, 8), (6,))
    net.preprocessing = data.Normalize((0.5,) * 3, (1 / 255,) * 3)
    models.save_weights(net, tmp_path / "w.safetensors")
    other = models.vgg([4, "M"], 2, (3, 8, 8), (7,))
    normalize = data.Normalize((0.5,) * 3, (std / 255, 0.5, 0.5))
    found = input_unit_ratio(other, tmp_path / "w.safetensors", normalize, None)
    assert found == (ratio and pytest.approx(ratio, rel=1e-6))


def test_what_the_user_says_of_pixels_decides_about_their_unit(tmp_path):
    net, file = models.vgg([4, "M"], 2, (3, 8, 8), (6,)), tmp_path / "w.pth"
    models.save_weights(net, file)
    other = models.vgg([4, "M"], 2, (3, 8, 8), (7,))
    said = {"pixels": "rgb", "mean": [0.5] * 3, "std": [1 / 255] * 3}
    normalize = data.Normalize((0.5,) * 3, (0.2, 0.3, 0.4))
    assert input_unit_ratio(other, file, normalize, said) == pytest.approx(51)
    assert input_unit_ratio(other, file, normalize, said | {"std": [0.2] * 3}) is None


@pytest.mark.parametrize(
    ("classes", "taken"), [(2, ["conv1_1", "fc2", "fc3"]), (5, ["conv1_1", "fc2"])]
)
def test_a_head_for_other_classes_is_left_new(tmp_path, classes, taken):
    net = models.vgg([4, "M"], 2, (3, 8, 8), (6,))
    net.preprocessing = data.Normalize((0.5,) * 3, (0.25,) * 3)
    models.save_weights(net, tmp_path / "w.safetensors")
    other = models.vgg([4, "M"], classes, (3, 8, 8), (6,))
    before = other.state_dict()["classifier.3.weight"].copy()
    assert load_initial_weights(other, tmp_path / "w.safetensors") == taken
    after, theirs = other.state_dict(), net.state_dict()
    assert (after["classifier.0.weight"] == theirs["classifier.0.weight"]).all()
    if classes == 5:
        assert (after["classifier.3.weight"] == before).all()
    else:
        assert (after["classifier.3.weight"] == theirs["classifier.3.weight"]).all()
