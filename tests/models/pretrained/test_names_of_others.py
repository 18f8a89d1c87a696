"""Names and parts that other programs give to the tensors of a net."""

import numpy as np
import pytest
from support import foreign

from minivgg import models, weights
from minivgg.models.pretrained.registry import CAFFE
from minivgg.utils.notices import Notice

PLAIN = {"mean": (0.0,), "std": (1.0,)}
BIASES = ("features.0.bias", "features.4.bias")


@pytest.fixture
def names():
    """The tensors of a net with batch norm and two fully connected layers, and the net's answer."""
    rng = np.random.default_rng(0)
    net = models.vgg([4, "M", 6, "M"], 3, (3, 8, 8), (5,), batch_norm=True).eval()
    state = {
        name: array if array.ndim == 0 else rng.random(array.shape).astype(np.float32)
        for name, array in net.state_dict().items()
    }
    for name in BIASES:
        state[name][...] = 0
    net.load_state_dict(state)
    return net, state


def renamed(state, *pairs):
    for old, new in pairs:
        state = {name.replace(old, new): array for name, array in state.items()}
    return state


def pruned(state):
    mask = (np.arange(4 * 27).reshape(4, 3, 3, 3) % 2).astype(np.float32)
    state["features.0.weight"] = state["features.0.weight"] * mask
    other = {k: v for k, v in state.items() if k != "features.0.weight"}
    return other | {
        "features.0.weight_orig": state["features.0.weight"] + 7 * (1 - mask),
        "features.0.weight_mask": mask,
    }


VARIANTS = {
    "DataParallel": lambda s: renamed(s, ("features", "module.features"), ("cla", "module.cla")),
    "DataParallel inside": lambda s: renamed(s, ("features.", "features.module.")),
    "torch.compile and Lightning": lambda s: {f"model._orig_mod.{k}": v for k, v in s.items()},
    "another name of the head": lambda s: renamed(
        s, ("classifier.0", "head.fc1"), ("classifier.3", "head.out")
    ),
    "singular": lambda s: renamed(s, ("features.", "feature.")),
    "Dropout first": lambda s: renamed(s, ("classifier.3", "classifier.4"), ("ier.0", "ier.1")),
    "MMPretrain": lambda s: renamed(
        s,
        ("features.0.", "backbone.features.0.conv."),
        ("features.1.", "backbone.features.0.bn."),
        ("features.4.", "backbone.features.2.conv."),
        ("features.5.", "backbone.features.2.bn."),
        ("classifier.", "backbone.classifier."),
    ),
    "no biases": lambda s: {k: v for k, v in s.items() if k not in BIASES},
    "pruned": pruned,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_names_of_other_programs(variant, names, tmp_path, rng):
    net, state = names
    foreign.torch_zip(tmp_path / "w.pth", VARIANTS[variant](state))
    other = models.vgg([4, "M", 6, "M"], 3, (3, 8, 8), (5,), batch_norm=True).eval()
    models.load_weights(other, tmp_path / "w.pth", **PLAIN)
    net.load_state_dict(state)
    x = rng.random((2, 3, 8, 8)).astype(np.float32)
    assert other(x) == pytest.approx(net(x), rel=1e-5)


def test_the_encoder_of_a_larger_model_loads_without_top(names, tmp_path):
    net, state = names
    state = {f"encoder.{k}": v for k, v in state.items() if k.startswith("features")}
    state["decoder.blocks.0.conv1.0.weight"] = np.zeros((4, 4, 3, 3), np.float32)
    foreign.torch_zip(tmp_path / "w.pth", state)
    features = models.Net({"features": net["features"]}, (3, 8, 8))
    with pytest.warns(Notice, match=r"1 tensor beside .* left out \(decoder\)"):
        models.load_weights(features, tmp_path / "w.pth", **PLAIN)
    state["head.0.other"] = np.zeros((4, 4), np.float32)
    foreign.torch_zip(tmp_path / "w.pth", state)
    with pytest.warns(Notice, match=r"2 tensors beside .* left out \(head, decoder\)"):
        models.load_weights(features, tmp_path / "w.pth", **PLAIN)


def test_a_part_of_several_files_and_quantised_layers_are_named(names, tmp_path):
    net, state = names
    first = dict(list(state.items())[:3])
    weights.save(tmp_path / "model-00001-of-00002.safetensors", first)
    with pytest.raises(ValueError, match=r"00002\.safetensors: it is one of 2 files"):
        models.load_weights(net, tmp_path / "model-00001-of-00002.safetensors")
    state["classifier.0.zero_point"] = np.zeros((), np.int64)
    foreign.torch_zip(tmp_path / "q.pth", state)
    with pytest.raises(ValueError, match=r"q\.pth: some of its layers are quantised"):
        models.load_weights(net, tmp_path / "q.pth")


@pytest.mark.parametrize(
    ("name", "order", "normalize"),
    [
        ("vgg16-00b39a1b.pth", -1, CAFFE),
        ("vgg19-d01eb7cb.pth", -1, CAFFE),
        ("vgg16_features-88682ab5.pth", 1, None),
    ],
)
def test_conversions_from_caffe_are_told_by_their_checksum(name, order, normalize, names, tmp_path):
    net, state = names
    foreign.torch_zip(tmp_path / name, state)
    models.load_weights(net, tmp_path / name)
    first = net.arrays()["features.0.weight"]
    assert (first == state["features.0.weight"][:, ::order]).all()
    assert net.preprocessing.std == CAFFE.std
    assert (net.preprocessing == CAFFE) == (normalize == CAFFE)


def test_vgg16_npy_sees_bgr(tmp_path, rng):
    """A dictionary {"conv1_1": [weights, biases]}, as tensorflow-vgg has it."""
    net = models.vgg([4, "M"], 2, (3, 4, 4), ()).eval()
    arrays = foreign.translated(net, net.state_dict(), "frossard")
    stored = {k[:-2]: [v, arrays[f"{k[:-1]}b"]] for k, v in arrays.items() if k[-1] == "W"}
    stored["conv1_1"][0] = np.ascontiguousarray(stored["conv1_1"][0][:, :, ::-1])
    np.save(tmp_path / "vgg16.npy", stored, allow_pickle=True)
    other = models.load_weights(
        models.vgg([4, "M"], 2, (3, 4, 4), ()).eval(), tmp_path / "vgg16.npy"
    )
    x = rng.random((2, 3, 4, 4)).astype(np.float32)
    assert other(x) == pytest.approx(net(x), abs=1e-6)
    assert other.preprocessing == CAFFE


def test_a_file_without_batch_norms_says_so(names, tmp_path):
    net, _ = names
    plain = models.vgg([4, "M", 6, "M"], 3, (3, 8, 8), (5,))
    foreign.torch_zip(tmp_path / "w.pth", plain.state_dict())
    with pytest.raises(
        ValueError, match=r"it lacks features\.1\.weight \(bn1_1\).*batch_norm=False"
    ):
        models.load_weights(net, tmp_path / "w.pth")
