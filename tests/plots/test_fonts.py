"""Characters that the usual font lacks are drawn in another one, or named."""

import pytest

from minivgg.plots import figure, fonts
from minivgg.utils.notices import Notice


def titled(text):
    drawn = figure.Figure(2, 1)
    drawn.subplots().set_title(text)
    return drawn


def test_what_no_font_has_is_named_once(monkeypatch, recwarn):
    monkeypatch.setattr(fonts, "_fonts", dict)
    fonts.fonts_for.cache_clear()
    drawn = titled("cat 猫")
    with pytest.warns(Notice, match=r"characters 猫, which are boxes .* install Noto Sans CJK"):
        figure.png(drawn)
    recwarn.clear()
    figure.png(drawn)
    assert not recwarn.list
    fonts.fonts_for.cache_clear()


def test_as_few_fonts_as_needed_are_added(monkeypatch):
    letters = {"one": "猫", "many": "猫고ก", "emoji": "🐈"}
    monkeypatch.setattr(fonts, "_fonts", lambda: dict(zip(letters, letters, strict=True)))
    monkeypatch.setattr(
        fonts, "_had", lambda file, needed: set(letters.get(file, "cat")) & set(needed)
    )
    fonts.fonts_for.cache_clear()
    found = fonts.fonts_for(frozenset("cat猫고🐈ß"), ("sans-serif",))
    fonts.fonts_for.cache_clear()
    assert found == (("many", "emoji"), frozenset("ß"))
