"""Predictors from runs and from weights, whose classes have names or numbers."""

import json

import numpy as np
import pytest
from PIL import Image
from support import foreign

from minivgg import data, models, weights
from minivgg.evaluation.predictor import Predictor, images_in
from minivgg.models.pretrained import registry
from minivgg.training.run import Run
from minivgg.utils.notices import Notice


@pytest.fixture
def photo(tmp_path, rng):
    path = tmp_path / "photo.png"
    Image.fromarray(rng.integers(0, 256, (300, 400, 3), np.uint8)).save(path)
    return path


def test_the_packages_own_net_names_and_agrees_with_its_run(photo):
    run = Run.open("cifar10")
    found = Predictor.from_run(run)
    image = found.read(photo)
    assert image.shape == run.shape
    ((best, *others),) = found.predict([image])
    logits = run.net()(run.normalize(image[None]))
    assert best[0] == run.config["classes"][logits.argmax()]
    assert len(others) == 4
    assert all(p >= q for (_, p), (_, q) in zip([best, *others], others, strict=False))


@pytest.mark.slow
def test_many_images_are_named_as_each_alone(rng):
    found = Predictor.from_run(Run.open("cifar10"))
    images = rng.integers(0, 256, (300, 3, 32, 32), np.uint8)
    together = found.predict(list(images), top=1)
    assert len(together) == 300
    assert all(
        found.predict([images[i]], top=1)[0][0][0] == together[i][0][0] for i in (0, 255, 256, 299)
    )


@pytest.fixture
def weights_of(tmp_path, monkeypatch, rng):
    """Writes a file of weights for so many classes, of the smallest possible vgg11."""
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path / "cache"))

    def write(classes):
        net = models.vgg11(classes=classes, hidden=(4, 4), input_shape=(3, 32, 32))
        foreign.torch_zip(tmp_path / "w.pth", net.state_dict())
        return tmp_path / "w.pth"

    return write


@pytest.mark.slow
def test_classes_are_numbered_where_their_names_cannot_be_had(weights_of, photo):
    found = Predictor.from_weights("vgg11", weights_of(1000), progress=False)
    assert found.classes[999] == "class 999"
    assert found.read(photo).shape == (3, 32, 32)
    path = weights_of(3)
    with pytest.warns(Notice, match="assumed: RGB, torchvision's normalisation"):
        few = Predictor.from_weights("vgg11", path, progress=False)
    assert few.classes == ["class 0", "class 1", "class 2"]


@pytest.mark.slow
def test_the_net_of_a_file_is_told_by_its_layers(weights_of, photo):
    path = weights_of(3)
    found = Predictor.from_weights(weights=path, mean=[0.5], std=[0.25])
    assert found.name == "vgg11"
    assert found.model.normalize == data.Normalize((0.5,) * 3, (0.25,) * 3)
    image = found.read(photo)
    assert image.shape == (3, 32, 32)
    assert len(found.predict([image])[0]) == 3
    turned = Predictor.from_weights(weights=path, pixels="bgr", mean=[0.5], std=[0.25])
    first, of_turned = (p.model.net["features"]["0"].weight.data for p in (found, turned))
    assert np.array_equal(of_turned, first[:, ::-1])  # the nets of this package take RGB
    with pytest.raises(ValueError, match=r"w\.pth: it .*its convolutions are those of vgg11"):
        Predictor.from_weights("vgg13", path)


def test_answers_that_are_no_numbers_are_refused(tmp_path, rng):
    net = models.vgg([4, "M"], 2, (3, 4, 4), ())
    net.preprocessing = registry.TORCHVISION
    net["features"]["0"].bias.data[1] = np.nan
    models.save_weights(net, tmp_path / "w.safetensors")
    with pytest.warns(Notice, match=r"features\.0\.bias holds NaN or infinity"):
        found = Predictor.from_weights(weights=tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="4,M answers NaN or infinity instead of probabilities"):
        found.predict([rng.integers(0, 256, (3, 4, 4), np.uint8)])


@pytest.mark.slow
def test_imagenets_names_where_they_are(weights_of, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / registry.CLASSES.name).write_text(
        json.dumps({str(k): [f"n{k}", f"thing_{k}"] for k in range(1000)})
    )
    assert Predictor.from_weights("vgg11", weights_of(1000), progress=False).classes[5] == "thing 5"


def test_an_unknown_model_or_folder():
    with pytest.raises(ValueError, match="unknown model 'resnet'"):
        Predictor.from_weights("resnet")


def test_images_below_a_folder_in_order(tmp_path):
    for name in ("b/2.PNG", "a.jpg", "notes.txt", "b/1.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in images_in(tmp_path)] == ["a.jpg", "1.png", "2.PNG"]
    with pytest.raises(FileNotFoundError, match="there are no images in"):
        images_in(tmp_path / "b" / "none")


@pytest.mark.parametrize(("shape", "scale"), [((3, 8, 8), 8), ((1, 224, 224), 256)])
def test_images_are_scaled_to_what_the_net_sees(tmp_path, rng, shape, scale):
    """Whole for small images, and with the paper's margin for those of 224 pixels."""
    net = models.vgg([4, "M"], 2, shape, ())
    net.preprocessing = data.Normalize((0.5,) * shape[0], (0.25,) * shape[0])
    models.save_weights(net, tmp_path / "w.safetensors")
    found = Predictor.from_weights(weights=tmp_path / "w.safetensors", progress=False)
    assert found.scale == scale
    assert found.transforms == data.Compose([data.Rescale(scale), data.CenterCrop(shape[1:])])
    Image.fromarray(rng.integers(0, 256, (30, 40, 3), np.uint8)).save(tmp_path / "x.png")
    assert found.read(tmp_path / "x.png").shape == shape
    assert found.predict([]) == []
    assert found.classes == ["class 0", "class 1"]


def test_what_cannot_be_rescaled_is_named_and_so_are_the_classes_of_a_file(tmp_path, rng):
    """The first of equally probable classes is the first answer."""
    net = models.vgg([4, "M"], 2, (1, 8, 8), (), initializer="zeros")
    net.preprocessing = data.Normalize((0.5,), (0.25,))
    for names, expected in ((["x", "y"], ["x", "y"]), (["x"], ["class 0", "class 1"])):
        about = {"classes": json.dumps(names)}
        weights.save(tmp_path / "w.safetensors", net.arrays(), about)
        found = Predictor.from_weights(
            weights=tmp_path / "w.safetensors", progress=False, mean=[0.5], std=[0.25]
        )
        assert found.classes == expected
    images = rng.integers(0, 256, (2, 1, 8, 8), np.uint8)
    assert found.predict(images) == [[("class 0", 0.5), ("class 1", 0.5)]] * 2
    assert found.predict(images, top=1) == [[("class 0", 0.5)]] * 2
    Image.new("L", (1, 40)).save(tmp_path / "x.png")
    data.set_max_pixels(45)
    try:
        with pytest.raises(OSError, match=r"x\.png: an image of 20×1 pixels, rescaled to 160×8"):
            found.read(tmp_path / "x.png")
    finally:
        data.set_max_pixels(None)
