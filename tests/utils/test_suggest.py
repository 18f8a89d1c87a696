"""Mistyped names get the nearest one, and the names of other libraries get ours."""

import pytest

from minivgg import models
from minivgg.cli import parser
from minivgg.layers.initializers import INITIALIZERS
from minivgg.utils.foreign_spellings import NAMES, OPTIONS, about_option, our_name
from minivgg.utils.suggest import suggest, which_there_are

LAYERS = ["conv1_1", "conv5_3", "pool4", "pool5", "fc6", "fc7", "fc8"]


@pytest.mark.parametrize(
    ("theirs", "known", "ours"),
    [
        ("fc2", LAYERS, "fc7"),
        ("predictions", LAYERS, "fc8"),
        ("block5_pool", LAYERS, "pool5"),
        ("block5_conv3", LAYERS, "conv5_3"),
        ("IMAGENET1K_V1", ["imagenet"], "imagenet"),
        (True, ["imagenet", "zeros"], "imagenet"),
        ("cuda:1", ["cpu", "gpu:1"], "gpu:1"),
        ("vgg-16", list(models.IMAGENET), "vgg16"),
        ("center", ["centre", "dense"], "centre"),
        # not in the table, or ours is not there: the nearest
        ("conv53", LAYERS, "conv5_3"),
        ("fc2", ["fc4", "fc2_"], "fc2_"),
    ],
)
def test_the_name_that_is_meant(theirs, known, ours):
    assert suggest(theirs, known) == ours


def test_what_is_similar_to_nothing_gets_no_suggestion():
    assert suggest("xyz", LAYERS, cutoff=0.5) == ""


def test_only_a_similar_name_is_suggested_and_of_many_names_not_all_are_listed():
    assert which_there_are("pool6", LAYERS[:4]).startswith("did you mean 'pool5'? There are conv")
    assert which_there_are("resnet", ["vgg11", "vgg16"]) == "there are vgg11, vgg16"
    many = [f"conv{k}" for k in range(50)]
    assert which_there_are("conv77", many) == "did you mean 'conv7'?"
    assert which_there_are("resnet", many).endswith("conv39 and 10 more")


@pytest.mark.parametrize(("count", "are_listed"), [(40, True), (41, False)])
def test_all_of_forty_names_are_listed_beside_the_similar_one(count, are_listed):
    text = which_there_are("conv77", [f"conv{k}" for k in range(count)])
    assert text.startswith("did you mean 'conv7'?")
    assert (" There are conv0" in text) == are_listed


def test_a_name_must_be_similar_enough():
    assert which_there_are("abcd", ["abcxyz"]) == "did you mean 'abcxyz'? There are abcxyz"
    assert which_there_are("abcd", ["abxyzw"]) == "there are abxyzw"
    assert suggest("abcd", ["wxyz"]) == "wxyz"  # whatever is nearest
    assert suggest("abcd", ["abxy"], cutoff=0.5) == "abxy"
    assert suggest("abcd", ["abxy"], cutoff=0.51) == ""


def test_names_of_ours_are_not_in_the_table():
    """A name that is valid here must never be answered with another one."""
    commands = {"train", "evaluate", "predict", "export", "summary", "gradcheck", "features"}
    ours = commands | set(models.IMAGENET) | set(INITIALIZERS) | {"cpu", "gpu", "test"}
    assert not [name for name in ours if our_name(name)]
    assert not {name for name in NAMES if name != name.lower()}


def test_the_options_that_are_suggested_exist():
    (commands,) = (action.choices for action in parser()._actions if action.choices)
    text = "".join(p.format_help() for p in commands.values())
    for ours, otherwise in OPTIONS.values():
        assert not [name for name in ours if name not in text]
        assert otherwise


@pytest.mark.parametrize(
    ("option", "known", "said"),
    [
        ("--Learning_Rate", ["--lr"], "did you mean --lr?"),
        ("--gpu", ["--device"], "did you mean --device?"),
        ("--gpu", [], "this command computes on the CPU"),
        ("--colour", ["--lr"], None),
    ],
)
def test_an_option_is_answered_with_that_of_the_command(option, known, said):
    assert about_option(option, known) == said
