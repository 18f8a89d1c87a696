"""The VGG family: parameters, multiply-adds and receptive fields equal the published tables."""

import numpy as np
import pytest

from minivgg import backend, layers, models
from minivgg.analysis import receptive_field, trace

# Totals and convolution parts, computed from Table 1; A, B, D, E equal torchvision's. Table 2 of
# the paper gives them in millions.
PARAMETERS = {
    "A": (9_220_480, 132_863_336, 133),
    "A-LRN": (9_220_480, 132_863_336, 133),
    "B": (9_404_992, 133_047_848, 133),
    "C": (9_996_096, 133_638_952, 134),
    "D": (14_714_688, 138_357_544, 138),
    "E": (20_024_384, 143_667_240, 144),
    "B-5x5": (10_860_672, 134_503_528, None),
}
GIGA_MACS = {
    "A": 7.609,
    "A-LRN": 7.609,
    "B": 11.308,
    "C": 11.771,
    "D": 15.470,
    "E": 19.632,
}
WEIGHT_LAYERS = {"A": 11, "A-LRN": 11, "B": 13, "C": 16, "D": 16, "E": 19}
# field after each max-pool, then of fc6
RECEPTIVE_FIELDS = {
    "A": [4, 10, 30, 70, 150, 342],
    "B": [6, 16, 36, 76, 156, 348],
    "C": [6, 16, 36, 76, 156, 348],
    "D": [6, 16, 44, 100, 212, 404],
    "E": [6, 16, 52, 124, 268, 460],
}
# torchvision's indices of the convolutions
INDICES = {
    "vgg11": [0, 3, 6, 8, 11, 13, 16, 18],
    "vgg13": [0, 2, 5, 7, 10, 12, 15, 17, 20, 22],
    "vgg16": [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28],
    "vgg19": [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34],
    "vgg16_bn": [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40],
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_to_the_last_digit(name):
    net = models.vgg(name, initializer="zeros")
    convolutions, total, millions = PARAMETERS[name]
    summary = models.summary(net, (3, 224, 224))
    assert sum(p.data.size for p in net["features"].parameters().values()) == convolutions
    assert sum(p.data.size for p in net["classifier"].parameters().values()) == 123_642_856
    assert sum(p.data.size for p in net.parameters().values()) == summary.parameters == total
    if millions:
        assert round(total / 1e6) == millions


@pytest.mark.parametrize("name", GIGA_MACS)
def test_multiply_adds(name):
    net = models.vgg(name, initializer="zeros")
    assert round(models.summary(net, (3, 224, 224)).macs / 1e9, 3) == GIGA_MACS[name]
    assert net.macs((3, 224, 224)) == models.summary(net, (3, 224, 224)).macs


@pytest.mark.parametrize("name", WEIGHT_LAYERS)
def test_weight_layers(name):
    kinds = [row.layer for row in trace(models.vgg(name, initializer="zeros"), (3, 224, 224))]
    assert (
        sum(isinstance(layer, layers.Conv2d | layers.Linear) for layer in kinds)
        == WEIGHT_LAYERS[name]
    )


@pytest.mark.parametrize("name", RECEPTIVE_FIELDS)
def test_receptive_fields(name):
    rows = trace(models.vgg(name, initializer="zeros"), (3, 224, 224))
    seen = [
        row.receptive_field[0].size
        for row in rows
        if isinstance(row.layer, layers.MaxPool2d) or row.name == "classifier.0"
    ]
    assert seen == RECEPTIVE_FIELDS[name]


def test_every_receptive_field_of_vgg16():
    """(field, jump) after each convolution and pool of VGG-16."""
    rows = trace(models.vgg("D", initializer="zeros"), (3, 224, 224))
    found = [
        (row.receptive_field[0].size, row.receptive_field[0].jump)
        for row in rows
        if isinstance(row.layer, layers.Conv2d | layers.MaxPool2d)
    ]
    block = {
        1: [3, 5, 6],
        2: [10, 14, 16],
        3: [24, 32, 40, 44],
        4: [60, 76, 92, 100],
        5: [132, 164, 196, 212],
    }
    expected = [
        (r, 2 ** (b if i == len(fields) - 1 else b - 1))
        for b, fields in block.items()
        for i, r in enumerate(fields)
    ]
    assert found == expected


def test_three_3x3_see_what_one_7x7_sees():
    assert receptive_field([(3, 1)] * 3) == receptive_field([(7, 1)]) == (7, 1)
    assert receptive_field([(3, 1)] * 2) == receptive_field([(5, 1)]) == (5, 1)


@pytest.mark.parametrize("name", ["vgg11", "vgg16_bn"])
def test_places_of_convolutions_are_torchvisions(name):
    features = getattr(models, name)(initializer="zeros", include_top=False)["features"]
    places = [int(key) for key, layer in features.children().items() if hasattr(layer, "groups")]
    assert places == INDICES[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", INDICES)
def test_names_are_torchvisions(name):
    state = getattr(models, name)(initializer="zeros").state_dict()
    weights = [
        int(key.split(".")[1])
        for key, a in state.items()
        if key.startswith("features") and a.ndim == 4
    ]
    assert weights == INDICES[name]
    assert [key for key in state if key.startswith("classifier")] == [
        f"classifier.{i}.{part}" for i in (0, 3, 6) for part in ("weight", "bias")
    ]
    assert state["classifier.0.weight"].shape == (4096, 25088)
    if name.endswith("_bn"):
        statistics = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
        assert [key for key in state if key.startswith("features.1.")] == [
            f"features.1.{part}" for part in statistics
        ]


def test_where_lrn_and_1x1_stand():
    kinds = [
        type(layer).__name__ for layer in models.vgg("A-LRN", initializer="zeros")["features"]
    ][:4]
    assert kinds == ["Conv2d", "ReLU", "LocalResponseNorm", "MaxPool2d"]
    ones = [
        layer
        for layer in models.vgg("C", initializer="zeros")["features"]
        if getattr(layer, "kernel_size", None) == (1, 1)
    ]
    assert [(layer.out_channels, layer.padding) for layer in ones] == [
        (256, (0, 0)),
        (512, (0, 0)),
        (512, (0, 0)),
    ]


def test_dropout_follows_the_first_two_fully_connected_layers_only():
    kinds = [type(layer).__name__ for layer in models.vgg("A", initializer="zeros")["classifier"]]
    assert kinds == ["Linear", "ReLU", "Dropout", "Linear", "ReLU", "Dropout", "Linear"]


@pytest.mark.parametrize(
    ("name", "shape"),
    [("small-8x8", (1, 8, 8)), ("small-28x28", (1, 28, 28)), ("small-32x32", (3, 32, 32))],
)
def test_small_nets_take_the_images_they_are_named_for(name, shape):
    net = models.vgg(name, 10).eval()
    assert net(np.zeros((2, *shape), np.float32)).shape == (2, 10)


@pytest.mark.parametrize("name", ["VGG16", "d", "Vgg16_BN", "SMALL-8x8"])
def test_names_in_any_case(name):
    models.resolve(name)


def test_a_list_is_a_configuration():
    net = models.vgg([4, (6, 1), "LRN", "M", 8, "M"], 3, (1, 12, 8), hidden=(5,), batch_norm=True)
    assert net(np.ones((2, 1, 12, 8), np.float32)).shape == (2, 3)
    assert net["classifier"][0].in_features == 8 * 3 * 2
    assert [
        key for key in models.vgg([4], 3, (1, 4, 4), hidden=()).parameters() if "classifier" in key
    ] == [
        "classifier.0.weight",
        "classifier.0.bias",
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("vgg61",), ValueError, "unknown configuration 'vgg61': did you mean .*vgg16"),
        (("small-32x23",), ValueError, "did you mean small-32x32"),
        ((7,), TypeError, "a name or a list"),
        ((["64"],), ValueError, "'64' is not a valid layer"),
        (([(8, 2)],), ValueError, "odd kernel size"),
        (
            ("E", 10, (3, 16, 16)),
            ValueError,
            "nothing is left of 16×16 pixels: use images of at least 32×32",
        ),
        (([4, "M"], 2, (1, 1, 4), ()), ValueError, "nothing is left of 1×4 pixels: use .* 2×2"),
        (([4, "M"], 2, (1, 4, 1), ()), ValueError, "1 max-pools halve the image 1 times"),
        (("A", 10, (224, 224)), ValueError, "input_shape must be"),
        (("A", 0), ValueError, "each at least 1, got 0"),
        (("A", 10, None, (0,)), ValueError, "each at least 1"),
        (("A", 10, None, 128), ValueError, "hidden a tuple"),
    ],
)
def test_wrong_nets_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        models.vgg(*arguments)


@pytest.mark.parametrize(
    ("configuration", "settings", "message"),
    [
        ([1] * 300_000, {}, "a configuration of 300,000 layers is too long; at most 1,000"),
        (
            [60_000, 60_000],
            {},
            "have 33,600,540,000 weights, which take 134.4 GB, and",
        ),
        ([1 << 17], {}, "a convolution has at most 65,536 filters"),
        ([1], {"input_shape": (1, 10**9, 10**9)}, "sides of 65,536 pixels, got"),
        ([1], {"input_shape": (10**6, 8, 8)}, "at most 65,536 channels"),
        ([1], {"hidden": (10**6, 10**6)}, "the net would have 1,010,0.* weights"),
        ([1], {"classes": 10**9}, "and a fully connected layer 4,194,304 outputs"),
        ([1, (2, 65_001)], {}, "the net would have 8,4.* weights"),
    ],
)
def test_nets_that_are_too_large_are_refused_before_memory_is_taken(
    configuration, settings, message
):
    """As the config.json of a stranger's run may describe them."""
    settings = {"classes": 2, "input_shape": (1, 100, 100), "hidden": ()} | settings
    with pytest.raises(ValueError, match=message):
        models.vgg(configuration, **settings)


def test_zeros_take_no_memory_so_a_large_net_of_zeros_is_built(monkeypatch):
    monkeypatch.setattr(backend, "free_memory", lambda device: 1000)
    settings = {"classes": 2, "input_shape": (1, 8, 8), "hidden": ()}
    with pytest.raises(ValueError, match=r"take 0\.0 GB, and 0\.0 GB of memory are free"):
        models.vgg([16, "M", 32], **settings)
    models.vgg([16, "M", 32], **settings, initializer="zeros")


@pytest.mark.parametrize("initializer", ["zeros", lambda shape, *_: np.full(shape, 7.0)])
def test_the_initializer_reaches_every_layer_also_the_last(initializer):
    net = models.vgg([2, "M", 3], 4, (1, 8, 8), hidden=(5, 6), initializer=initializer)
    weights = [p.data for p in net.parameters().values() if p.data.ndim > 1]
    assert len(weights) == 5
    assert {float(w.flat[0]) for w in weights} == {0.0 if initializer == "zeros" else 7.0}


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("small-8x8", 99_178),
        ("small-28x28", 584_170),
        ("small-32x32", 814_122),
        ("medium-32x32", 1_096_810),
    ],
)
def test_the_nets_of_small_images_are_as_before(name, parameters):
    """Weights that were saved have these shapes."""
    net = models.vgg(name, 10, initializer="zeros")
    assert sum(p.data.size for p in net.parameters().values()) == parameters
