"""What is known of the pixels that a file of weights expects, and what is assumed."""

import json
from pathlib import Path

import numpy as np
import pytest

from minivgg import weights
from minivgg.data import Normalize
from minivgg.models.pretrained.file_layers import FileLayer, FileLayers
from minivgg.models.pretrained.file_preprocessing import (
    _from_channels,
    configuration_of,
    expected_pixels,
)
from minivgg.models.pretrained.keras_preprocessing import Channel
from minivgg.models.pretrained.registry import CAFFE, TORCHVISION
from minivgg.models.vgg import resolve
from minivgg.utils.notices import Notice

PLAIN = Normalize((0.0,) * 3, (1.0,) * 3)


def file_of(arrays=None, name="w.pth", **metadata):
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in metadata.items()}
    return weights.File(Path(name), "", arrays or {}, texts, [])


def layers_of(widths=(4,), classes=None, channels=3, source="torchvision", norms=0, kernel=3):
    convolutions = [
        FileLayer(f"{i}", f"conv1_{i}", {}, before, width, kernel)
        for i, (before, width) in enumerate(zip((channels, *widths), widths, strict=False))
    ]
    head = [FileLayer("fc", "", {}, 10, classes)] if classes else []
    return FileLayers(source, convolutions, [FileLayer("n", "", {}, 4, 4)] * norms, head, [])


def widths(name):
    return tuple(item for item in resolve(name)[0].layers if isinstance(item, int))


def expected(file, layers, **said):
    return expected_pixels(file, layers, quiet=True, **said)


@pytest.mark.parametrize("name", ["vgg11", "vgg13", "vgg16", "vgg19"])
@pytest.mark.parametrize("norms", [0, 1, 8])
def test_the_papers_nets_are_told_by_their_convolutions(name, norms):
    assert configuration_of(layers_of(widths(name), norms=norms)) == f"{name}{'_bn' * bool(norms)}"


def test_other_nets_are_not_the_papers():
    assert configuration_of(layers_of((64, 64))) is None
    assert configuration_of(layers_of(widths("vgg16")[:-1])) is None
    assert configuration_of(layers_of(widths("vgg16"), kernel=5)) is None
    assert configuration_of(layers_of(())) is None


@pytest.mark.parametrize("source", ["torchvision", "timm"])
@pytest.mark.parametrize(
    ("shape", "classes", "channels", "normalize", "assumed"),
    [
        ("vgg16", 1000, 3, TORCHVISION, ""),
        ("vgg16", None, 3, TORCHVISION, ""),
        ("vgg16", 10, 3, TORCHVISION, "torchvision's normalisation"),
        ((4,), 1000, 3, TORCHVISION, "torchvision's normalisation"),
        ((4,), None, 1, Normalize((0.0,), (1.0,)), "values from 0 to 1"),
        ((4,), None, 4, Normalize((0.0,) * 4, (1.0,) * 4), "values from 0 to 1"),
    ],
)
def test_files_of_pytorch(source, shape, classes, channels, normalize, assumed):
    sizes = widths(shape) if isinstance(shape, str) else shape
    found = expected(file_of(), layers_of(sizes, classes, channels, source))
    assert (found.normalize, found.bgr) == (normalize, False)
    assert found.assumed.startswith(assumed) if assumed else found.assumed == ""


def test_files_of_caffe():
    found = expected(file_of(), layers_of(source="frossard"))
    assert (found.normalize, found.bgr, found.assumed) == (CAFFE, False, "")
    assert expected(file_of(layout="vgg16.npy"), layers_of(source="frossard")).bgr
    assert not expected(file_of(layout="other"), layers_of(source="frossard")).bgr
    johnson = expected(file_of(name="vgg16-00b39a1b.pth"), layers_of())
    assert (johnson.normalize, johnson.bgr, johnson.assumed) == (CAFFE, True, "")


STORED = {"mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6]}


def test_what_is_stored_goes_before_what_is_known():
    file = file_of(name="vgg16-00b39a1b.pth", preprocessing=STORED)
    found = expected(file, layers_of())
    assert found.normalize == Normalize(tuple(STORED["mean"]), tuple(STORED["std"]))
    assert (found.bgr, found.assumed) == (False, "")
    grey = file_of(preprocessing={"mean": [0.1], "std": [0.2]})
    assert expected(grey, layers_of(channels=1)).normalize == Normalize((0.1,), (0.2,))


@pytest.mark.parametrize(
    "stored",
    [
        "{", "[" * 100_000, [], {"mean": [0]}, {"mean": [], "std": []},
        {"mean": [0, 0], "std": [1]}, {"mean": ["a"], "std": [1]}, {"mean": 5, "std": [1]},
        {"mean": [0], "std": [0]}, {"mean": [0], "std": [-1]}, '{"mean": [NaN], "std": [1]}',
        '{"mean": [0], "std": [Infinity]}', '{"mean": [0, Infinity], "std": [1, 1]}',
        {"mean": [0, 0], "std": [1, 0]}, '{"mean": [0], "std": [' + "1" * 400 + "]}",
    ],
)  # fmt: skip
def test_what_is_stored_and_makes_no_sense_is_refused(stored):
    with pytest.raises(OSError, match=r"^w\.pth is damaged: its preprocessing cannot be read$"):
        expected(file_of(preprocessing=stored), layers_of())


def test_a_file_of_a_run_folder_needs_what_the_user_says():
    file = file_of(format="minivgg")
    with pytest.raises(ValueError, match="name the run folder"):
        expected(file, layers_of())
    assert expected(file, layers_of(), mean=0.5).normalize == Normalize((0.5,) * 3, (1.0,) * 3)
    assert expected(file, layers_of(), std=0.5).normalize == Normalize((0.0,) * 3, (0.5,) * 3)
    assert expected(file_of(format="pt"), layers_of()).normalize == TORCHVISION
    whole = file_of(format="minivgg", preprocessing=STORED)
    assert expected(whole, layers_of()).normalize.mean == (0.1, 0.2, 0.3)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"pixels": "grb"}, "pixels must be 'rgb' or 'bgr', got 'grb'"),
        ({"mean": [1, 2]}, r"mean must have 3 numbers, one for each channel, got \[1, 2\]"),
        ({"std": (1, 2, 3, 4)}, r"std must have 3 numbers"),
        ({"mean": []}, "mean must have 3 numbers"),
        ({"mean": "abc"}, "mean must be numbers, got 'abc'"),
        ({"mean": "x" * 100}, "mean must be numbers, got 'x{59}$"),
        ({"mean": object}, "mean must be numbers"),
        ({"mean": [0, np.inf, 0]}, r"mean must be finite, got"),
        ({"std": [1, np.nan, 1]}, r"std must be finite and positive, got"),
        ({"std": [1, 0, 1]}, r"std must be finite and positive, got"),
        ({"std": -1}, r"std must be finite and positive, got -1"),
    ],
)
def test_what_the_user_says_is_checked(said, words):
    with pytest.raises(ValueError, match=words):
        expected(file_of(), layers_of(), **said)


def test_the_user_goes_before_the_file():
    found = expected(file_of(preprocessing=STORED), layers_of(), mean=[-1, 0, 1], std=2)
    assert found.normalize == Normalize((-1.0, 0.0, 1.0), (2.0,) * 3)
    assert expected(file_of(), layers_of(), pixels="bgr").bgr
    assert not expected(file_of(name="00b39a1b"), layers_of(), pixels="rgb").bgr
    one = expected(file_of(), layers_of(channels=1), mean=0.5).normalize
    assert one == Normalize((0.5,), (1.0,))
    none = expected(file_of(), layers_of(()), mean=0.5).normalize
    assert none == Normalize((0.5,) * 3, (1.0,) * 3)


SAYS = r"^w\.pth does not say what its net expects of pixels; assumed: "


@pytest.mark.parametrize(
    ("layers", "said", "words"),
    [
        (layers_of(), {}, "RGB, torchvision's normalisation"),
        (
            layers_of(),
            {"pixels": "bgr"},
            r"torchvision's normalisation .*; otherwise say so: pixels",
        ),
        (layers_of(channels=1), {}, "values from 0 to 1"),
        (layers_of(widths("vgg16"), 5, source="keras"), {}, "BGR, values from 0 to 255 less"),
    ],
)
def test_an_assumption_is_told(layers, said, words):
    with pytest.warns(Notice, match=SAYS + words):
        expected_pixels(file_of(), layers, **said)


def test_what_is_known_or_said_is_not_told_of():
    """A notice would be an error here."""
    expected_pixels(file_of(), layers_of(), mean=0.5)
    expected_pixels(file_of(), layers_of(), std=0.5)
    expected_pixels(file_of(), layers_of(widths("vgg16"), 1000))
    expected_pixels(file_of(), layers_of(), quiet=True)


def keras_config(kind, **settings):
    layers = [{"class_name": kind, "config": {"name": "p", **settings}},
              {"class_name": "Conv2D", "config": {}}]  # fmt: skip
    return {"config": {"layers": layers}}


KERAS = layers_of(source="keras")
APPLICATION = layers_of(widths("vgg16"), 1000, source="keras")


@pytest.mark.parametrize(
    ("config", "mean", "std"),
    [
        (keras_config("Rescaling", scale=1 / 255), 0, 1),
        (keras_config("Rescaling", scale=1 / 127.5, offset=-1), 0.5, 0.5),
        (keras_config("Normalization", mean=[128] * 3, variance=[64**2] * 3),
         128 / 255, 64 / 255),
        (keras_config("Normalization", mean=[0.5] * 3, variance=[0.25**2] * 3), 0.5, 0.25),
        (keras_config("Rescaling", scale=1.00005, offset=-5), 5 / 1.00005 / 255, 1 / 1.00005 / 255),
        (keras_config("Rescaling", scale=1.0001, offset=-5), 5 / 1.0001 / 255, 1 / 1.0001 / 255),
        (keras_config("Rescaling", scale=1.001, offset=-0.5), 0.5 / 1.001, 1 / 1.001),
    ],
)  # fmt: skip
def test_layers_of_keras_are_for_pixels_up_to_255_or_up_to_1(config, mean, std):
    found = expected(file_of(keras_config=config), KERAS)
    assert found.normalize.mean == pytest.approx((mean,) * 3)
    assert found.normalize.std == pytest.approx((std,) * 3)
    assert (found.bgr, found.assumed) == (False, "")


def test_a_function_of_keras_reverses_channels():
    found = expected(file_of(keras_config=keras_config("Lambda", f="preprocess_input")), KERAS)
    assert found.bgr
    assert found.normalize.mean == pytest.approx(CAFFE.mean)
    assert found.normalize.std == pytest.approx(CAFFE.std)


@pytest.mark.parametrize(
    "config",
    [
        keras_config("Rescaling", scale=-1),
        keras_config("Rescaling", scale=[1, 0, 1]),
        keras_config("Rescaling", scale=float("inf")),
        keras_config("Rescaling", scale=1e-320),
        keras_config("Rescaling", scale=1, offset=float("nan")),
    ],
)
def test_layers_that_are_no_normalisation_leave_it_to_an_assumption(config):
    found = expected(file_of(keras_config=config), KERAS)
    assert (found.normalize, found.bgr, found.assumed) == (PLAIN, False, "values from 0 to 1")


def test_applications_of_keras_see_bgr():
    known = expected(file_of(), APPLICATION)
    assert (known.normalize, known.bgr, known.assumed) == (CAFFE, True, "")
    own = expected(file_of(), layers_of(widths("vgg19"), 5, source="keras"))
    assert (own.normalize, own.bgr) == (CAFFE, True)
    assert own.assumed == "values from 0 to 255 less ImageNet's mean, as in keras.applications"
    odd = expected(file_of(keras_config=keras_config("Odd")), APPLICATION)
    assert odd.assumed.endswith("as in keras.applications (its layer p (Odd) is not understood)")
    for other in (
        layers_of(widths("vgg11"), 1000, source="keras"),
        APPLICATION._replace(convolutions=[
            each._replace(path=each.path * (i != 3))
            for i, each in enumerate(APPLICATION.convolutions)
        ]),
        APPLICATION._replace(norms=[FileLayer("n", "", {}, 1, 1)]),
    ):  # fmt: skip
        found = expected(file_of(), other)
        assert (found.normalize, found.bgr, found.assumed) == (PLAIN, False, "values from 0 to 1")


def test_a_layer_of_keras_that_is_not_understood_is_told():
    found = expected(file_of(keras_config=keras_config("Odd")), KERAS)
    assert found.assumed == "values from 0 to 1 (its layer p (Odd) is not understood)"
    plain = expected(file_of(keras_config=keras_config("Dropout")), KERAS)
    assert (plain.normalize, plain.assumed) == (PLAIN, "values from 0 to 1")


def learned(mean, variance, name="n"):
    return {f"{name}/mean": np.array(mean, float), f"{name}/variance": np.array(variance, float)}


def test_what_a_layer_has_learned_is_used_without_a_configuration():
    found = expected(file_of(learned([128, 64, 32], [4, 16, 64])), KERAS)
    assert found.normalize.mean == pytest.approx([128 / 255, 64 / 255, 32 / 255])
    assert found.normalize.std == pytest.approx([2 / 255, 4 / 255, 8 / 255])
    assert found.assumed == ""
    narrow = expected(file_of(learned([0.5] * 3, [0.25, 0, 1])), KERAS)
    assert narrow.normalize.std == pytest.approx([0.5, 1e-7, 1])
    grey = expected(file_of(learned([0.5], [0.25])), layers_of(channels=1, source="keras"))
    assert grey.normalize == Normalize((0.5,), (0.5,))


@pytest.mark.parametrize(
    ("arrays", "config"),
    [
        (learned([1] * 3, [1] * 3) | learned([1] * 3, [1] * 3, "m"), ""),
        (learned([1, 1], [1, 1]), ""),
        (learned([1] * 3, [1] * 3), "{"),
        (learned([np.nan] * 3, [1] * 3), ""),
    ],
)
def test_what_is_not_of_the_images_is_not_used(arrays, config):
    found = expected(file_of(arrays, keras_config=config), KERAS)
    assert (found.normalize, found.bgr, found.assumed) == (PLAIN, False, "values from 0 to 1")


def test_channels_of_no_size_say_nothing():
    assert _from_channels([Channel(0, 0.5, -1.0)]).normalize == Normalize((2 / 255,), (2 / 255,))
    for slope in (0.0, -0.5, 1e-320):
        assert _from_channels([Channel(0, slope, 0.0)]) is None
    assert _from_channels([Channel(0, 1.0, np.inf)]) is None


def test_the_order_of_the_channels_is_rgb_or_bgr():
    def found(*order):
        return _from_channels([Channel(c, 1.0, -float(c)) for c in order])

    for order, bgr in (((0, 1, 2), False), ((2, 1, 0), True)):
        assert found(*order).bgr == bgr
        assert found(*order).normalize.mean == pytest.approx((0, 1 / 255, 2 / 255))
    for order in ((1, 0, 2), (0, 0, 1), (1, 2, 3), (0, 2, 1)):
        assert found(*order) is None


@pytest.mark.parametrize(
    ("slopes", "largest"), [((1.0001, 1.0), 255), ((1.0002, 1.0), 1), ((1.0, 1.5), 1)]
)
def test_the_largest_slope_tells_pixels_to_255_from_those_to_1(slopes, largest):
    found = _from_channels([Channel(c, slope, 0.0) for c, slope in enumerate(slopes)])
    assert found.normalize.std == pytest.approx([1 / (slope * largest) for slope in slopes])
