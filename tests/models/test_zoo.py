"""Nets by their common names are built as expected and load weights; wrong calls are refused."""

from enum import Enum

import numpy as np
import pytest
from support import foreign

from minivgg import models
from minivgg.models.configurations import ALIASES, CONFIGURATIONS
from minivgg.models.pretrained import registry
from minivgg.utils.notices import Notice


class Torchvisions(Enum):
    """As ``torchvision.models.VGG16_Weights``."""

    IMAGENET1K_V1 = "url"


TINY = {"input_shape": (3, 32, 32), "hidden": (4, 4)}


@pytest.mark.slow
@pytest.mark.parametrize("name", models.IMAGENET)
def test_each_is_the_papers_net(name):
    net = getattr(models, name)(classes=3, **TINY)
    same = models.vgg(name, 3, **TINY)
    assert [*net.arrays()] == [*same.arrays()]
    assert net.input_shape == (3, 32, 32)
    assert net.preprocessing is None
    assert models.published_name(name) == name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pooling", "shape"), [(None, (512, 2, 1)), ("avg", (512,)), ("max", (512,))]
)
def test_without_top_images_of_any_size(pooling, shape, rng):
    net = models.vgg11(include_top=False, pooling=pooling).eval()
    x = rng.standard_normal((1, 3, 64, 32)).astype(np.float32)
    y = net(x)
    assert y.shape[1:] == shape == net.output_shape((3, 64, 32))
    whole = net["features"](x)
    assert (
        y == {None: whole, "avg": whole.mean(axis=(2, 3)), "max": whole.max(axis=(2, 3))}[pooling]
    ).all()
    assert not any(name.startswith("classifier") for name in net.arrays())


@pytest.mark.slow
def test_weights_from_a_file(tmp_path):
    donor = models.vgg11(classes=3, **TINY)
    foreign.torch_zip(tmp_path / "w.pth", donor.state_dict())
    with pytest.warns(Notice, match="assumed: RGB, torchvision's normalisation"):
        net = models.vgg11(tmp_path / "w.pth", classes=3, **TINY)
    assert all((a == donor.arrays()[name]).all() for name, a in net.arrays().items())
    with pytest.warns(Notice, match="assumed: RGB"):
        top_off = models.vgg11(str(tmp_path / "w.pth"), include_top=False, pooling="avg")
    assert (top_off["features"]["0"].weight.data == donor["features"]["0"].weight.data).all()
    assert net.preprocessing == top_off.preprocessing == registry.TORCHVISION


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"pooling": "mean"}, ValueError, "pooling must be None, 'avg' or 'max', got 'mean'"),
        ({"pooling": "avg"}, ValueError, "add include_top=False"),
        (
            {"weights": "imagenet", "classes": 10},
            ValueError,
            r"are for 1000 classes, not 10: .*then models\.replace_head\(net, 10\)",
        ),
        ({"weights": 10}, TypeError, "weights must be None, 'imagenet' or a file path, got 10"),
        ({"pretrained": True}, TypeError, "no argument pretrained: use weights='imagenet'"),
        ({"num_classes": 10}, TypeError, "vgg16: there is no argument num_classes: use classes"),
        ({"input_shap": (3, 32, 32)}, TypeError, "did you mean input_shape"),
        ({"weights": "IMAGENET1K_V1"}, ValueError, "'IMAGENET1K_V1' are called 'imagenet' here"),
        ({"weights": "DEFAULT"}, ValueError, "'DEFAULT' are called 'imagenet' here"),
        ({"weights": Torchvisions.IMAGENET1K_V1}, ValueError, "are called 'imagenet' here"),
        ({"weights": True}, ValueError, "weights True are called 'imagenet' here"),
        ({"weights": "none.pth"}, FileNotFoundError, "there is no weights file none.pth"),
    ],
)
def test_options_that_do_not_go_together(options, error, words):
    with pytest.raises(error, match=words):
        models.vgg16(**options)


@pytest.mark.slow
def test_imagenet_is_looked_for_in_the_users_data_first(tmp_path, monkeypatch):
    """A file of the published name in $MINIVGG_DATA is taken without asking the network."""
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    monkeypatch.setattr("minivgg.utils.downloads.fetch", None)
    features = models.vgg11(include_top=False).state_dict()
    foreign.torch_zip(tmp_path / "vgg11-8a719046.pth", features)
    net = models.vgg11("imagenet", include_top=False)
    assert (net["features"]["0"].weight.data == features["features.0.weight"]).all()


def test_the_published_files_are_torchvisions():
    assert {entry.file for entry in models.IMAGENET.values()} >= {
        "vgg16-397923af.pth",
        "vgg16_bn-6c64b313.pth",
    }
    for entry in models.IMAGENET.values():
        file = entry.remote
        assert file.url == f"https://download.pytorch.org/models/{entry.file}"
        assert entry.file.endswith(f"-{file.sha256[:8]}.pth")
        assert len(file.sha256) == (64 if entry.file.startswith(("vgg16", "vgg19")) else 8)
    assert (len(registry.CLASSES.sha256), registry.CLASSES.url[:8]) == (64, "https://")


@pytest.mark.parametrize("name", models.IMAGENET)
def test_the_published_sizes_are_those_of_the_nets(name):
    """Four bytes for each number, and a few kilobytes that describe them."""
    letter, channels, numbers = ALIASES[name.removesuffix("_bn")], 3, 0
    for width in CONFIGURATIONS[letter].layers:
        if isinstance(width, int):
            numbers += width * (9 * channels + 1) + (4 * width if name.endswith("_bn") else 0)
            channels = width
    for inputs, outputs in ((512 * 7 * 7, 4096), (4096, 4096), (4096, 1000)):
        numbers += outputs * (inputs + 1)
    assert 3_000 < models.IMAGENET[name].size - 4 * numbers < 30_000


@pytest.mark.parametrize("name", models.IMAGENET)
def test_each_function_has_its_name_and_its_text(name):
    function = getattr(models, name)
    assert (function.__name__, function.__qualname__) == (name, name)
    letter = ALIASES[name.removesuffix("_bn")]
    norm = ", with batch norm" * name.endswith("_bn")
    assert function.__doc__.startswith(f"The net {letter} of Table 1{norm}, with new or with pre")


def test_a_download_that_fails_says_where_the_file_was_looked_for(tmp_path, monkeypatch):
    def fail(file, path, progress):
        assert (file.name, path.name, progress) == (*["vgg16-397923af.pth"] * 2, False)
        assert path.is_relative_to(tmp_path / "cache")
        raise OSError("there is no network")

    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("minivgg.utils.downloads.fetch", fail)
    message = rf"vgg16-397923af\.pth was not found in {tmp_path}.*, and there is no network$"
    with pytest.raises(OSError, match=message):
        models.imagenet_file("vgg16", progress=False)


def test_nets_without_published_weights():
    with pytest.raises(ValueError, match="there are no published weights for the net 'C'"):
        models.published_name("C")
    with pytest.raises(ValueError, match="there are no published weights for 'vgg12'"):
        models.imagenet_file("vgg12")
    assert models.published_name("D", batch_norm=True) == "vgg16_bn"


def test_published_weights_that_are_not_here_are_not_fetched_unasked(tmp_path, monkeypatch):
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path / "cache"))
    with pytest.raises(FileNotFoundError, match=r"vgg16-397923af\.pth was not found in"):
        models.imagenet_file("vgg16", download=False)
    (tmp_path / "vgg16-397923af.pth").write_bytes(b"")
    assert models.imagenet_file("vgg16", download=False) == tmp_path / "vgg16-397923af.pth"
