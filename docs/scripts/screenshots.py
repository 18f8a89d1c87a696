"""Write the README's two pictures: a page of a lesson and the report on a student's assignment.

Run in the root of a checkout, with the ``lessons`` extra and Chromium installed::

    python docs/scripts/screenshots.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "figures"
ANSWERS = ROOT / "tests" / "classroom" / "submissions"
WIDTH_PIXELS = 1000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SCROLL = """<script>
const heading = [...document.querySelectorAll("h1, h2")]
  .find(element => element.textContent.startsWith("{heading}"));
document.body.style.marginTop = (20 - heading.getBoundingClientRect().top) + "px";
</script></body>"""


def main():
    """Make both pages in a temporary folder and take their pictures."""
    with tempfile.TemporaryDirectory() as folder:
        page = lesson_page(Path(folder))
        take_picture(page, "A question first", 1110, FIGURES / "lesson.png")
        page = report_page(Path(folder))
        take_picture(page, "Kim Minji", 1110, FIGURES / "report.png")


def lesson_page(folder):
    """Lesson 3, run and written as HTML."""
    minivgg("lessons", "3", "--html", folder / "html")
    return folder / "html" / "03_receptive_fields.html"


def report_page(folder):
    """The report on a student who made four mistakes, from the tests' corpus of answers."""
    student = folder / "submissions" / "Kim Minji"
    student.mkdir(parents=True)
    files = {
        "convolution.py": ["im2col/batch-last--first-1", "conv_forward/right--first-1"],
        "loss.py": ["softmax_cross_entropy/no-shift+gradient-not-divided--noshift-undivided"],
        "pooling.py": ["maxpool_forward/right--first-1", "maxpool_backward/corner-wins--first-1"],
    }
    for name, answers in files.items():
        texts = [(ANSWERS / f"{answer}.py").read_text(encoding="utf-8") for answer in answers]
        (student / name).write_text("\n\n".join(texts), encoding="utf-8")
    minivgg("grade", folder / "submissions", "--out", folder / "grades")
    return folder / "grades" / "students" / "Kim Minji.html"


def minivgg(*arguments):
    """Run one command of the project."""
    subprocess.run([sys.executable, "-m", "minivgg", *map(str, arguments)], check=True, cwd=ROOT)


def take_picture(page, heading, height, out):
    """Save a part of a page as PNG: from the heading on, ``height`` pixels."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise FileNotFoundError(f"no browser found: install one of {', '.join(BROWSERS)}")
    text = page.read_text(encoding="utf-8").replace("</body>", SCROLL.format(heading=heading))
    page.write_text(text, encoding="utf-8")
    raw = page.with_suffix(".png")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    size = f"--window-size={WIDTH_PIXELS},{height}"
    subprocess.run(
        [browser, *options, size, f"--screenshot={raw}", page.as_uri()],
        check=True,
        capture_output=True,
    )
    out.parent.mkdir(exist_ok=True)
    Image.open(raw).convert("RGB").quantize(256).save(out, optimize=True)
    print(f"wrote {out.relative_to(ROOT)} ({out.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
