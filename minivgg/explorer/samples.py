"""Sample pictures for the page."""

from collections.abc import Sequence

from minivgg.utils.files import JsonObject


def samples(nets: Sequence[str]) -> list[JsonObject]:
    """The sample pictures for some nets."""
    return []
