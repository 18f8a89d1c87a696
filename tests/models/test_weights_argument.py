"""What may be given as weights, and what is said of other things."""

from enum import Enum
from pathlib import Path

import pytest

from minivgg.models.weights_argument import check_weights


class Theirs(Enum):
    """As torchvision's, and others."""

    IMAGENET1K_V1 = "url"
    OTHER = "file"


@pytest.mark.parametrize(
    ("weights", "classes"),
    [
        (None, 10), ("imagenet", 1000), ("w.pth", 10), (Path("w.pth"), 10), (Path("imagenet"), 10),
        (Path("DEFAULT"), 1000),
    ],
)  # fmt: skip
def test_names_and_paths_that_may_be_given(weights, classes):
    assert check_weights("net", weights, classes) is None


@pytest.mark.parametrize("classes", [999, 1001, 10])
def test_the_weights_of_imagenet_are_for_its_classes(classes):
    with pytest.raises(ValueError, match=r"^net: ") as refused:
        check_weights("net", "imagenet", classes)
    assert str(refused.value) == (
        f"net: the weights of ImageNet are for 1000 classes, not {classes}: load them as they are, "
        f"then models.replace_head(net, {classes})"
    )


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        ("IMAGENET1K_V1", ValueError, "weights 'IMAGENET1K_V1' are called 'imagenet' here"),
        (Theirs.IMAGENET1K_V1, ValueError,
         "weights <Theirs.IMAGENET1K_V1: 'url'> are called 'imagenet' here"),
        (True, ValueError, "weights True are called 'imagenet' here"),
        (Theirs.OTHER, TypeError, "weights must be None, 'imagenet' or a file path, got <Theirs.OTH"
         "ER: 'file'> (classes=… is an option of its own)"),
        ("", TypeError, "weights must be None, 'imagenet' or a file path, got '' (classes=… is an "
         "option of its own)"),
        (10, TypeError, "weights must be None, 'imagenet' or a file path, got 10 (classes=… is an "
         "option of its own)"),
        (0, TypeError, "weights must be None, 'imagenet' or a file path, got 0 (classes=… is an "
         "option of its own)"),
    ],
)  # fmt: skip
def test_other_things_are_refused(weights, error, words):
    with pytest.raises(error) as refused:
        check_weights("net", weights, 1000)
    assert str(refused.value) == f"net: {words}"
