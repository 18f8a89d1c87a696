"""The net that a file of weights is for, told by the names and shapes of its tensors."""

import json

import numpy as np
import pytest

from minivgg import models, weights
from minivgg.models.pretrained.file_layers import FileLayer, FileLayers
from minivgg.models.pretrained.file_net import _net, head_fits, net_in_file, start_in_file
from minivgg.utils.notices import Notice

LAYERS = [4, "M", 6, 6, "M"]


def net(layers=LAYERS, shape=(3, 12, 12), hidden=(5,), **options):
    return models.vgg(list(layers), 2, shape, hidden, initializer="zeros", **options)


@pytest.fixture
def saved(tmp_path):
    """Write the arrays of a net, or any others, with metadata."""

    def write(arrays, **metadata):
        arrays = arrays.arrays() if hasattr(arrays, "arrays") else arrays
        texts = {name: json.dumps(value) for name, value in metadata.items()}
        weights.save(tmp_path / "w.pth", arrays, texts)
        return tmp_path / "w.pth"

    return write


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("hidden", [(), (5,), (5, 7)])
@pytest.mark.parametrize("shape", [(3, 12, 12), (1, 32, 32)])
def test_a_net_is_told_by_its_weights(batch_norm, hidden, shape, saved):
    path = saved(net(LAYERS, shape, hidden, batch_norm=batch_norm))
    found = net_in_file(path)
    assert found == ("4,M,6,6,M", LAYERS, batch_norm, shape, hidden, 2)
    built = found.build()
    assert {name: a.shape for name, a in built.arrays().items()} == {
        name: a.shape for name, a in weights.read(path).items()
    }
    assert not any(p.data.any() for name, p in built.parameters().items() if p.data.ndim > 1)
    assert start_in_file(path) == (LAYERS, batch_norm, shape[0], shape[1:], hidden)


def test_a_name_that_the_user_says_is_taken(saved):
    path = saved(net(hidden=(), shape=(3, 32, 32)))
    with pytest.raises(ValueError, match=r"w\.pth: its head takes 384 numbers, which are not a sq"):
        net_in_file(path, "small-8x8")


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        (lambda a: {k: v for k, v in a.items() if k.startswith("features")},
         "it lacks the fully connected layers of 4,M,6,6,M, so it names no classes"),
        (lambda a: a | {"classifier.0.weight": np.zeros((5, 55), np.float32)},
         "its head takes 55 numbers, which are not a square map of the 6 channels of 4,M,6,6,M"),
        (lambda a: a | {"classifier.0.weight": np.zeros((5, 12), np.float32)},
         "its head takes 12 numbers, which are not a square map"),
        (lambda a: a | {"classifier.0.weight": np.zeros((5, 0), np.float32)},
         "its head takes 0 numbers, which are not a square map"),
        (lambda a: a | {"features.0.weight": np.zeros((4, 3, 5, 5), np.float32)},
         "its convolutions are not those of a VGG net, whose filters are 3×3"),
        (lambda a: a | {"features.9.weight": np.zeros((6, 6, 3, 3), np.float32)},
         "between its layers 5 and 9 there are layers that the nets of minivgg do not have"),
        (lambda a: {k.replace("features.3", "features.1"): v for k, v in a.items()},
         "between its layers 0 and 1 there are layers that the nets of minivgg do not have"),
        (lambda a: {k.replace("features.3", "features.4"): v for k, v in a.items()
                    if "features.5" not in k}, "between its layers 0 and 4 there are layers"),
        (lambda a: {"fc.weight": np.zeros((2, 3), np.float32)},
         "its convolutions are not those of a VGG net"),
        (lambda a: {"a": np.zeros((2, 3), np.float32)}, "match no known source: a"),
    ],
)  # fmt: skip
def test_another_net_is_told_with_the_file(arrays, words, saved):
    path = saved(arrays(net().arrays()))
    with pytest.raises(ValueError, match=rf"w\.pth: .*({words})"):
        net_in_file(path)


def test_a_start_of_unknown_names_is_told_with_the_file(saved):
    with pytest.raises(ValueError, match=r"w\.pth: .* match no known source: a"):
        start_in_file(saved({"a": np.zeros(2, np.float32)}))


def test_a_head_alone_is_of_the_net_that_the_user_names(saved):
    path = saved({"fc.weight": np.zeros((2, 256), np.float32)})
    found = net_in_file(path, "small-8x8")
    assert found == ("small-8x8", [32, 32, "M", 64, 64, "M"], False, (3, 8, 8), (), 2)


def test_where_max_pools_are_unknown_the_user_builds_the_net(saved):
    message = r"does not say where the max-pools .*: build the net, mod"
    mixed = net().arrays() | {"features.9.conv.weight": np.zeros((6, 6, 3, 3), np.float32)}
    with pytest.raises(ValueError, match=message):
        net_in_file(saved(mixed))
    arrays = net().arrays()
    for old, new in ((0, 0), (3, 2), (5, 4)):  # as MMPretrain numbers modules
        arrays = {k.replace(f"s.{old}.", f"s.{new}.conv."): v for k, v in arrays.items()}
    with pytest.raises(
        ValueError, match=r"does not say where the max-pools .*: build the net, mod"
    ):
        net_in_file(saved(arrays))
    with pytest.raises(ValueError, match=r"does not tell its net \(it does not say where the max-po"
                       r"ols of its net are\): name it with --net, and its --size"):  # fmt: skip
        start_in_file(saved(arrays))


def test_convolutions_alone_are_for_images_of_any_size(saved):
    arrays = {k: v for k, v in net().arrays().items() if k.startswith("features")}
    assert start_in_file(saved(arrays)) == (LAYERS, False, 3, None, ())


def pooled(layers):
    """The arrays of a net that pools globally before its head."""
    arrays = net(layers, (3, 64, 64), ()).arrays()
    arrays["classifier.0.weight"] = np.zeros((2, 6), np.float32)
    return arrays


def test_a_net_that_pools_its_maps_is_told_where_images_would_be_tiny(saved):
    path = saved(pooled(LAYERS))
    with pytest.warns(Notice, match="its head takes one number from each map"):
        assert start_in_file(path) == (LAYERS, False, 3, None, ())
    five = [6, "M"] * 5
    assert start_in_file(saved(pooled(five))) == (five, False, 3, (32, 32), ())
    with pytest.warns(Notice, match="one number from each map"):
        assert start_in_file(saved(pooled(five[2:]))).size is None


def config(*kinds):
    layers = [
        {
            "class_name": kind,
            "config": {"name": kind, "padding": "same"} if kind == "Conv2D" else {},
        }
        for kind in kinds
    ]
    return {"class_name": "Sequential", "config": {"layers": layers}}


KERAS = {
    "a/kernel": np.zeros((3, 3, 3, 4), np.float32), "b/kernel": np.zeros((3, 3, 4, 6), np.float32),
    "c/kernel": np.zeros((24, 2), np.float32),
}  # fmt: skip
POOLS = ("Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D")


def test_a_configuration_of_keras_says_where_max_pools_are(saved):
    path = saved(KERAS, keras_config=config(*POOLS, "Flatten", "Dense"))
    assert net_in_file(path)[:4] == ("4,M,6,M", [4, "M", 6, "M"], False, (3, 8, 8))
    path = saved(KERAS, keras_config=config(*POOLS[:3], "Flatten", "Dense"))
    assert net_in_file(path)[:4] == ("4,M,6", [4, "M", 6], False, (3, 4, 4))
    for kinds, count in (((*POOLS, "Conv2D"), 3), (POOLS[:2], 1)):
        path = saved(KERAS, keras_config=config(*kinds, "Flatten", "Dense"))
        message = rf"w\.pth: .*its configuration has {count} convolutions, and there are 2"
        with pytest.raises(ValueError, match=message):
            net_in_file(path)


@pytest.mark.parametrize("kind", ["GlobalAveragePooling2D", "GlobalMaxPooling2D"])
def test_a_configuration_of_keras_says_whether_maps_are_pooled(kind, saved):
    arrays = KERAS | {"c/kernel": np.zeros((6, 2), np.float32)}
    path = saved(arrays, keras_config=config(*POOLS, kind, "Dense"))
    with pytest.warns(Notice, match="its head takes one number from each map"):
        assert start_in_file(path).size is None
    flat = saved(arrays, keras_config=config(*POOLS, "Flatten", "Dense"))
    assert start_in_file(flat).size == (4, 4)


def test_whether_a_head_fits(saved, tmp_path):
    path = saved(net())
    assert head_fits(path, net())
    assert head_fits(path, models.vgg(LAYERS, 9, (3, 12, 12), (5,), initializer="zeros"))
    assert not head_fits(path, net(hidden=(4,)))
    assert not head_fits(path, net(hidden=()))
    assert not head_fits(path, net(shape=(3, 16, 16)))
    with pytest.raises(ValueError, match=r"w\.pth: .* match no known source"):
        head_fits(saved({"a": np.zeros(2, np.float32)}), net())
    small = models.vgg([4, "M", 6, "M"], 2, (3, 4, 4), (), initializer="zeros")
    arrays = KERAS | {"c/kernel": np.zeros((6, 2), np.float32)}
    assert head_fits(saved(arrays, keras_config=config(*POOLS, "Flatten", "Dense")), small)
    last = config(*POOLS, "GlobalMaxPooling2D", "Dense")
    assert not head_fits(saved(arrays, keras_config=last), small)


def test_names_that_are_of_another_family_than_the_file(saved):
    with pytest.raises(ValueError, match=r"w\.pth: its layers are not those of GoogLeNet$"):
        net_in_file(saved(net()), "googlenet")
    one = FileLayer("conv1.conv", "conv1.conv", {}, 4, 64, 7)
    head = FileLayer("fc", "fc", {}, 1024, 9)
    found = FileLayers("torchvision", [one], [], [head], [], "googlenet")
    for named in (None, "googlenet"):
        assert _net(found, "", named) == ("googlenet", [], True, (4, 224, 224), (), 9)
    with pytest.raises(ValueError, match="it holds the weights of GoogLeNet, not those of vgg16"):
        _net(found, "", "vgg16")
    for lacking in (found._replace(head=[]), found._replace(convolutions=[])):
        with pytest.raises(ValueError, match="it lacks the fully connected layer of GoogLeNet, so"):
            _net(lacking, "", None)
