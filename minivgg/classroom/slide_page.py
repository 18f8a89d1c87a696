"""The page of a slide deck: its style, and the script that turns the slides.

Light letters on black, for a dark room, and black letters on white paper. Without the script all
slides are shown one below the other.
"""

from collections.abc import Sequence
from html import escape

STYLE = """
html { background: #101418; color: #f2f2f2; font-family: system-ui, sans-serif; }
body { margin: 0; }
.slide { box-sizing: border-box; min-height: 100vh; padding: 4vh 6vw 8vh; display: flex;
  flex-direction: column; justify-content: center; font-size: min(5.6vh, 3.3vw);
  line-height: 1.35; position: relative; }
.script .slide { height: 100vh; overflow: hidden; }
.script .slide:not(.shown) { display: none; }
h1, h2 { margin: 0 0 0.6em; line-height: 1.15; color: #7cc4f4; font-size: 1.35em; }
h1 { font-size: 1.9em; }
.figure h2 { font-size: 1em; margin-bottom: 0.4em; }
p, ul { margin: 0.35em 0; }
ul { padding-left: 1.1em; }
li { margin: 0.25em 0; }
strong { color: #ffd479; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.92em; white-space: pre-wrap; }
math[display=block] { margin: 0.6em 0; font-size: 1.25em; }
figure { margin: 0; min-height: 0; flex: 1; display: flex; flex-direction: column;
  align-items: center; justify-content: center; }
img { min-height: 0; max-width: 100%; height: 74vh; object-fit: contain; background: white;
  padding: 1vh; border-radius: 1vh; box-sizing: border-box; }
figcaption { font-size: 0.7em; margin-top: 0.5em; text-align: center; }
.number { position: absolute; right: 2vw; bottom: 2vh; font-size: 2.4vh; color: #9aa4ad; }
a.anchor-link { display: none; }
@page { size: 297mm 167mm; margin: 0; }
@media print {
  html { background: white; color: black; }
  .script .slide, .script .slide:not(.shown) { display: flex; height: 166mm; min-height: 0;
    font-size: 20pt; padding: 8mm 18mm 12mm; break-after: page; }
  img { height: 115mm; padding: 0; }
  h1, h2 { color: #00507d; }
  strong { color: black; }
  .number { color: #555; font-size: 10pt; }
}
"""

SCRIPT = """
const slides = [...document.querySelectorAll(".slide")];
let current = 0;
function fit(slide) {  // smaller letters where there is too much
  slide.style.fontSize = "";
  let size = parseFloat(getComputedStyle(slide).fontSize);
  const smallest = size / 2;
  const tooLarge = () => slide.scrollHeight > slide.clientHeight
    || slide.scrollWidth > slide.clientWidth;
  while (tooLarge() && size > smallest) slide.style.fontSize = --size + "px";
}
function show(number) {
  current = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((slide, i) => slide.classList.toggle("shown", i === current));
  fit(slides[current]);
  history.replaceState(null, "", "#" + (current + 1));
}
function showAddress() { show((parseInt(location.hash.slice(1)) || 1) - 1); }
const NEXT = ["ArrowRight", "ArrowDown", "PageDown", "Enter", " "];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && event.shiftKey || BACK.includes(event.key)) show(current - 1);
  else if (NEXT.includes(event.key)) show(current + 1);
  else if (event.key === "Home") show(0);
  else if (event.key === "End") show(slides.length - 1);
  else return;
  event.preventDefault();
});
document.addEventListener("click", event => {
  if (getSelection().isCollapsed) show(current + (event.clientX < innerWidth / 3 ? -1 : 1));
});
addEventListener("hashchange", showAddress);
addEventListener("resize", () => fit(slides[current]));
addEventListener("beforeprint", () => slides.forEach(slide => slide.style.fontSize = ""));
document.documentElement.classList.add("script");
showAddress();
"""


def page(title: str, slides: Sequence[tuple[str, str, str]]) -> str:
    """The page with all slides.

    Parameters
    ----------
    title : str
        Of the window.
    slides : sequence of (str, str, str)
        Heading and body of each in HTML, and its kind.

    Returns
    -------
    html : str
        A whole page that fetches nothing.
    """
    sections = []
    for number, (heading, body, kind) in enumerate(slides, start=1):
        level = "h1" if number == 1 else "h2"
        sections.append(
            f'<section class="slide {kind}" id="slide-{number}">\n'
            f"<{level}>{heading}</{level}>\n{body}\n"
            f'<div class="number">{number} / {len(slides)}</div>\n</section>'
        )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title, quote=False)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(sections)
        + f"\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
