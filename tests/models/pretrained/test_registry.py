"""What is known about the published weights."""

import pytest

from minivgg.models.pretrained import registry
from minivgg.models.pretrained.registry import IMAGENET

# as torchvision publishes them: top-1 and top-5 accuracy in %, and the size in MiB
PUBLISHED = {
    "vgg11": (69.020, 88.628, 506.840), "vgg11_bn": (70.370, 89.810, 506.881),
    "vgg13": (69.928, 89.246, 507.545), "vgg13_bn": (71.586, 90.374, 507.590),
    "vgg16": (71.592, 90.382, 527.796), "vgg16_bn": (73.360, 91.516, 527.866),
    "vgg19": (72.376, 90.876, 548.051), "vgg19_bn": (74.218, 91.842, 548.143),
}  # fmt: skip
# in bytes, of those whose whole checksum is known
SIZES = {
    "vgg16": 553_433_881, "vgg19": 574_673_361, "vgg16_bn": 553_507_836, "vgg19_bn": 574_769_405,
}  # fmt: skip


@pytest.mark.parametrize("name", IMAGENET)
def test_five_guesses_are_right_more_often_than_one(name):
    published = IMAGENET[name]
    assert 50 < published.top1 < published.top5 < 100


@pytest.mark.parametrize("name", PUBLISHED)
def test_accuracies_and_sizes_are_those_that_are_published(name):
    top1, top5, megabytes = PUBLISHED[name]
    entry = IMAGENET[name]
    assert (entry.top1, entry.top5) == (top1, top5)
    assert entry.size == SIZES.get(name, round(megabytes * 2**20))
    assert abs(entry.size - megabytes * 2**20) < registry.SIZE_ROUNDING


def test_a_size_is_compared_as_exactly_as_it_is_known():
    assert registry.SIZE_ROUNDING == 525  # bytes: half of 0.001 MiB, rounded up
    assert IMAGENET["vgg16"].remote.rounding == 0
    assert IMAGENET["vgg11"].remote.rounding == 525
    assert registry.CLASSES.size == 35_363


def test_pixels_of_each_source():
    assert registry.TORCHVISION.mean == (0.485, 0.456, 0.406)
    assert registry.TORCHVISION.std == (0.229, 0.224, 0.225)
    assert [255 * m for m in registry.CAFFE.mean] == pytest.approx([123.68, 116.779, 103.939])
    assert [255 * s for s in registry.CAFFE.std] == pytest.approx([1, 1, 1])
    assert registry.PREPROCESSING == {
        "torchvision": registry.TORCHVISION, "timm": registry.TORCHVISION,
        "imagenet": registry.TORCHVISION, "keras": registry.CAFFE, "frossard": registry.CAFFE,
    }  # fmt: skip


def test_conversions_from_caffe():
    """torchvision's features have its own, rounded, mean; Justin Johnson's nets see BGR."""
    features, bgr = registry.PREPROCESSING_BY_CHECKSUM["88682ab5"]
    assert features.mean == (0.48235, 0.45882, 0.40784)
    assert [255 * s for s in features.std] == pytest.approx([1, 1, 1])
    assert not bgr
    for name in ("00b39a1b", "d01eb7cb"):
        assert registry.PREPROCESSING_BY_CHECKSUM[name] == (registry.CAFFE, True)


def test_googlenet_is_torchvisions_conversion():
    """Its pixels go from -1 to 1, which its file says by its checksum."""
    entry = registry.PUBLISHED["googlenet"]
    assert entry[:4] == ("googlenet-1378be20.pth", 69.778, 89.53, 52_146_733)
    assert (entry.remote.sha256, entry.remote.rounding) == ("1378be20", 525)
    pixels, bgr = registry.PREPROCESSING_BY_CHECKSUM["1378be20"]
    assert (pixels.mean, pixels.std, bgr) == ((0.5,) * 3, (0.5,) * 3, False)
    assert pixels == registry.GOOGLENET_PIXELS
    assert set(registry.PUBLISHED) == {*IMAGENET, "googlenet"}
