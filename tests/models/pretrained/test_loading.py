"""Weights of every source load into the right layers, or the net is unchanged."""

import numpy as np
import pytest
from support import foreign

from minivgg import models, weights
from minivgg.data import Normalize
from minivgg.models.pretrained.registry import CAFFE, TORCHVISION
from minivgg.utils.notices import Notice

ASSUMED = r"does not say what its net expects of pixels; assumed: "
# what a file of a small net's does not say; in support.foreign, Keras' nets see BGR
SAID = {"mean": CAFFE.mean, "std": CAFFE.std}
PLAIN = Normalize((0.0,) * 3, (1.0,) * 3)
SMALL = ([4, 4, "M", 6, "M"], 5, (3, 12, 8), (7, 6))


@pytest.fixture
def net():
    return models.vgg(*SMALL).eval()


@pytest.fixture
def trained(rng):
    """Another net of the same kind: its arrays, and what it says of some images."""
    net = models.vgg(*SMALL).eval()
    for p in net.parameters().values():
        p.data = rng.standard_normal(p.data.shape).astype(np.float32)
    x = rng.standard_normal((2, 3, 12, 8)).astype(np.float32)
    return net.state_dict(), x, net(x)


def said(kind):
    """What the user has to say about a file of a small net's."""
    return SAID | ({"pixels": "bgr"} if kind.startswith("keras") else {})


def written(kind, path, net, arrays):
    """A file of a source's with these weights of a net."""
    if kind.startswith("keras"):
        pytest.importorskip("h5py")
        layers = foreign.translated(net, arrays, "keras")
        if kind == "keras by number":  # as Keras 3 saves weights
            conv, dense = (
                [name for name in layers if name.startswith(start) == is_conv]
                for start, is_conv in (("block", 1), ("block", 0))
            )
            numbers = {
                name: f"{kind}_{i}".removesuffix("_0")
                for kind, some in (("conv2d", conv), ("dense", dense))
                for i, name in enumerate(some)
            }
            foreign.keras(
                path,
                {numbers[name]: pair for name, pair in layers.items()},
                "layers/{0}/vars/0 layers/{0}/vars/1",
            )
        else:
            names = (
                "model_weights/{0}/{0}/kernel model_weights/{0}/{0}/bias"
                if kind == "keras model"
                else "{0}/{0}_W_1:0 {0}/{0}_b_1:0"
            )
            foreign.keras(path, layers, names)
    elif kind == "frossard":
        with path.open("wb") as file:
            np.savez(file, **foreign.translated(net, arrays, "frossard"))
    elif kind == "timm":
        weights.save(path, foreign.translated(net, arrays, "timm"))
    elif kind == "torchvision legacy":
        foreign.torch_legacy(path, arrays)
    else:
        foreign.torch_zip(path, arrays)
    return path


SOURCES = [
    "torchvision",
    "torchvision legacy",
    "timm",
    "keras",
    "keras model",
    "keras by number",
    "frossard",
]


@pytest.mark.parametrize("kind", SOURCES)
def test_the_net_answers_as_the_one_the_weights_are_of(kind, net, trained, tmp_path):
    arrays, x, expected = trained
    path = written(kind, tmp_path / "w", net, arrays)
    models.load_weights(net, path, **said(kind))
    assert all((net.arrays()[name] == array).all() for name, array in arrays.items())
    assert (net(x) == expected).all()
    assert net.preprocessing == CAFFE


@pytest.mark.parametrize(
    ("kind", "assumed", "expected"),
    [
        ("torchvision", r"RGB, torchvision's normalisation \(mean 0\.485", TORCHVISION),
        ("timm", r"RGB, torchvision's normalisation", TORCHVISION),
        ("keras", "RGB, values from 0 to 1; otherwise say so: pixels=", PLAIN),
        ("keras model", "RGB, values from 0 to 1;", PLAIN),
    ],
)
def test_what_a_file_does_not_say_of_pixels_is_assumed_and_told_once(
    kind, assumed, expected, net, trained, tmp_path
):
    path = written(kind, tmp_path / "w", net, trained[0])
    with pytest.warns(Notice, match=ASSUMED + assumed) as told:
        models.load_weights(net, path)
    assert len(told) == 1
    assert net.preprocessing == models.preprocessing_of(path) == expected
    order = -1 if kind.startswith("keras") else 1  # a small net of Keras' saw RGB, as all others
    first = trained[0]["features.0.weight"][:, ::order]
    assert (net.arrays()["features.0.weight"] == first).all()


def test_the_user_says_what_the_net_expects(net, trained, tmp_path):
    path = written("torchvision", tmp_path / "w", net, trained[0])
    models.load_weights(net, path, mean=0.5, std=(0.1, 0.2, 0.3))
    assert net.preprocessing == Normalize((0.5,) * 3, (0.1, 0.2, 0.3))
    found = models.preprocessing_of(path, pixels="bgr", mean=[0.1, 0.2, 0.3])
    assert found == Normalize((0.1, 0.2, 0.3), (1.0,) * 3)
    with pytest.warns(Notice, match=ASSUMED + "torchvision's normalisation"):
        models.load_weights(net, path, pixels="bgr")
    reversed_order = trained[0]["features.0.weight"][:, ::-1]
    assert (net.arrays()["features.0.weight"] == reversed_order).all()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"pixels": "gbr"}, "pixels must be 'rgb' or 'bgr', got 'gbr'"),
        ({"mean": (1, 2)}, "mean must have 3 numbers, one for each channel"),
        ({"std": (1, 0, 1)}, "std must be finite and positive"),
        ({"mean": (0, np.nan, 1)}, "mean must be finite, got"),
        ({"mean": "abc"}, "mean must be numbers, got 'abc'"),
    ],
)
def test_what_makes_no_sense_of_pixels_is_refused(said, words, net, trained, tmp_path):
    path = written("torchvision", tmp_path / "w", net, trained[0])
    with pytest.raises(ValueError, match=words):
        models.load_weights(net, path, **said)
    assert net.preprocessing is None


@pytest.mark.parametrize("kind", SOURCES)
def test_a_net_without_fully_connected_layers_takes_the_others_alone(kind, net, trained, tmp_path):
    arrays, x, _ = trained
    path = written(kind, tmp_path / "w", net, arrays)
    features = models.Net({"features": models.vgg(*SMALL)["features"]}, SMALL[2]).eval()
    models.load_weights(features, path, **said(kind))
    models.load_weights(net, path, **said(kind))
    assert (features(x) == net["features"](x)).all()


def test_weights_go_to_any_device_and_dtype(net, trained, tmp_path, device):
    arrays, x, expected = trained
    path = written("timm", tmp_path / "w", net, arrays)
    models.load_weights(net.to(device), path, **SAID)
    wide = models.load_weights(models.vgg(*SMALL).to("cpu", np.float64).eval(), path, **SAID)
    assert wide(x.astype(np.float64)) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_own_files_keep_their_preprocessing(net, trained, tmp_path):
    arrays, *_ = trained
    net.load_state_dict(arrays)
    net.preprocessing = Normalize((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    models.save_weights(net, tmp_path / "w", {"note": "mine"})
    other = models.load_weights(models.vgg(*SMALL), tmp_path / "w")
    assert other.preprocessing == models.preprocessing_of(tmp_path / "w") == net.preprocessing
    assert weights.read(tmp_path / "w").metadata["note"] == "mine"
    assert all((a == arrays[name]).all() for name, a in other.state_dict().items())


def test_batch_norm_with_and_without_its_counter(rng, tmp_path):
    """PyTorch before 0.4.1 did not save how many batches the statistics are of."""
    net = models.vgg([4, "M"], 2, (3, 4, 4), (3,), batch_norm=True)
    arrays = {
        name: a if a.ndim == 0 else rng.random(a.shape).astype(a.dtype)
        for name, a in net.state_dict().items()
    }
    arrays["features.1.num_batches_tracked"] = np.array(9, np.int64)
    foreign.torch_zip(tmp_path / "new", arrays)
    assert (
        models.load_weights(net, tmp_path / "new", **SAID)["features"]["1"].num_batches_tracked == 9
    )
    del arrays["features.1.num_batches_tracked"]
    foreign.torch_zip(tmp_path / "old", arrays)
    models.load_weights(net, tmp_path / "old", **SAID)
    assert (net["features"]["1"].running_var == arrays["features.1.running_var"]).all()


def test_a_new_head_stays_as_it_is(net, trained, tmp_path):
    arrays, *_ = trained
    path = written("torchvision", tmp_path / "w", net, arrays)
    other = models.vgg(SMALL[0], 9, *SMALL[2:])
    head = other["classifier"]["6"].weight.data.copy()
    with pytest.raises(
        ValueError,
        match=r"its classifier\.6\.weight is 5×6, but the net's .*\(fc5\) is 9×6; .*new_head=True",
    ):
        models.load_weights(other, path)
    models.load_weights(other, path, new_head=True, **SAID)
    assert (other["classifier"]["6"].weight.data == head).all()
    assert (other["classifier"]["3"].weight.data == arrays["classifier.3.weight"]).all()


@pytest.mark.parametrize(("hidden", "own"), [((7,), 2), ((), 1), ((7, 6, 5), 4)])
def test_a_head_of_another_depth_is_told_with_the_net_to_make(hidden, own, net, trained, tmp_path):
    path = written("torchvision", tmp_path / "w", net, trained[0])
    other = models.vgg(*SMALL[:3], hidden=hidden)
    message = (
        rf"w: its head has 3 layers, 36→7→6→5, the net's has {own}: make the net with "
        r"hidden=\(7, 6\), classes=5$"
    )
    with pytest.raises(ValueError, match=message):
        models.load_weights(other, path)


def test_a_hidden_layer_of_another_size_is_told_with_the_head(net, trained, tmp_path):
    path = written("torchvision", tmp_path / "w", net, trained[0])
    with pytest.raises(
        ValueError,
        match=r"its classifier\.0\.weight is 7×36, but the net's classifier\.0\.weight \(fc3\) is "
        r"9×36; its head has 3 layers, 36→7→6→5$",
    ):
        models.load_weights(models.vgg(*SMALL[:3], hidden=(9, 6)), path)


def test_numbers_that_are_none_are_told(net, trained, tmp_path):
    arrays, _, _ = trained
    for name, value, words in (
        ("features.0.bias", np.nan, r"its features\.0\.bias holds NaN or infinity"),
        ("features.2.weight", -np.inf, r"its features\.0\.bias and 1 more holds NaN"),
        ("classifier.0.bias", np.inf, r"and 2 more holds NaN or infinity, so .* no numbers$"),
    ):
        arrays[name].reshape(-1)[-1] = value
        path = written("torchvision", tmp_path / "w", net, arrays)
        with pytest.warns(Notice, match=words):
            models.load_weights(net, path, **SAID)


def test_a_net_without_its_head_is_advised_where_only_the_head_is_no_numbers(
    net, trained, tmp_path
):
    arrays, _, _ = trained
    arrays["classifier.0.bias"][-1] = np.inf
    path = written("torchvision", tmp_path / "w", net, arrays)
    with pytest.warns(Notice, match=r"its classifier\.0\.bias holds .* \(include_top=False\)"):
        models.load_weights(net, path, **SAID)


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_saved_weights_say_their_format(suffix, net, tmp_path):
    path = tmp_path / f"w{suffix}"
    models.save_weights(net, path)
    assert weights.read(path).metadata == {"format": "pt"}
    assert weights.read(path).kind == ("PyTorch zip" if suffix == ".pth" else "safetensors")
    models.save_weights(net, path, {"format": "mine", "note": "x"})
    assert weights.read(path).metadata == {"format": "mine", "note": "x"}


@pytest.mark.parametrize("hidden", [(), (4,)])
def test_how_many_classes_are_in_a_file(hidden, tmp_path):
    small = models.vgg([2, "M"], 12, (3, 4, 4), hidden, initializer="zeros")
    weights.save(tmp_path / "w", small.arrays())
    assert models.classes_in(tmp_path / "w", small) == 12
    features = {name: a for name, a in small.arrays().items() if name.startswith("features")}
    weights.save(tmp_path / "n", features)
    assert models.classes_in(tmp_path / "n", small) == 0
    weights.save(tmp_path / "x", {"a": np.zeros(2)})
    with pytest.raises(ValueError, match="x: the names of its tensors match no known source"):
        models.classes_in(tmp_path / "x", small)


def spoiled(arrays, what):
    """The arrays with one missing, one too many, one of another shape or type."""
    if what == "missing":
        return {name: a for name, a in arrays.items() if name != "features.2.weight"}
    if what == "two extra":
        return spoiled(arrays, "extra") | {"features.11.weight": np.zeros(2, np.float32)}
    if what == "extra":
        return arrays | {"features.9.weight": np.zeros((3, 2), np.float32)}
    if what == "shape":
        return arrays | {"features.2.weight": np.zeros((4, 5, 3, 3), np.float32)}
    if what == "integers":
        return arrays | {"features.2.weight": np.zeros((4, 4, 3, 3), np.int64)}
    return {"encoder.weight": arrays["features.2.weight"]}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("missing", r"w\.pth: it lacks features\.2\.weight \(conv1_2\), 4×4×3×3"),
        ("extra", r"w\.pth: it has features\.9\.weight, 3×2, which the net does not have"),
        ("two extra", r"w\.pth: it has features\.9\.weight, 3×2, which the net does not have"),
        (
            "shape",
            r"w\.pth: its features\.2\.weight is 4×5×3×3, but the net's features\.2\.weight "
            r"\(conv1_2\) is 4×4×3×3",
        ),
        ("integers", r"w\.pth: its features\.2\.weight holds numbers of type int64"),
        ("another", r"w\.pth: the names of its tensors match no known source: encoder\.weight"),
    ],
)
def test_what_does_not_fit_is_named_and_the_net_stays_as_it_was(
    what, words, net, trained, tmp_path
):
    before = net.state_dict()
    foreign.torch_zip(tmp_path / "w.pth", spoiled(trained[0], what))
    with pytest.raises(ValueError, match=words):
        models.load_weights(net, tmp_path / "w.pth")
    assert all((a == before[name]).all() for name, a in net.arrays().items())
    assert net.preprocessing is None


def test_the_names_of_other_sources_are_theirs(net, trained, tmp_path):
    pytest.importorskip("h5py")
    layers = foreign.translated(net, trained[0], "keras")
    layers["fc2"] = layers["fc2"][0][:, :4], layers["fc2"][1]
    foreign.keras(tmp_path / "w.h5", layers)
    with pytest.raises(
        ValueError,
        match=r"w\.h5: its fc2/fc2_W_1:0 is 4×7, but the net's classifier\.3\.weight \(fc4\) "
        "is 6×7",
    ):
        models.load_weights(net, tmp_path / "w.h5")
    del layers["fc1"], layers["fc2"], layers["predictions"]
    foreign.keras(tmp_path / "notop.h5", layers)
    with pytest.raises(
        ValueError,
        match=r"notop\.h5: it lacks classifier\.0\.weight .*make the net with include_top=False",
    ):
        models.load_weights(net, tmp_path / "notop.h5")


@pytest.mark.slow
def test_how_many_classes_a_file_is_for(tmp_path, rng):
    small = models.vgg("vgg11", 12, (3, 32, 32), hidden=(4, 4))
    foreign.torch_zip(tmp_path / "w", small.state_dict())
    assert models.classes_in(tmp_path / "w", "vgg11") == 12
    foreign.torch_zip(
        tmp_path / "n",
        {name: a for name, a in small.state_dict().items() if name.startswith("features")},
    )
    assert models.classes_in(tmp_path / "n", "vgg11") == 0


@pytest.mark.parametrize(
    "kept",
    [
        "[",
        "[" * 100_000,
        '{"mean": [0.5], "std": [0.1, 0.2]}',
        '{"mean": [NaN], "std": [1]}',
        '{"mean": [0], "std": [0]}',
    ],
)
def test_a_preprocessing_that_makes_no_sense_is_refused(kept, net, tmp_path):
    weights.save(tmp_path / "w", net.state_dict(), {"preprocessing": kept})
    with pytest.raises(OSError, match="w is damaged: its preprocessing cannot be read"):
        models.load_weights(net, tmp_path / "w")


def test_a_runs_checkpoint_leaves_its_preprocessing_to_the_run(net, tmp_path):
    weights.save(tmp_path / "w", net.state_dict(), {"format": "minivgg"})
    with pytest.raises(
        ValueError, match="it does not say how pixels are normalised: name the run folder"
    ):
        models.preprocessing_of(tmp_path / "w")


def test_the_optimizers_state_of_a_keras_model_is_left_alone(net, trained, tmp_path):
    pytest.importorskip("h5py")
    import h5py

    arrays, x, expected = trained
    path = written("keras model", tmp_path / "w.h5", net, arrays)
    with h5py.File(path, "a") as file:
        file["optimizer_weights/block1_conv1/kernel"] = np.full((3, 3, 3, 4), 0.125, np.float32)
    assert (models.load_weights(net, path, **said("keras"))(x) == expected).all()
    with h5py.File(path, "a") as file:
        file["copy/block1_conv1/kernel"] = np.full((3, 3, 3, 4), 0.125, np.float32)
    with pytest.raises(ValueError, match=r"would both be features\.0\.weight"):
        models.load_weights(net, path)
