"""The sample pictures of the page: for which nets they are, and what is in them."""

import io
from base64 import b64decode

import matplotlib.cbook
import numpy as np
import pytest
from PIL import Image

from minivgg import data
from minivgg.explorer.samples import samples


def net(name, channels, height, width=99):
    """As much of a document as the samples ask of it."""
    return {"name": name, "input": {"channels": channels, "height": height, "width": width}}


def opened(sample, kind):
    begin, _, text = sample["src"].partition(",")
    assert begin == f"data:image/{kind.lower()};base64"
    picture = Image.open(io.BytesIO(b64decode(text)))
    assert picture.format == kind
    return picture


@pytest.mark.parametrize(
    ("nets", "of_digits", "of_photograph"),
    [
        ([], None, None),
        ([net("a", 1, 16)], ["a"], None),
        ([net("a", 1, 17)], None, None),
        ([net("a", 3, 224), net("b", 1, 224)], None, ["a"]),
        ([net("a", 1, 8), net("b", 3, 8), net("c", 3, 32)], ["a", "b"], ["b", "c"]),
    ],
)
def test_digits_are_for_small_pictures_and_the_photograph_for_colours(
    nets, of_digits, of_photograph
):
    found = {sample["id"]: sample["nets"] for sample in samples(nets)}
    expected = dict.fromkeys((f"digit-{k}" for k in range(10)), of_digits) if of_digits else {}
    assert found == expected | ({"hopper": of_photograph} if of_photograph else {})
    assert list(found)[: len(expected)] == list(expected)


def test_the_digits_are_the_first_test_images_of_their_classes():
    test = data.load("digits", "test")
    for digit, sample in enumerate(samples([net("a", 1, 8)])):
        assert sample["title"] == {"en": f"digit {digit}", "ko": f"숫자 {digit}"}
        first = list(test.labels).index(digit)
        assert np.array_equal(np.asarray(opened(sample, "PNG")), test.images[first, 0])


def test_the_photograph_is_the_square_with_the_face():
    (sample,) = samples([net("a", 3, 224)])
    assert sample["title"] == {"en": "Grace Hopper", "ko": "그레이스 호퍼"}
    found = opened(sample, "JPEG")
    assert found.size == (224, 224)
    path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    with Image.open(path) as picture:
        assert picture.size == (512, 600)
        square = picture.crop((0, 0, 512, 512)).resize((224, 224), Image.Resampling.BOX)
    file = io.BytesIO()
    square.save(file, "JPEG", quality=85)
    expected = np.asarray(Image.open(file))
    assert np.array_equal(np.asarray(found), expected)
