"""Legible texts in figures: fonts for the characters that the usual font lacks.

matplotlib's own font has Latin, Greek, Cyrillic, Arabic and Hebrew letters, but no Chinese,
Japanese or Korean ones, and draws boxes in their place. Fonts of the machine that have them are
added to the texts, and what no font has is named once.
"""

import unicodedata
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

from minivgg.utils.notices import notify
from minivgg.utils.printable_text import LONE_SURROGATES

PREFERRED = (
    "DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR",
    "Noto Sans CJK TC", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "Noto Sans TC",
    "Source Han Sans SC", "Source Han Sans", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
    "Yu Gothic", "Meiryo", "MS Gothic", "Hiragino Sans", "Hiragino Kaku Gothic ProN",
    "Malgun Gothic", "Apple SD Gothic Neo", "NanumGothic", "Microsoft JhengHei", "SimHei",
    "Heiti TC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "IPAexGothic", "TakaoGothic",
    "Droid Sans Fallback", "Arial Unicode MS", "Segoe UI", "Segoe UI Symbol", "Nirmala UI",
    "Leelawadee UI", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari",
    "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Thai", "Kohinoor Devanagari", "Thonburi",
    "Geeza Pro", "Noto Emoji", "Noto Sans Symbols2", "FreeSans", "GNU Unifont", "Unifont",
)  # fmt: skip
NOT_FOR_NAMES = ("last resort", "lastresort", "stix", "cmr", "cmsy", "cmex", "cmmi", "cmtt", "cmb")
# (a word in the Unicode name of a character, a font for it)
TO_INSTALL = (
    ("CJK", "Noto Sans CJK"), ("HANGUL", "Noto Sans CJK"), ("HIRAGANA", "Noto Sans CJK"),
    ("KATAKANA", "Noto Sans CJK"), ("ARABIC", "Noto Sans Arabic"), ("HEBREW", "Noto Sans Hebrew"),
    ("DEVANAGARI", "Noto Sans Devanagari"), ("BENGALI", "Noto Sans Bengali"),
    ("TAMIL", "Noto Sans Tamil"), ("THAI", "Noto Sans Thai"),
)  # fmt: skip
OTHER_FONT = "a font of the family Noto that has them"
SHOWN = 10  # characters that are named
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn")  # kinds of characters that may go without a glyph


def make_legible(figure: Figure) -> None:
    """Give the texts of a figure fonts that have their characters, as far as there are any.

    Bytes of names that are not UTF-8 become �. Characters that no font has are named by a notice,
    once for each figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any figure; it is changed.
    """
    axes = [axis for panel in figure.axes for axis in (panel.xaxis, panel.yaxis)]
    ticks = [label for axis in axes for label in axis.get_ticklabels()]  # made by this call
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    for text in texts:
        if LONE_SURROGATES.search(text.get_text()):
            text.set_text(LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text.get_text()))
    written = {c for text in (*texts, *ticks) for c in text.get_text()}
    if all(ord(c) < 128 for c in written):
        return
    families = tuple(font_manager.FontProperties().get_family())
    fallbacks, missing = fonts_for(frozenset(written), families)
    if fallbacks:
        for text in texts:
            own = text.get_fontfamily()
            text.set_fontfamily([*own, *(name for name in fallbacks if name not in own)])
        for axis in axes:
            axis.set_tick_params(labelfontfamily=[*families, *fallbacks])
    told: frozenset[str] = getattr(figure, "minivgg_missing", frozenset())
    if missing and missing != told:
        figure.minivgg_missing = missing  # type: ignore[attr-defined]
        notify(_sentence(missing))


@contextmanager
def boxes_without_warnings() -> Iterator[None]:
    """Draw a box for a character that no font has, without matplotlib's warning for each of them.

    ``make_legible`` has named them.

    Yields
    ------
    None
        While a figure is drawn.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
        warnings.filterwarnings("ignore", r"Matplotlib currently does not support", UserWarning)
        yield


@lru_cache(maxsize=64)
def fonts_for(
    characters: frozenset[str], families: tuple[str, ...]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Fonts of this machine that have what the given ones lack.

    Parameters
    ----------
    characters : frozenset of str
        What is to be written.
    families : tuple of str
        Names of fonts that are used anyway.

    Returns
    -------
    fallbacks : tuple of str
        Names of as few more fonts as needed, the one that has most first.
    missing : frozenset of str
        What no font has.
    """
    needed = {c for c in characters if unicodedata.category(c) not in INVISIBLE}
    for family in families:
        needed -= _had(font_manager.findfont(font_manager.FontProperties(family=[family])), needed)
    fallbacks: list[str] = []
    fonts = _fonts()
    names = [name for name in PREFERRED if name in fonts]
    for candidates in (names, sorted(fonts.keys() - set(names))):
        while needed:
            best = max(candidates, key=lambda name: len(_had(fonts[name], needed)), default="")
            had = _had(fonts[best], needed) if best else frozenset()
            if not had:
                break
            fallbacks.append(best)
            needed -= had
    return tuple(fallbacks), frozenset(needed)


def _fonts() -> dict[str, str]:
    """{name of a font: its file}, upright ones of normal weight where there are any."""
    found: dict[str, str] = {}
    entries = font_manager.fontManager.ttflist
    for entry in sorted(
        entries, key=lambda e: (e.style != "normal", e.weight not in (400, "normal"))
    ):
        if not entry.name.lower().startswith(NOT_FOR_NAMES):
            found.setdefault(entry.name, entry.fname)
    return found


def _had(file: str, characters: Collection[str]) -> set[str]:
    """Those of the characters that a font has; none of a font of coloured pictures (emoji)."""
    try:
        font = font_manager.get_font(file)
        if not getattr(font, "scalable", True):
            return set()
        return {c for c in characters if font.get_char_index(ord(c))}
    except (OSError, RuntimeError):  # the font was removed or is damaged
        return set()


def _sentence(missing: Collection[str]) -> str:
    characters = sorted(missing)
    more = "…" if len(characters) > SHOWN else ""
    names = [unicodedata.name(c, "") for c in characters]
    wanted = {
        next((font for word, font in TO_INSTALL if word in name), OTHER_FONT) for name in names
    }
    return (
        f"no font on this machine has the characters {' '.join(characters[:SHOWN])}{more}, which "
        f"are boxes in the figure: install {' and '.join(sorted(wanted))} (on Debian and Ubuntu, "
        f"{'fonts-noto-cjk' if wanted == {'Noto Sans CJK'} else 'fonts-noto'})"
    )
