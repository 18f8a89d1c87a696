"""Write docs/figures/explorer.png: the explorer with a unit that is looked at.

Run in the root of a checkout, with the ``docs`` extra, Chromium and its driver installed::

    python docs/scripts/explorer_picture.py
"""

import io
import shutil
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from check_in_browser import BROWSERS, start  # noqa: E402

from minivgg.explorer import page  # noqa: E402
from minivgg.explorer.sources import content_of  # noqa: E402

OUT = ROOT / "docs" / "figures" / "explorer.png"
ADDRESS = "mode=see&net=cifar10&picture=truck&unit=conv2_2:1:10:6"
WINDOW = {"width": 1300, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
# the button in Korean needs a font that not every machine has
WITHOUT_LANGUAGE = "document.getElementById('language').style.visibility = 'hidden'"
READY = "return window.explorer.activations() !== null"
SECONDS = 2  # for the gradient, after the maps


def main():
    """Open the page, wait for its numbers, and take the picture."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    browser = start(chromium, shutil.which("chromedriver"))
    try:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", WINDOW)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "explorer.html"
            path.write_text(page(content_of(["cifar10"]).nets), encoding="utf-8")
            browser.get(f"{path.as_uri()}#{ADDRESS}")
            while not browser.execute_script(READY):
                time.sleep(0.1)
            time.sleep(SECONDS)
            browser.execute_script(WITHOUT_LANGUAGE)
            picture = Image.open(io.BytesIO(browser.get_screenshot_as_png()))
    finally:
        browser.quit()
    picture.convert("RGB").quantize(256).save(OUT, optimize=True)
    print(f"wrote {OUT.relative_to(ROOT)} ({OUT.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
