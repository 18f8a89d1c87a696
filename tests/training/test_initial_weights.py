"""What a training takes from the file that it starts from, before any image is read."""

import json
from pathlib import Path

import pytest

from minivgg import models, weights
from minivgg.models.pretrained.file_net import head_fits
from minivgg.training.initial_weights import (
    find_initial_weights,
    load_initial_weights,
    require_start,
    starting_net,
)
from minivgg.utils.notices import Notice

FILES = Path(__file__).parents[1] / "models" / "pretrained" / "data"


@pytest.mark.parametrize(
    ("name", "batch_norm", "hidden"),
    [
        ("rgb.pth", False, ()),
        ("rgb.keras", False, ()),
        ("nested.keras", False, (6,)),
        ("norm.keras", True, ()),
    ],
)
def test_the_files_of_real_libraries_tell_their_nets(name, batch_norm, hidden):
    start = starting_net(str(FILES / name))
    assert (start.net, start.batch_norm, start.hidden) == ([4, "M"], batch_norm, hidden)
    assert (start.channels, start.size) == (3, (4, 4))


def test_global_pooling_leaves_the_size_open_and_is_told():
    with pytest.warns(Notice, match="only the convolutions are used"):
        start = starting_net(str(FILES / "pooled.keras"))
    assert (start.net, start.hidden, start.size) == ([4, "M"], (), None)


def test_a_published_net_has_its_name(tmp_path):
    net = models.vgg("vgg11_bn", 5, (3, 64, 64), (8,), initializer="zeros")
    models.save_weights(net, tmp_path / "w.safetensors")
    start = starting_net(str(tmp_path / "w.safetensors"))
    assert (start.net, start.batch_norm, start.hidden) == ("vgg11", True, (8,))
    assert start.size == (64, 64)


@pytest.mark.parametrize(
    ("size", "hidden", "fits"), [(16, (9,), True), (8, (9,), False), (16, (), False)]
)
def test_a_head_of_another_size_is_left_new(tmp_path, size, hidden, fits):
    net = models.vgg([4, "M"], 5, (3, 16, 16), (9,))
    models.save_weights(net, tmp_path / "w.pth")
    other = models.vgg([4, "M"], 2, (3, size, size), hidden)
    assert head_fits(tmp_path / "w.pth", other) == fits
    with pytest.warns(Notice, match="assumed"):
        taken = load_initial_weights(other, tmp_path / "w.pth")
    assert taken == ["conv1_1", "fc2"][: 1 + fits]
    assert (other.arrays()["features.0.weight"] == net.arrays()["features.0.weight"]).all()


def test_weights_in_several_files_start_a_training_by_their_index(tmp_path):
    net = models.vgg([4, "M"], 2, (3, 16, 16), (9,))
    weights.save(tmp_path / "a.safetensors", net.arrays())
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": dict.fromkeys(net.arrays(), "a.safetensors")}))
    start = find_initial_weights(str(index), {}, progress=False)
    assert start == index
    assert starting_net(str(index)).hidden == (9,)
    other = models.vgg([4, "M"], 2, (3, 16, 16), (9,))
    with pytest.warns(Notice, match="assumed"):
        assert load_initial_weights(other, start) == ["conv1_1", "fc2", "fc3"]
    with pytest.raises(FileNotFoundError, match="not of a run: to start from them, name their ind"):
        find_initial_weights(str(tmp_path), {}, progress=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vgg16", ("vgg16", None, False, False, 3, (224, 224))),
        ("vgg11_bn", ("vgg11", None, True, False, 3, (224, 224))),
        ("vgg16-pool3", ("64,64,M,128,128,M,256,256,256,M", (), False, True, 3, (64, 64))),
    ],
)  # fmt: skip
def test_nets_to_start_from_by_their_names(name, expected):
    start = starting_net(name)
    found = (start.net, start.hidden, start.batch_norm, start.mean_only, start.channels, start.size)
    assert found == expected
    assert starting_net("imagenet") is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.safetensors", "^there is no weights file none.safetensors$"),
        ("vgg-16", "^there is no run folder, file or net vgg-16: did you mean vgg16"),
        ("cifra10", "^there is no .*cifra10: did you mean cifar10"),
        ("qqqqqqqq", "^there is no run folder, file or net qqqqqqqq: the nets are imagenet, "),
    ],
)
def test_what_there_is_not_to_start_from(tmp_path, monkeypatch, name, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=words):
        require_start(name)
    for known in ("imagenet", "vgg16-pool3", "vgg16", str(tmp_path)):
        require_start(known)
    assert find_initial_weights(None, {}, False) is None
    assert find_initial_weights("", {}, False) is None
