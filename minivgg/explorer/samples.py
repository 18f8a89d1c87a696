"""Sample pictures for the page: a digit of each class, and a photograph."""

import io
from base64 import b64encode
from collections.abc import Sequence

import matplotlib.cbook
from PIL import Image

from minivgg import data
from minivgg.utils.files import JsonObject

DIGITS_SIDE, COLOURS = 8, 3
PHOTOGRAPH = "grace_hopper.jpg"  # comes with matplotlib; by the US Navy, in the public domain
PHOTOGRAPH_SIDE = 224
PHOTOGRAPH_TOP, PHOTOGRAPH_SIZE = 0, 512  # the part of it with the face, in its own pixels
QUALITY = 85  # of the JPEG file


def samples(nets: Sequence[JsonObject]) -> list[JsonObject]:
    """Pictures to choose from, as the page has them.

    Parameters
    ----------
    nets : sequence of dict
        The documents of the page's nets, which decide what is needed.

    Returns
    -------
    samples : list of dict
        id, title in each language, the names of the nets that it is for, and src, an address with
        the picture in it. Test images of digits where a net takes images as small, and a photograph
        where one takes colours.
    """
    small = [net["name"] for net in nets if net["input"]["height"] <= 2 * DIGITS_SIDE]
    colour = [net["name"] for net in nets if net["input"]["channels"] == COLOURS]
    found = _digits() if small else []
    for sample in found:
        sample["nets"] = small
    return [*found, _photograph() | {"nets": colour}] if colour else found


def _digits() -> list[JsonObject]:
    """The first test image of each digit."""
    images = data.load("digits", "test")
    first = {int(label): number for number, label in reversed(list(enumerate(images.labels)))}
    return [
        {
            "id": f"digit-{digit}",
            "title": {"en": f"digit {digit}", "ko": f"숫자 {digit}"},
            "src": _address(Image.fromarray(images.images[first[digit], 0]), "PNG"),
        }
        for digit in sorted(first)
    ]


def _photograph() -> JsonObject:
    """The portrait of Grace Hopper, cut to a square."""
    path = matplotlib.cbook.get_sample_data(PHOTOGRAPH, asfileobj=False)
    with Image.open(path) as picture:
        bottom = PHOTOGRAPH_TOP + PHOTOGRAPH_SIZE
        part = picture.convert("RGB").crop((0, PHOTOGRAPH_TOP, PHOTOGRAPH_SIZE, bottom))
    small = part.resize((PHOTOGRAPH_SIDE, PHOTOGRAPH_SIDE), Image.Resampling.BOX)
    return {
        "id": "hopper",
        "title": {"en": "Grace Hopper", "ko": "그레이스 호퍼"},
        "src": _address(small, "JPEG"),
    }


def _address(picture: Image.Image, kind: str) -> str:
    """A picture as an address that contains it."""
    file = io.BytesIO()
    picture.save(file, kind, quality=QUALITY, optimize=True)
    text = b64encode(file.getvalue()).decode("ascii")
    return f"data:image/{kind.lower()};base64,{text}"
