"""Which net ``features`` and ``style`` ask, by their options; no net is read but the packaged."""

from argparse import Namespace
from types import SimpleNamespace

import pytest

from minivgg.cli import feature_nets
from minivgg.cli.feature_nets import Extractor, extractor_of


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """The current folder is empty; runs, published and packaged nets are their names."""
    calls = []

    def open_run(name):
        calls.append(name)
        run = SimpleNamespace(test_scale=40, config={"flip": 1 if name == "mirrored" else 0})
        run.net = lambda: f"net of {name}"
        return run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(feature_nets.Run, "open", open_run)
    monkeypatch.setattr(feature_nets, "_published", lambda *given: given)
    monkeypatch.setattr(feature_nets.models, "packaged_net", lambda name: f"packaged {name}")
    return calls


def options(**given):
    return Namespace(**({"run": None, "model": None, "weights": None} | given))


@pytest.mark.parametrize(
    ("given", "expected", "runs"),
    [
        ({}, Extractor("vgg16-pool3", "packaged vgg16-pool3", None, True), []),
        ({"run": "vgg16-pool3"}, Extractor("vgg16-pool3", "packaged vgg16-pool3", None, True), []),
        ({"run": "cifar10"}, Extractor("cifar10", "net of cifar10", (40,), False), ["cifar10"]),
        ({"run": "mirrored"}, Extractor("mirrored", "net of mirrored", (40,), True), ["mirrored"]),
        ({"model": "vgg11"}, Extractor("vgg11", ("vgg11", "imagenet"), None, True), []),
        ({"weights": "w.pth"}, Extractor("vgg16", ("vgg16", "w.pth"), None, True), []),
        ({"model": "A", "weights": "w"}, Extractor("A", ("A", "w"), None, True), []),
    ],
)
def test_the_net_its_scales_and_whether_mirror_images_mean_the_same(given, expected, runs, opened):
    found = extractor_of(options(**given))
    assert found == expected
    assert type(found.mirror) is bool
    assert opened == runs


@pytest.mark.parametrize("name", ["vgg16-pool3", "vgg16-pool2", "cifar10"])
def test_a_run_folder_wins_over_a_net_of_a_similar_name(name, opened, tmp_path):
    (tmp_path / name).mkdir()
    assert extractor_of(options(run=name)).net == f"net of {name}"
    assert opened == [name]


def test_a_misspelt_name_is_told_before_a_run_is_opened(opened):
    with pytest.raises(FileNotFoundError, match="no folder vgg16-pool2: did you mean vgg16-pool3"):
        extractor_of(options(run="vgg16-pool2"))
    assert not opened


class Built:
    """A net that is asked for its evaluation mode."""

    def __init__(self, *arguments, **more):
        self.made, self.is_eval = (arguments, more), False

    def eval(self):
        """Itself."""
        self.is_eval = True
        return self


@pytest.mark.parametrize(
    ("weights", "classes", "is_terminal", "expected"),
    [
        ("w.pth", 7, False, (("w.pth",), {"classes": 7})),
        ("w.pth", 0, False, (("w.pth",), {"include_top": False})),
        ("imagenet", 1000, True, (("vgg11 True",), {"classes": 1000})),
    ],
)
def test_weights_with_and_without_a_head(weights, classes, is_terminal, expected, monkeypatch):
    asked = []
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
    models = feature_nets.models
    monkeypatch.setattr(models, "vgg11", Built)
    monkeypatch.setattr(models, "imagenet_file", lambda model, bars: f"{model} {bars}")
    monkeypatch.setattr(models, "classes_in", lambda *given: asked.append(given) or classes)
    net = feature_nets._published("vgg11", weights)
    assert (net.made, net.is_eval) == (expected, True)
    assert asked == [(expected[0][0], "vgg11")]
