"""Sample pictures for the page."""

from minivgg.utils.files import JsonObject


def samples() -> list[JsonObject]:
    return []
