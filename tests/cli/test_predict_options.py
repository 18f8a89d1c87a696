"""What the options of ``predict`` ask of a net, and what is said: the net is not run."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import image_reading, main, predict
from minivgg.cli.image_arguments import Photographs


class Fake:
    """A predictor of images that are numbers: class k of 6 is the most probable for image k."""

    name, scale = "fake net", 9
    classes = ("a", "b", "c", "d", "e", "f")

    def __init__(self):
        self.model = SimpleNamespace(shape=(3, 4, 8), net=SimpleNamespace(layers={"features"}))
        self.seen, self.opened = [], []

    def read(self, path):
        """An image of its number."""
        return np.full((3, 4, 8), int(Path(path).stem), np.uint8)

    def predict(self, images, top):
        """The number's class first."""
        self.seen.append(len(images))
        return [
            [(self.classes[int(i[0, 0, 0]) % 6], 0.5)] + [("z", 0.1)] * (top - 1) for i in images
        ]


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Instead of every net; the current folder is empty."""
    fake = Fake()
    monkeypatch.chdir(tmp_path)
    opened = fake.opened
    monkeypatch.setattr(predict.Run, "open", lambda *a: opened.append(a) or "run")
    monkeypatch.setattr(predict.Predictor, "from_run", lambda run: fake)
    monkeypatch.setattr(
        predict.Predictor, "from_weights", lambda *a, **o: opened.append((a, o)) or fake
    )
    return fake


def said(capsys, *words):
    status = main(["predict", *map(str, words)])
    return status, *capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "opened"),
    [
        (["--run", "r"], [("r", False)]),
        (["--run", "r", "--best"], [("r", True)]),
        (["--model", "m"], [(("m", "imagenet", False), dict.fromkeys(("pixels", "mean", "std")))]),
        (["--weights", "w", "--pixels", "bgr", "--mean", "1", "--std", "2", "3"],
         [((None, "w", False), {"pixels": "bgr", "mean": [1.0], "std": [2.0, 3.0]})]),
    ],
)  # fmt: skip
def test_the_options_say_which_net_it_is(words, opened, fake, capsys):
    assert said(capsys, "1.png", *words)[0] == 0
    assert fake.opened == opened


def test_the_newest_run_or_that_of_the_package(fake, capsys, monkeypatch):
    monkeypatch.setattr(predict, "newest_run", lambda: "newest")
    _, out, _ = said(capsys, "1.png")
    assert out.startswith("by the net of fake net\n1.png: b\n")
    assert fake.opened == [("newest", False)]

    def none():
        raise FileNotFoundError

    monkeypatch.setattr(predict, "newest_run", none)
    said(capsys, "1.png")
    assert fake.opened[1] == ("cifar10", False)
    _, out, _ = said(capsys, "1.png", "--weights", "w")
    assert out.startswith("by fake net\n")
    assert not said(capsys, "1.png", "--run", "r")[1].startswith("by ")


def test_the_run_around_the_images_is_theirs(fake, capsys, monkeypatch):
    monkeypatch.setattr(predict, "run_around", lambda paths: Path("around"))
    _, out, err = said(capsys, "1.png", "--json")
    assert err == "by around, in whose folder the images are\n"
    assert json.loads(out)["net"] == "fake net"
    assert fake.opened == [("around", False)]
    assert said(capsys, "1.png", "--weights", "w")[1].startswith("by fake net\n")
    assert "around" not in said(capsys, "1.png", "--run", "r")[1]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_download_is_shown_on_a_terminal(is_terminal, fake, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
    said(capsys, "1.png", "--model", "m")
    assert fake.opened[0][0] == ("m", "imagenet", is_terminal)


def test_a_run_folder_wins_over_a_packaged_net_of_its_name(fake, capsys):
    Path("vgg16-pool3").mkdir()
    assert said(capsys, "1.png", "--run", "vgg16-pool3")[0] == 0
    assert fake.opened == [("vgg16-pool3", False)]


def test_numbered_classes_are_noted(fake, capsys):
    assert said(capsys, "1.png", "--weights", "w")[2] == ""
    fake.classes = ("class 0", "class 1")
    _, _, err = said(capsys, "1.png", "--weights", "w")
    assert err == "minivgg: the names of these classes are not available, so they are numbered\n"


def test_sixty_images_of_several_chunks_are_shown(fake, monkeypatch):
    paths = [f"{k}.png" for k in range(130)]
    monkeypatch.setattr(image_reading, "CHUNK_IMAGES", 50)
    found = Photographs(paths, [], [])
    predictions, shown = predict._predict_all(fake, found, False)
    assert fake.seen == [50, 50, 30]
    assert [path for path, _ in predictions] == paths
    assert [len(guesses) for _, guesses in predictions] == [5] * 130
    assert [int(image[0, 0, 0]) for image in shown] == list(range(60))
    _, shown = predict._predict_all(fake, found, True)
    assert [int(image[0, 0, 0]) for image in shown] == [255 - k for k in range(60)]


def test_everything_that_is_written_is_named(fake, capsys, monkeypatch):
    drawn = []
    monkeypatch.setattr(predict, "draw_predictions", lambda *a: drawn.append(a[2:]))
    monkeypatch.setattr(
        predict, "_draw_map", lambda args, path, net, best: drawn.append((path, best))
    )
    words = "--out t.csv --plot p.png --grid g.png --map m.png --json"
    _, _, err = said(capsys, "2.png", "--run", "r", *words.split())
    assert err == "wrote t.csv\nwrote p.png\nwrote g.png\nwrote m.png\n"
    assert drawn == [("p.png", "g.png"), ("2.png", "c")]
    _, out, _ = said(capsys, "2.png", "--run", "r", "--grid", "g.png")
    assert out.endswith("wrote g.png\n")
    assert drawn[2:] == [(None, "g.png")]
    assert Path("t.csv").read_text().startswith("image,class_1,probability_1")


@pytest.mark.parametrize(
    ("words", "scale", "name", "inverted"),
    [
        ([], 16, "b", False),
        (["--map-class", "d", "--invert"], 16, "d", True),
        (["--map-scale", "5"], 5, "b", False),
        (["--map-scale", "1"], 1, "b", False),
    ],
)
def test_the_class_map(words, scale, name, inverted, fake, capsys, monkeypatch):
    from minivgg import plots

    asked, drawn = [], []

    def class_map(model, image, q):
        asked.append((model, image.copy(), q))
        return np.arange(6)

    monkeypatch.setattr(predict.protocols, "class_map", class_map)
    monkeypatch.setattr(predict, "stride", lambda net, shape: (net, shape))
    monkeypatch.setattr(plots, "class_map", lambda *a: drawn.append(a) or "figure")
    monkeypatch.setattr(plots, "save", lambda *a: drawn.append(a))
    Image.new("RGB", (40, 20), (10, 10, 10)).save("1.png")
    assert said(capsys, "1.png", "--run", "r", "--map", "m.png", *words)[0] == 0
    ((model, pixels, q),) = asked
    assert (model, q) == (fake.model, scale)
    assert set(pixels.ravel()) == {245 if inverted else 10}
    (image, probability, shown, size, step), saved = drawn
    assert min(image.shape[1:]) == scale
    assert (probability, shown, size) == (fake.classes.index(name), name, (4, 8))
    assert step == (fake.model.net, (3, 4, 8))
    assert saved == ("figure", "m.png")


def test_a_net_without_the_layers_of_a_vgg_has_no_class_map(fake, capsys):
    fake.model.net.layers = {"stem"}
    Image.new("RGB", (40, 20)).save("1.png")
    status, out, err = said(capsys, "1.png", "--run", "r", "--map", "m.png")
    assert (status, out) == (2, "")
    assert "--map draws class maps of VGG nets, which fake net is not" in err


def test_the_map_has_at_least_the_test_scale(fake, capsys, monkeypatch):
    from minivgg import plots

    scales = []
    fake.scale = 33
    monkeypatch.setattr(
        predict.protocols,
        "class_map",
        lambda m, image, q: scales.append((q, image.shape)) or range(6),
    )
    monkeypatch.setattr(predict, "stride", lambda *a: 1)
    monkeypatch.setattr(plots, "class_map", lambda *a: None)
    monkeypatch.setattr(plots, "save", lambda *a: None)
    Image.new("RGB", (4000, 3000)).save("1.jpg")
    said(capsys, "1.jpg", "--run", "r", "--map", "m.png")
    ((scale, shape),) = scales
    assert scale == 33
    assert 33 <= min(shape[1:]) < 1000  # read no larger than needed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["1.png", "--map-class", "a"], "--map-class and --map-scale belong to a class map: say"),
        (["1.png", "--map-scale", "9"], "--map-class and --map-scale belong to a class map: say"),
        (["1.png", "2.png", "--map", "m.png"], "--map draws the class map of a single image"),
        (["1.png", "--why-class", "a"], "--why-class belongs to an explanation: say where to draw"),
        (["1.png", "2.png", "--why", "w.png"], "--why explains the class of a single image"),
        (["1.png", "--why", "w.png", "--why-class", "q"], "there is no class 'q': the net knows a"),
        (["1.png", "--why", "w.txt"], "--why writes .png, .jpg"),
        (["1.png", "--map", "m.png", "--map-class", "q"],
         "there is no class 'q': the net knows a, b, c, d, e, f\n"),
        (["1.png", "--run", "r", "--mean", "1"], "--pixels, --mean and --std are for --weights: a"),
        (["1.png", "--run", "r", "--pixels", "rgb"], "--pixels, --mean and --std are for"),
        (["1.png", "--model", "vgg16", "--best"], "--best chooses among the weights of a run"),
        (["1.png", "--run", "r", "--model", "m"], "--run selects one net, --model and --weights a"),
        (["1.png", "--run", "r", "--weights", "w"], "--run selects one net, --model and --weights"),
        (["1.png", "--run", ""], "--run is empty"),
        (["1.png", "--model", ""], "--model is empty"),
        (["1.png", "--weights", ""], "--weights is empty"),
        (["1.png", "--run", "vgg16-pool3"], "vgg16-pool3 has no classes to predict: its features"),
        (["1.png", "--out", "t.txt"], "--out writes .csv or .md, not t.txt"),
        (["1.png", "--plot", "t.txt"], "--plot writes .png, .jpg, .jpeg, .svg or .pdf, not t.txt"),
        (["1.png", "--grid", "t.txt"], "--grid writes .png, .jpg"),
        (["1.png", "--map", "t.txt"], "--map writes .png, .jpg"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(words, sentence, fake, capsys):
    status, _, err = said(capsys, *words)
    assert status == 2
    assert sentence in err
    assert not fake.seen


@pytest.mark.parametrize(
    ("name", "is_theirs"),
    [("r", True), ("r/weights.safetensors", True), ("r/checkpoints/1/w.pth", True),
     ("r/1/2/3/w.pth", False), ("other.pth", False)],
)  # fmt: skip
def test_weights_in_a_run_folder_are_those_of_the_run(name, is_theirs, fake, tmp_path, capsys):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "config.json").write_text("{}")
    (tmp_path / "r" / "weights.safetensors").write_bytes(b"")
    status, _, err = said(capsys, "1.png", "--weights", name)
    assert status == (2 if is_theirs else 0)
    assert ("these are the weights of a run: use --run r\n" in err) is is_theirs
    assert said(capsys, "1.png", "--weights", name, "--model", "vgg16")[0] == 0
