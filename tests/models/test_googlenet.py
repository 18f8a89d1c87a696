"""GoogLeNet to the last parameter, and files of its weights."""

import copy
import sys

import numpy as np
import pytest
from support.compare import error

from minivgg import backend, layers, models, weights
from minivgg.analysis.gradcheck import gradcheck
from minivgg.evaluation.predictor import Predictor
from minivgg.models.inception import Inception, inception
from minivgg.models.pretrained.registry import GOOGLENET_PIXELS, PUBLISHED
from minivgg.utils.notices import Notice

SMALL = {"classes": 3, "input_shape": (3, 32, 32)}


@pytest.fixture(scope="module")
def zeros():
    """The whole net, for shapes and counts."""
    return models.googlenet(initializer="zeros")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """(a small net, a file of its weights with side heads, as torchvision writes them)."""
    net = models.googlenet(**SMALL)
    state = net.state_dict() | {
        "aux1.conv.conv.weight": np.zeros((128, 512, 1, 1), np.float32),
        "aux2.fc2.bias": np.zeros(3, np.float32),
    }
    path = tmp_path_factory.mktemp("googlenet") / "weights.pth"
    weights.save_torch(path, state, {})
    return net, path


def test_parameters_and_multiply_adds_to_the_last_digit(zeros):
    table = models.summary(zeros, zeros.input_shape)
    assert table.parameters == 6_624_904  # torchvision's "num_params"
    assert round(table.macs / 1e9, 3) == 1.498  # torchvision's "_ops"
    # four bytes for each number, with the side heads and what describes them
    side_heads = 2 * (128 * 4 + 2048 * 1024 + 1024 + 1024 * 1000 + 1000) + 128 * (512 + 528)
    numbers = (
        table.parameters
        + side_heads
        + 2
        * sum(
            layer.num_features
            for layer in zeros.descendants()
            if isinstance(layer, layers.BatchNorm2d)
        )
    )
    assert 3_000 < PUBLISHED["googlenet"].size - 4 * numbers < 150_000


def test_maps_and_fields_are_those_of_table_1(zeros):
    """The output sizes of the paper's table; fields with 3×3 in place of 5×5."""
    rows = {row.name: row for row in models.summary(zeros, zeros.input_shape).rows}
    ends = {
        "maxpool1": (64, 56, 56), "maxpool2": (192, 28, 28), "inception3a": (256, 28, 28),
        "inception3b": (480, 28, 28), "maxpool3": (480, 14, 14), "inception4a": (512, 14, 14),
        "inception4c": (512, 14, 14), "inception4d": (528, 14, 14), "inception4e": (832, 14, 14),
        "maxpool4": (832, 7, 7), "inception5a": (832, 7, 7), "inception5b": (1024, 7, 7),
        "avgpool": (1024,), "fc": (1000,),
    }  # fmt: skip
    assert {name: rows[name].output_shape for name in ends} == ends
    fields = [
        rows[name].receptive_field[0].size for name in ("maxpool2", "inception3a", "inception5b")
    ]
    assert fields == [27, 27 + 2 * 8, 379]


def test_names_are_torchvisions(zeros):
    names = list(zeros.state_dict())
    assert names[:6] == [
        f"conv1.{name}"
        for name in (
            "conv.weight",
            *(
                "bn.weight",
                "bn.bias",
                "bn.running_mean",
                "bn.running_var",
                "bn.num_batches_tracked",
            ),
        )
    ]
    assert {"inception3a.branch1.conv.weight", "inception5b.branch4.1.bn.bias", "fc.bias"} < {
        *names
    }
    assert len(names) == 57 * 6 + 2


def test_the_gradients_of_an_inception_block_are_right(rng):
    block = inception(3, Inception(2, 2, 3, 1, 2, 2))
    assert block.output_shape((3, 4, 5)) == (9, 4, 5)
    assert gradcheck(block, rng.standard_normal((2, 3, 4, 5)), samples=8)


def test_an_inception_block_on_every_device(rng, device):
    """Branches get slices of the gradient, which are not dense in memory."""
    block = inception(3, Inception(2, 2, 3, 1, 2, 2)).to("cpu", "float64")
    x, dy = (rng.standard_normal((2, c, 4, 5)) for c in (3, 9))
    moved = copy.deepcopy(block).to(device)
    expected = block(x), block.backward(dy)
    found = moved(backend.to_device(x, device)), moved.backward(backend.to_device(dy, device))
    for ours, right in zip(found, expected, strict=True):
        assert backend.device_of(ours) == device
        assert error(ours, right) < 1e-12
    for name, p in block.parameters().items():
        found_grad = backend.to_numpy(moved.parameters()[name].grad)
        # the terms of these sums are about 1, and those of a bias can nearly cancel
        np.testing.assert_allclose(found_grad, p.grad, rtol=1e-12, atol=1e-13)


@pytest.mark.slow
def test_it_learns_and_can_be_copied(rng):
    net = models.googlenet(**SMALL)
    x = rng.standard_normal((4, 3, 32, 32)).astype(np.float32)
    twin = copy.deepcopy(net)
    y = net(x)
    assert y.shape == (4, 3)
    net.backward_parameters(np.ones_like(y))
    assert all(np.abs(p.grad).max() > 0 for p in net.parameters().values())
    assert not any(p.grad.any() for p in twin.parameters().values())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"input_shape": (3, 30, 31)},
            "nothing is left of images of 30×31 pixels: use at least 31×31",
        ),
        ({"input_shape": (224, 224)}, r"input_shape must be \(channels, height, width\)"),
        ({"input_shape": (3, 64.5, 64)}, r"input_shape must be \(channels, height, width\), got"),
        ({"input_shape": 64}, r"input_shape must be \(channels, height, width\), got 64"),
        ({"input_shape": (3, 10**9, 64)}, "at most 65,536 channels and sides of 65,536 pixels"),
        ({"classes": 0}, "classes must be a number from 1 to 4,194,304, got 0"),
        ({"classes": 10**12}, "classes must be a number from 1 to 4,194,304"),
        ({"weights": "IMAGENET1K_V1"}, "weights 'IMAGENET1K_V1' are called 'imagenet' here"),
        ({"weights": "imagenet", "classes": 5}, r"then models.replace_head\(net, 5\)"),
    ],
)
def test_wrong_options_are_refused(options, words):
    with pytest.raises(ValueError, match=f"googlenet: .*{words}"):
        models.googlenet(**options)


def test_side_heads_of_a_file_are_left_out_with_a_word(saved):
    net, path = saved
    with pytest.warns(Notice) as notices:
        loaded = models.googlenet(path, **SMALL)
    told = "\n".join(str(notice.message) for notice in notices)
    assert "2 tensors beside the convolutions and their head left out (aux1, aux2)" in told
    assert "assumed: RGB, mean 0.5 and std 0.5" in told
    assert loaded.preprocessing == GOOGLENET_PIXELS
    theirs = net.arrays()
    assert all((a == theirs[name]).all() for name, a in loaded.arrays().items())


def test_what_the_published_weights_expect_is_known(saved, tmp_path):
    """They are told by the checksum in the name, and no assumption is needed."""
    net, _ = saved
    assert "1378be20" in PUBLISHED["googlenet"].file
    weights.save_torch(tmp_path / PUBLISHED["googlenet"].file, net.state_dict(), {})
    loaded = models.googlenet(tmp_path / PUBLISHED["googlenet"].file, **SMALL)
    assert loaded.preprocessing == GOOGLENET_PIXELS


def renamed(prefix):
    return lambda s: {f"{prefix}{name}": array for name, array in s.items()}


def pruned(s):
    """As torch.nn.utils.prune stores it."""
    weight = s.pop("conv1.conv.weight")
    return s | {"conv1.conv.weight_orig": weight, "conv1.conv.weight_mask": np.ones_like(weight)}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (renamed("module."), "(aux1)"),
        (renamed("backbone."), "(aux1)"),
        (lambda s: {k.replace("3a.", "3a.module."): a for k, a in s.items()}, "(aux1)"),
        (lambda s: {k.replace("fc.", "classifier.1."): a for k, a in s.items()}, "(aux1)"),
        (lambda s: {k: a for k, a in s.items() if "num_batches_tracked" not in k}, "(aux1)"),
        (lambda s: s | {"seed": np.zeros((), np.float32)}, "(aux1)"),
        (lambda s: renamed("model.")(s) | {"other.x": np.ones(2, np.float32)}, "(other, aux1)"),
        (pruned, "(aux1)"),
        (lambda s: renamed("model.")(s) | renamed("ema_model.")(s), "model was taken, not ema"),
        (lambda s: renamed("model.")(s) | renamed("ema_model.")(s), "(ema_model, aux1)"),
    ],
)
@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")
def test_files_of_wrappers_are_read_as_those_of_vgg_are(change, told, saved, tmp_path):
    net, _ = saved
    state = net.state_dict() | {"aux1.conv.bn.weight": np.ones(2, np.float32)}
    weights.save(tmp_path / "w.safetensors", change(state))
    with pytest.warns(Notice) as notices:
        loaded = models.googlenet(tmp_path / "w.safetensors", **SMALL)
    assert told in "\n".join(str(notice.message) for notice in notices)
    theirs = net.arrays()
    assert all((a == theirs[name]).all() for name, a in loaded.arrays().items())


def test_a_file_without_a_head_is_loaded_for_other_classes(saved, tmp_path):
    net, _ = saved
    body = {name: array for name, array in net.state_dict().items() if not name.startswith("fc.")}
    weights.save(tmp_path / "w.safetensors", body)
    other = models.googlenet(**SMALL)
    with pytest.raises(ValueError, match=r"it lacks fc\.weight, 3×1024: .* with new_head=True"):
        models.load_weights(other, tmp_path / "w.safetensors")
    models.load_weights(other, tmp_path / "w.safetensors", True, mean=(0.5,), std=(0.5,))
    assert (other.arrays()["conv1.conv.weight"] == body["conv1.conv.weight"]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda s: [s.update({f"b.{name}": array}) for name, array in list(s.items())],
            "it holds several nets, b, one without a name: save the state_dict",
        ),
        (
            lambda s: s.update({"fc._packed_params.dtype": s["fc.bias"]}),
            "some of its layers are quantised",
        ),
        (
            lambda s: s.update({"fc2.weight": np.zeros((2, 3), np.float32)}),
            "its head has 2 layers, 1024→3→2, and that of GoogLeNet has 1$",
        ),
        (
            lambda s: [s.pop(name) for name in list(s) if ".bn." in name],
            r"it lacks conv1.bn.weight, 64: it has no batch norms \(exports to ONNX",
        ),
        (
            lambda s: s.pop("inception4a.branch2.1.bn.bias"),
            r"it lacks inception4a.branch2.1.bn.bias, 208$",
        ),
        (lambda s: s.update(extra=s["fc.bias"]), "it has extra, 3, which the net does not have"),
        (
            lambda s: s.update({"fc.bias": np.zeros(4, np.float32)}),
            "its fc.bias is 4, but the net's fc.bias is 3; for other classes load with new_head",
        ),
    ],
)
def test_weights_that_do_not_fit_are_refused(change, words, saved, tmp_path):
    state = saved[0].state_dict()
    change(state)
    weights.save(tmp_path / "w.safetensors", state)
    with pytest.raises(ValueError, match=words):
        models.googlenet(tmp_path / "w.safetensors", **SMALL)


def test_weights_of_another_family_are_refused(saved, tmp_path):
    vgg = models.vgg([4, "M"], 3, (3, 32, 32), ())
    models.save_weights(vgg, tmp_path / "vgg.safetensors")
    with pytest.raises(ValueError, match="its layers are not those of GoogLeNet"):
        models.googlenet(tmp_path / "vgg.safetensors", **SMALL)
    with pytest.raises(ValueError, match=r"which is another net: models\.googlenet builds it"):
        models.load_weights(vgg, saved[1])
    with pytest.raises(ValueError, match="it holds the weights of GoogLeNet, not those of vgg16"):
        Predictor.from_weights("vgg16", saved[1])


@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")
def test_a_file_tells_its_net(saved):
    predictor = Predictor.from_weights(weights=saved[1])
    assert (predictor.name, predictor.model.shape) == ("googlenet", (3, 224, 224))
    assert predictor.classes == ["class 0", "class 1", "class 2"]


def test_transfer_learning_from_a_block_on():
    net = models.replace_head(models.googlenet(initializer="zeros"), 2)
    assert net["fc"].out_features == 2
    assert {name for name, p in models.freeze(net).parameters().items() if not p.frozen} == {
        "fc.weight",
        "fc.bias",
    }
    learned = [
        name for name, p in models.freeze(net, "inception4e").parameters().items() if not p.frozen
    ]
    assert learned[0] == "inception5a.branch1.conv.weight"
    assert models.truncate(net, "inception4a").output_shape((3, 224, 224)) == (512, 14, 14)


def test_the_published_weights_are_fetched_and_loaded(monkeypatch):
    """With a bar unless it is turned off; new weights need not be drawn for them."""
    asked, loaded = [], []
    module = sys.modules["minivgg.models.googlenet"]
    monkeypatch.setattr(module, "imagenet_file", lambda *given: asked.append(given) or "a file")
    monkeypatch.setattr(module, "load_weights", lambda *given: loaded.append(given) or "a net")
    assert models.googlenet("imagenet") == "a net"
    assert models.googlenet("imagenet", progress=False) == "a net"
    assert asked == [("googlenet", True), ("googlenet", False)]
    ((net, file), _) = loaded
    assert file == "a file"
    assert not net["fc"].weight.data.any()
    assert models.googlenet("b", **SMALL) == "a net"
    assert (len(asked), loaded[2][1]) == (2, "b")
