"""The command ``features``: the library's numbers, with files and classes."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from support import foreign

from minivgg import data, models
from minivgg.cli import features as features_command
from minivgg.cli import image_reading, main, similar_images
from minivgg.cli.image_arguments import Photographs
from minivgg.evaluation.features import features, similar
from minivgg.plots import tiles
from minivgg.training.run import Run
from minivgg.utils.notices import Notice

FILES = ["photos/고양이/2.png", "photos/고양이/10.png", "photos/dog/1.png"]


@pytest.fixture
def photos(tmp_path, monkeypatch, rng):
    """The current folder with "photos" of two classes."""
    monkeypatch.chdir(tmp_path)
    for k, name in enumerate(FILES):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (40 + k, 44, 3), np.uint8)).save(name)
    return tmp_path / "photos"


def stored(path="f.npz"):
    """The arrays in the file, and their class names, by the image's name with / between."""
    with np.load(path) as found:  # without pickle
        files = [name.replace("\\", "/") for name in found["files"].tolist()]
        classes = [*found["classes"].tolist(), ""]
        return {
            name: (row, classes[label])
            for name, row, label in zip(files, found["features"], found["labels"], strict=True)
        }


@pytest.mark.parametrize(
    ("options", "layer", "grid"),
    [
        ([], "fc5", 1),
        (["--layer", "pool3"], "pool3", 1),
        (["--layer", "pool2", "--grid", "2"], "pool2", 2),
        (["--layer", "conv1_1", "--scales", "40", "48"], "conv1_1", 1),
    ],
)
def test_a_row_for_each_image_is_what_the_library_gives(options, layer, grid, photos, capsys):
    (photos / "dog" / "notes.txt").write_text("")
    (photos / "dog" / "bad.png").write_text("")
    assert main(["features", "photos", "--run", "cifar10", "--out", "f.npz", *options]) == 0
    said = capsys.readouterr()
    assert "left out: 1 file (.txt)" in said.err
    assert "left out: photos/dog/bad.png is" in said.err.replace("\\", "/")
    first, wrote, read = said.out.splitlines()
    assert first == f"by cifar10, layer {layer}"
    found = stored()
    run = Run.open("cifar10")
    scales = [40, 48] if "--scales" in options else run.test_scale
    expected = features(run.net(), FILES, layer, scales, grid=grid)
    assert wrote == (
        f"wrote f.npz: 3 images of {expected.shape[1]} features, 2 classes (dog, 고양이)"
    )
    for row, name in zip(expected, FILES, strict=True):
        np.testing.assert_allclose(found[name][0], row, rtol=1e-4, atol=1e-6)
        assert found[name][1] == name.split("/")[1]
    names = {}
    exec(read.removeprefix("read it in Python: "), names)
    assert list(names["stored"]) == ["features", "labels", "classes", "files"]


def test_the_csv_has_all_digits_and_the_line_reads_it(photos, capsys):
    """The classes of several folders are these themselves; a single image has none."""
    shutil.copy(FILES[0], "1.png")
    arguments = ["features", "1.png", "photos/*", "--run", "cifar10", "--layer", "pool1"]
    assert main([*arguments, "--out", "f.csv"]) == 0
    read = capsys.readouterr().out.splitlines()[-1]
    assert main([*arguments, "--out", "f.npz"]) == 0
    names = {}
    exec(read.removeprefix("read it in Python: "), names)
    found = stored()
    assert [row["class"] for row in names["rows"]] == ["", "dog", "고양이", "고양이"]
    for row in names["rows"]:
        values = np.array([row[f"feature_{k}"] for k in range(1, 33)], np.float32)
        expected, name = found[row["image"].replace("\\", "/")]
        np.testing.assert_array_equal(values, expected)
        assert row["class"] == name
    assert list(names["rows"][0])[:3] == ["image", "class", "feature_1"]


@pytest.mark.parametrize(("options", "width"), [([], 256), (["--grid", "4"], 16 * 256)])
def test_the_default_is_the_packaged_vgg16(options, width, photos, capsys):
    assert main(["features", "photos", "--out", "f.npz", "--scales", "64", *options]) == 0
    assert capsys.readouterr().out.startswith("by vgg16-pool3, layer pool3\n")
    net = models.packaged_net("vgg16-pool3")
    expected = features(net, FILES, "pool3", 64, grid=int(width**0.5 / 16))
    found = stored()
    for row, name in zip(expected, FILES, strict=True):
        assert row.shape == (width,)
        np.testing.assert_allclose(found[name][0], row, rtol=1e-4, atol=1e-6)


def test_weights_without_a_head_and_a_layer_by_default(photos, monkeypatch, capsys):
    build = models.vgg11
    monkeypatch.setattr(
        models, "vgg11", lambda *args, **options: build(*args, input_shape=(3, 32, 32), **options)
    )
    net = models.vgg11(include_top=False)
    foreign.torch_zip(Path("w.pth"), net.state_dict())
    arguments = ["features", FILES[2], "--model", "vgg11", "--weights", "w.pth"]
    assert main([*arguments, "--out", "f.npz"]) == 0
    assert capsys.readouterr().out.startswith("by vgg11, layer pool5")
    ((row, name),) = stored().values()
    assert (row.shape, name) == ((512,), "")
    assert np.linalg.norm(row) == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--out", "f.txt"], "--out writes .npz or .csv, not f.txt"),
        (["--out", ""], "--out is empty"),
        (["--out", "no/f.npz"], "cannot write no/f.npz: there is no folder no"),
        (["--run", ""], "--run is empty"),
        (["--run", "cifar10", "--model", "vgg16"], "--run selects one net"),
        (["--model", "resnet50"], "unknown model 'resnet50': there are vgg11"),
        (["--model", "VGG16"], "unknown model 'VGG16': did you mean 'vgg16'? There are vgg11"),
        (["--model", "googlenet"], "features are computed with VGG nets, which googlenet is not"),
        (["--run", "cifar-10"], "there is no folder cifar-10: did you mean cifar10?"),
        (["--run", "vgg16-pool"], "there is no folder vgg16-pool: did you mean vgg16-pool3?"),
        (["--run", "nowhere"], "there is no folder nowhere"),
        (["--run", "cifar10", "--layer", "block3_pool"], "no layer 'block3_pool': did you mean 'p"),
        (["--run", "cifar10", "--scales", "16"], "the scale Q = 16 is smaller than the net's inp"),
        (["--run", "cifar10", "--grid", "0"], "grid is a number of rows, at least 1, got 0"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_no_file(options, words, photos, capsys):
    assert main(["features", "photos", "--out", "f.npz", *options]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert [path.name for path in photos.parent.iterdir()] == ["photos"]


def test_the_most_similar_images_as_a_picture(photos, monkeypatch, capsys):
    """And how often the first is of the same class; only the first images have a row."""
    drawn = []
    monkeypatch.setattr(similar_images, "MAX_ROWS", 2)
    draw = tiles.tiles
    monkeypatch.setattr(tiles, "tiles", lambda *given: drawn.append(given) or draw(*given))
    arguments = ["features", "photos", "--run", "cifar10", "--similar", "s.png"]
    assert main([*arguments, "--out", "f.npz"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-2] == (
        "wrote s.png: the 2 most similar images of the first 2 images, with the cosines of their "
        "features"
    )
    found = stored()
    names = list(found)
    neighbours, cosines = similar([found[name][0] for name in names], 2)
    nearest = [found[names[k]][1] for k in neighbours[:, 0]]
    same = sum(a == found[name][1] for a, name in zip(nearest, names, strict=True))
    assert said[-1] == f"the most similar image is of the same class for {same} of 3 images"
    ((rows, _, captions),) = drawn
    assert [label for label, _ in rows] == ["1", "2"]
    assert captions[0] == ["", *(f"{value:.2f}" for value in cosines[0])]
    images = [data.read_image(name, 3, size=(96, 96)) for name in names]
    for (_, shown), k, others in zip(rows, range(2), neighbours[:2], strict=True):
        expected = [images[k], *(images[other] for other in others)]
        assert all(map(np.array_equal, shown, expected))
    with Image.open("s.png") as picture:
        assert picture.width > 300
    assert main([*arguments, "--neighbours", "1"]) == 0
    assert "wrote s.png: the 1 most similar images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "say what to write: --out FILE for a table, --similar FILE for a picture"),
        (["--similar", "s.txt"], "--similar writes .png, .jpg, .jpeg, .svg or .pdf, not s.txt"),
        (["--out", "f.npz", "--neighbours", "2"], "--neighbours is for the picture of --similar"),
        (["--similar", "s.png", "--neighbours", "0"], "--neighbours is at least 1, got 0"),
    ],
)
def test_what_is_wrong_about_similar_images_is_one_sentence(options, words, photos, capsys):
    assert main(["features", "photos", "--run", "cifar10", *options]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert [path.name for path in photos.parent.iterdir()] == ["photos"]


def test_one_path_at_which_there_is_no_image_is_named(photos, capsys):
    assert main(["features", "none.png", "--run", "cifar10", "--similar", "s.png"]) == 2
    assert capsys.readouterr().err == "minivgg: there is no image none.png\n"


def test_one_image_has_nothing_to_be_compared_with(photos, capsys):
    assert main(["features", FILES[0], "--run", "cifar10", "--similar", "s.png"]) == 2
    assert "--similar compares images, and there is only 1" in capsys.readouterr().err
    (photos / "dog" / "1.png").write_text("")
    arguments = ["features", FILES[0], FILES[2], "--run", "cifar10", "--similar", "s.png"]
    assert main([*arguments, "--out", "f.npz"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert "there is only 1" in said[-1]
    assert [path.name for path in photos.parent.iterdir()] == ["photos"]


def test_no_image_that_can_be_read(photos, capsys):
    shutil.rmtree(photos / "고양이")
    (photos / "dog" / "1.png").write_text("")
    assert main(["features", "photos", "--out", "f.npz", "--run", "cifar10"]) == 2
    assert "none of these images can be read" in capsys.readouterr().err


def test_a_single_damaged_image_is_reported_with_its_own_error(photos, capsys):
    Path(FILES[0]).write_text("")
    assert main(["features", FILES[0], "--out", "f.npz", "--run", "cifar10"]) == 2
    assert FILES[0] in capsys.readouterr().err.replace("\\", "/")


def test_features_of_several_chunks_are_one_table(monkeypatch):
    paths = [f"{k}.png" for k in range(5)]
    asked = []

    def some(net, images, layer, scales, mirror, grid):
        asked.append((net, layer, scales, mirror, grid))
        return np.array([[image[0, 0, 0]] for image in images], np.float32)

    def read_image(path, channels, shrink_to):
        return np.full((channels, 2, 2), int(path[0]) + 100 * shrink_to)

    monkeypatch.setattr(image_reading, "CHUNK_IMAGES", 2)
    monkeypatch.setattr(features_command, "features_of", some)
    monkeypatch.setattr(features_command.data, "read_image", read_image)
    net = SimpleNamespace(input_shape=(3, 7, 9))
    found = Photographs(paths, paths, [])
    for scales, side in (((8, 6), 16), (None, 18)):
        extractor = features_command.Extractor("n", net, None, True)
        files, rows = features_command._compute(extractor, found, "fc7", scales, 2)
        assert files == paths
        assert rows.ravel().tolist() == [k + 100 * side for k in range(5)]
        assert asked == [(net, "fc7", scales, True, 2)] * 3
        asked.clear()


def test_one_folder_of_a_class_beside_a_file_is_a_reason_to_say_so(photos, monkeypatch):
    """Its images are of no class, and the sentence says why."""

    def refuse(*arguments):
        raise ValueError("no classes")

    monkeypatch.setattr(features_command.data, "ImageFolder", refuse)
    (photos / "a.txt").write_text("")
    with pytest.warns(Notice, match="no class names for the images in photos: no classes"):
        assert features_command._class_names(Photographs([], [], ["photos"]), 3) == {}
    assert features_command._class_names(Photographs([], [], ["photos/dog"]), 3) == {}


@pytest.mark.parametrize(
    ("names", "layer"),
    [
        (["conv1", "conv2"], "conv2"),
        (["conv1", "pool1", "conv2", "pool2", "conv3"], "pool2"),
        (["conv1", "pool1", "fc2"], "pool1"),
        (["conv1", "pool1", "fc2", "fc3"], "fc2"),
        (["conv1", "pool1", "fc2", "fc3", "fc4"], "fc3"),
    ],
)
def test_the_default_layer_is_the_one_before_the_last_fully_connected_one(
    names, layer, monkeypatch
):
    monkeypatch.setattr(features_command.models, "layer_paths", lambda net: dict.fromkeys(names))
    assert features_command._default_layer(None) == layer


@pytest.mark.parametrize(
    ("count", "width", "classes", "expected"),
    [
        (1, 1234, [""], "wrote f: 1 image of 1,234 features\n"),
        (1234, 2, ["", "owl"] * 617, "wrote f: 1,234 images of 2 features, 1 classes (owl)\n"),
        (7, 2, list("gabcdef"),
         "wrote f: 7 images of 2 features, 7 classes (a, b, c, d, e, f and 1 more)\n"),
        (6, 2, list("abcdef"), "wrote f: 6 images of 2 features, 6 classes (a, b, c, d, e, f)\n"),
    ],
)  # fmt: skip
def test_what_was_written_is_counted(count, width, classes, expected, capsys):
    table = features_command.FeatureTable(["x"] * count, classes, np.zeros((count, width)))
    features_command._print_what_was_written("f", table)
    assert capsys.readouterr().out == expected
