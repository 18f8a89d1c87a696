"""What a name or a path shows, and the sentences about what cannot be shown."""

import shutil
from contextlib import nullcontext

import pytest

from minivgg import data, models
from minivgg.explorer import page, sources
from minivgg.explorer.sources import DEFAULT, DIGITS_FOLDER, SHIPPED, content_of


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_nets_are_found_by_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = content_of([name])
    assert [net["name"] for net in content.nets] == [name]
    assert content.stack is None


def test_a_run_folder_is_shown_under_its_name(tmp_path):
    shutil.copytree(DIGITS_FOLDER, tmp_path / "mine")
    (net,) = content_of([str(tmp_path / "mine")]).nets
    assert net["name"] == "mine"
    assert net["classes"] == list("0123456789")
    assert net["input"] == {"channels": 1, "height": 8, "width": 8}


def test_a_file_of_weights_is_shown(tmp_path):
    net = models.vgg([8, "M", 8, "M"], 5, (3, 32, 32), (16,))
    net.preprocessing = data.Normalize((0.5,) * 3, (0.25,) * 3)
    models.save_weights(net, tmp_path / "small.safetensors", {"classes": '["a","b","c","d","e"]'})
    (found,) = content_of([str(tmp_path / "small.safetensors")]).nets
    assert found["name"] == found["title"] == "small.safetensors"
    assert found["classes"] == list("abcde")
    assert [layer["name"] for layer in found["layers"] if "weight" in layer] == [
        "conv1_1", "conv2_1", "fc3", "fc4"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "name"),
    [("my run", "my-run"), ("숫자", "net"), ("a'<b>&#;=", "a-b"), ("a" * 99, "a" * 60)],
)
def test_a_name_can_stand_in_an_address_and_the_title_is_that_of_the_folder(folder, name, tmp_path):
    shutil.copytree(DIGITS_FOLDER, tmp_path / folder)
    (net,) = content_of([str(tmp_path / folder)]).nets
    assert (net["name"], net["title"]) == (name, folder)


def test_nets_of_the_same_name_have_other_names_in_the_address(tmp_path):
    shutil.copytree(DIGITS_FOLDER, tmp_path / "digits")
    content = content_of(["digits", str(tmp_path / "digits")])
    assert [net["name"] for net in content.nets] == ["digits", "digits-2"]


@pytest.mark.parametrize(
    ("name", "preset"),
    [("A", "A"), ("e", "E"), ("b-5X5", "B-5x5"), ("vgg19", "E"), ("alexnet", "AlexNet")],
)
def test_nets_of_the_paper_are_built_without_weights(name, preset):
    assert content_of([name]) == ([], {"preset": preset})


def test_vgg16_is_built_whole_and_seen_as_far_as_there_are_weights():
    content = content_of(["vgg16"])
    assert [net["name"] for net in content.nets] == ["vgg16-pool3"]
    assert content.stack == {"preset": "D"}


def test_a_list_of_layers_is_built():
    content = content_of([" 64, 64x5,M,LRN,96x11s4p0g2b0,M3s2,F10, "], None, (1, 28, 28))
    assert content.stack == {
        "text": "64,64x5,M,LRN,96x11s4p0g2b0,M3s2,F10",
        "input": {"channels": 1, "height": 28, "width": 28},
    }
    assert content_of(["64"]).stack["input"] == {"channels": 3, "height": 224, "width": 224}


def test_the_largest_stack_and_the_largest_pictures():
    (text, size) = content_of(["64," * 64], None, (65536, 4096, 4096)).stack.values()
    assert text == ",".join(["64"] * 64)
    assert size == {"channels": 65536, "height": 4096, "width": 4096}
    assert content_of(["M,"], None, (1, 1, 1)).stack["text"] == "M"


def test_small_nets_are_built_with_their_input_and_head():
    stack = content_of(["small-8x8"]).stack
    assert stack["text"] == "32,32,M,64,64,M,F128,F10"
    assert stack["input"] == {"channels": 1, "height": 8, "width": 8}


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["digitz"], {}, "there is no net 'digitz': did you mean 'digits'"),
        (["nothing"], {}, "there is no folder nothing"),
        (["64,Q"], {}, "'Q' is not a layer"),
        (["64,-3"], {}, "'-3' is not a layer"),
        (["64," * 65], {}, "at most 64 layers, got 65"),
        (["A", "B"], {}, "begins with one stack"),
        (["A"], {"layers": 3}, "--layers is for nets with weights"),
        (["A"], {"input_shape": (3, 32, 32)}, "--input is for a list of layers"),
        (["digits"], {"input_shape": (3, 32, 32)}, "--input is for a list of layers"),
        (
            ["64"],
            {"input_shape": (3, 0, 32)},
            "--input is channels, height and width: 1 to 65,",
        ),
        (["64"], {"input_shape": (3, 32, 4097)}, "and 1 to 4,096 pixels, got 3 32 4097"),
        (["64"], {"input_shape": (3, 4097, 32)}, "and 1 to 4,096 pixels, got 3 4097 32"),
        (["64"], {"input_shape": (0, 8, 8)}, "--input is channels, height and width"),
        (["64"], {"input_shape": (65537, 8, 8)}, "--input is channels, height and width"),
        (["digits"], {"layers": 0}, "--layers must be from 1 to 6"),
        (["digits"], {"layers": 7}, "--layers must be from 1 to 6"),
        ([""], {}, "the name of a run folder is empty"),
    ],
)
def test_what_cannot_be_shown_is_said(names, options, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, OSError), match=message):
        content_of(names, **options)


def test_a_folder_without_weights_is_refused(tmp_path):
    shutil.copytree(DIGITS_FOLDER, tmp_path / "run")
    (tmp_path / "run" / "weights.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match="has no weights yet"):
        content_of([str(tmp_path / "run")])


def test_damaged_weights_are_refused(tmp_path):
    shutil.copytree(DIGITS_FOLDER, tmp_path / "run")
    path = tmp_path / "run" / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(OSError, match=r"weights\.safetensors"):
        content_of([str(tmp_path / "run")])


def test_a_net_for_other_pictures_is_refused(tmp_path):
    net = models.vgg([8, "M", 8, "M"], 5, (4, 32, 32), (16,))
    net.preprocessing = data.Normalize((0.5,) * 4, (0.25,) * 4)
    models.save_weights(net, tmp_path / "four.safetensors")
    with pytest.raises((ValueError, OSError), match="takes pictures of 4 channels"):
        content_of([str(tmp_path / "four.safetensors")])


@pytest.mark.parametrize(("largest", "is_refused"), [(1_000_000, False), (999_999, True)])
def test_a_net_with_more_feature_maps_than_a_page_can_hold_is_refused(
    largest, is_refused, monkeypatch
):
    net = models.vgg([8, "M"], 2, (1, 4, 6), ())
    totals = type("Totals", (), {"activations": 1_000_000})
    monkeypatch.setattr(models, "summary", lambda net, shape: totals)
    monkeypatch.setattr(sources, "MOST_MAPS", largest)
    sentence = "n computes 1,000,000 numbers for a picture of 6×4 pixels, and a page can hold 999,9"
    with pytest.raises(ValueError, match=sentence) if is_refused else nullcontext():
        assert sources._checked(net, "n", None, None)["title"] == "n"


def test_a_run_folder_wins_over_a_net_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(DIGITS_FOLDER, tmp_path / "cifar10")
    (net,) = content_of(["cifar10"]).nets
    assert net["input"] == {"channels": 1, "height": 8, "width": 8}
    (tmp_path / "vgg16").mkdir()
    with pytest.raises(FileNotFoundError, match="vgg16"):
        content_of(["vgg16"])
    (tmp_path / "A").mkdir()
    with pytest.raises(FileNotFoundError, match="A"):
        content_of(["A"])


def test_a_run_in_the_usual_folder_is_suggested_before_a_net(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "digitz").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match="digitz"):
        content_of(["digitz"])


def test_the_second_and_third_net_of_a_name_are_numbered(tmp_path):
    for name in ("a", "b"):
        shutil.copytree(DIGITS_FOLDER, tmp_path / name / "digits")
    names = ["digits", "cifar10", *(str(tmp_path / name / "digits") for name in ("a", "b"))]
    found = [net["name"] for net in content_of(names, layers=1).nets]
    assert found == ["digits", "cifar10", "digits-3", "digits-4"]


def test_the_default_page_has_a_net_for_digits_and_one_for_photographs():
    assert DEFAULT == ("digits", "cifar10")
    assert "explorer-data" in page(content_of(DEFAULT).nets)
