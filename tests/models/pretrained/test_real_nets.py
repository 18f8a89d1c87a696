"""Nets that the real libraries trained to tell red from blue answer here as there."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from minivgg import models
from minivgg.data import Normalize
from minivgg.evaluation.predictor import Predictor
from minivgg.utils.notices import Notice

DATA = Path(__file__).parent / "data"
EXPECTED = dict(np.load(DATA / "expected.npz"))
PLAIN = {"mean": (0.0,), "std": (1.0,)}
FILES = [
    ("rgb.h5", "rgb", {}),
    ("rgb.keras", "rgb", {}),
    ("rgb.weights.h5", "rgb", {}),
    ("bgr.weights.h5", "bgr", {"pixels": "bgr"}),
    ("rgb.pth", "torch_rgb", PLAIN),
    ("bgr.pth", "torch_bgr", {"pixels": "bgr", **PLAIN}),
    ("rescaling.keras", "rescaling", {}),
    ("normalization.keras", "normalization", {}),
    ("nested.keras", "nested", {}),
    ("norm.keras", "norm", {}),
]


@pytest.fixture
def real(tmp_path):
    """The path of one of the files, unpacked."""

    def unpacked(name):
        if name.endswith((".h5", ".keras")):
            pytest.importorskip("h5py")
        if not name.endswith(".h5"):
            return shutil.copy(DATA / name, tmp_path / name)
        (tmp_path / name).write_bytes(gzip.decompress((DATA / f"{name}.gz").read_bytes()))
        return tmp_path / name

    return unpacked


def small(name, hidden=()):
    hidden = (6,) if name.startswith("nested") else hidden
    return models.vgg([4, "M"], 2, (3, 4, 4), hidden, batch_norm=name.startswith("norm.")).eval()


@pytest.mark.parametrize(("name", "key", "said"), FILES)
@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")
def test_red_is_not_taken_for_blue(name, key, said, real):
    net = models.load_weights(small(name), real(name), **said)
    logits = net(net.preprocessing(EXPECTED["images"]))
    assert logits == pytest.approx(EXPECTED[key], abs=float(1e-4 * abs(EXPECTED[key]).max()))
    assert (logits.argmax(axis=1) == EXPECTED["labels"]).all()


@pytest.mark.parametrize("name", ["rgb.keras", "bgr.weights.h5", "rgb.pth"])
def test_what_is_not_in_the_file_is_told(name, real):
    path = real(name)
    with pytest.warns(Notice, match="does not say what its net expects of pixels; assumed: RGB"):
        models.load_weights(small(name), path)


def test_layers_before_the_first_convolution_are_the_preprocessing(real):
    rescaling = models.preprocessing_of(real("rescaling.keras"))
    assert rescaling.mean == pytest.approx((0.5,) * 3)
    assert rescaling.std == pytest.approx((0.5,) * 3)
    assert models.load_weights(small("r"), real("rescaling.keras")).preprocessing == rescaling
    normalization = models.preprocessing_of(real("normalization.keras"))
    assert len({round(m, 3) for m in normalization.mean}) == 3
    assert models.preprocessing_of(real("nested.keras")) == Normalize((0.0,) * 3, (1.0,) * 3)


@pytest.mark.parametrize("name", ["rescaling.keras", "nested.keras", "norm.keras"])
def test_the_net_is_built_from_the_file_alone(name, real):
    found = Predictor.from_weights(weights=real(name))
    assert found.model.shape == (3, 4, 4)
    assert found.name == "4,M"
    key = name.removesuffix(".keras")
    best = [int(guesses[0][0][-1]) for guesses in found.predict(EXPECTED["images"])]
    assert best == EXPECTED[key].argmax(axis=1).tolist()


def edited(path, kind, **settings):
    """A .keras file with other settings of the first layer of a class in its configuration."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    layers = config["config"]["layers"]
    layer = next(layer for layer in layers if layer["class_name"] == kind)
    other = settings.pop("class_name", kind)
    layer["class_name"] = other
    layer["config"] |= settings
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        (
            "Conv2D",
            {"activation": "gelu"},
            "has the activation gelu; the nets of minivgg",
        ),
        ("Conv2D", {"activation": "linear"}, "a max-pool, but this net has a ReLU"),
        ("Conv2D", {"activation": "softmax"}, "has the activation softmax"),
        ("Conv2D", {"padding": "valid"}, "has padding='valid', but in minivgg it is 'same'"),
        ("Conv2D", {"strides": [2, 2]}, r"has strides=\[2, 2\], but in minivgg it is 1"),
        (
            "Conv2D",
            {"dilation_rate": [2, 2]},
            r"dilation_rate=\[2, 2\], but in minivgg it is 1",
        ),
        ("MaxPooling2D", {"pool_size": [3, 3]}, r"has pool_size=\[3, 3\], but in minivgg it is 2"),
        ("MaxPooling2D", {"class_name": "AveragePooling2D"}, "has no counterpart here"),
        (
            "Flatten",
            {"class_name": "GlobalAveragePooling2D"},
            "a global average pooling, but this net has a flattening",
        ),
        ("Dense", {"activation": "relu"}, "a ReLU, but this net ends"),
    ],
)
def test_a_net_that_computes_something_else_is_refused(kind, settings, words, real):
    path = edited(real("rescaling.keras"), kind, **settings)
    net = small("r")
    before = net.state_dict()
    with pytest.raises(ValueError, match=rf"rescaling\.keras: .*{words}"):
        models.load_weights(net, path)
    assert all((a == before[name]).all() for name, a in net.arrays().items())


def test_batch_norm_behind_the_relu_is_refused(real):
    path = edited(real("norm.keras"), "Conv2D", activation="relu")
    with pytest.raises(ValueError, match="its net has a ReLU, but this net has a batch norm"):
        models.load_weights(small("norm."), path)


def test_a_softmax_at_the_end_changes_nothing(real):
    path = edited(real("rescaling.keras"), "Dense", activation="softmax")
    net = models.load_weights(small("r"), path)
    logits = net(net.preprocessing(EXPECTED["images"]))
    assert logits == pytest.approx(EXPECTED["rescaling"], abs=1e-3)
