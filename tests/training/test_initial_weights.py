"""What a training takes from the file that it starts from, before any image is read."""

import json
from pathlib import Path

import pytest

from minivgg import models, weights
from minivgg.models.pretrained.file_net import head_fits
from minivgg.training.initial_weights import (
    find_initial_weights,
    load_initial_weights,
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
