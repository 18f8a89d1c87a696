"""The explorer is used as people use it: ``python docs/check_explorer_use.py``.

By mouse, touch and keyboard, with good and bad files and addresses, in both languages and themes,
on a phone and on a large screen. It fails where the page does not do what it should, is wider than
its window, makes a request, or has an error in the console. It needs what docs/check_in_browser.py
needs.
"""

import os
import shutil
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from check_in_browser import BROWSERS, complaints, start
from sitetools import explorer_use, teaching_use, why_use

from minivgg.explorer import page
from minivgg.explorer.sources import content_of

SECONDS = 30
SIZES = ((340, 700), (1280, 800), (1920, 1080))
PRETENDED_CAMERA = "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"
MODES = (
    "mode=build&row=0:2", "mode=build&preset=3x3-7x7", "mode=see&net=cifar10", "mode=see",
    "mode=backward&unit=pool1:4:2:2", "mode=dense&zeros=1&filled=1", "mode=backward&net=cifar10",
    "mode=dense&net=cifar10&zeros=1", "task=zeros", "mode=backward&projector=1",
    "mode=build&projector=1", "task=person&projector=1",
    "mode=why&random=2", "mode=why&net=cifar10",
)  # fmt: skip
# addresses, and a part of the sentence that each gets
BAD_ADDRESSES = {
    "mode=fly": "mode=fly",
    "mode=build&stack=64,hello": "hello",
    "mode=build&stack=" + ",".join(["64"] * 80): "80",
    "mode=build&preset=Z": "preset=Z",
    "mode=build&input=0x1x1": "input=0x1x1",
    "mode=see&net=nothing": "net=nothing",
    "mode=build&net=nothing": "net=nothing",
    "net=nothing": "net=nothing",
    "mode=see&picture=file": "another device",
    "mode=see&task=nothing": "task=nothing",
    "mode=see&net=cifar10&unit=conv9_9:1:2:3": "conv9_9",
    "mode=backward&rate=9": "rate=9",
    "mode=backward&class=99": "no class 99",
    "mode=backward&unit=conv9_9:1:2:3": "conv9_9",
    "mode=backward&parameter=conv1_1:weight:999999": "no weight 999,999",
    "mode=dense&window=99,0": "no row 99",
    "mode=dense&sizes=9": "sizes=9",
    "%E0%A4%A": "cannot be read",
}
ADDRESS = "return decodeURIComponent(location.hash)"
NOTICES = "return [...document.querySelectorAll('.notice p')].map((p) => p.textContent).join()"
UNIT = "return document.getElementById('unit-title').textContent"
FOCUSED = "const a = document.activeElement; return a.dataset.key ?? a.getAttribute('aria-label')"
ANSWER = "return document.querySelector('.class-name').textContent"
PANEL = "return document.querySelector('.unit-body').textContent"
# whether the hint on keys lies over the maps of any layer
HINT_COVERS = """
const hint = document.getElementById("maps-hint").getBoundingClientRect();
return [...document.querySelectorAll(".maps")].map((maps) => maps.getBoundingClientRect()).some(
  ({ left, right, top, bottom }) => hint.left < right && left < hint.right && hint.top < bottom
    && top < hint.bottom);
"""
EFFECTIVE_FIELD = "document.querySelectorAll('.fields canvas')[1].toDataURL()"
READY = "return window.explorer ? window.explorer.activations() !== null : false"
# the language that was chosen last is forgotten, and the questions of the modes are closed
FIRST_VISIT = """
try {
  localStorage.clear();
  const modes = ["build", "see", "backward", "dense", "why"];
  const closed = modes.map((mode) => [`question.${mode}`, { guess: null, closed: true }]);
  localStorage.setItem("minivgg-explorer-guesses", JSON.stringify(Object.fromEntries(closed)));
} catch {}
"""
WIDTH = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# a unit of each row is pointed at, one a frame; the milliseconds that the page needs for each
HOVER = """
const done = arguments[0], times = [];
const rows = [...document.querySelectorAll(".layer-row .maps")].slice(1);
const step = (k) => {
  if (k === 6 * rows.length) return done(times.sort((a, b) => a - b));
  const box = rows[Math.floor(k / 6)].getBoundingClientRect();
  rows[Math.floor(k / 6)].dispatchEvent(new PointerEvent("pointermove", {
    bubbles: true, pointerType: "mouse",
    clientX: box.left + 14 + 9 * (k % 6), clientY: box.top + 15,
  }));
  const began = performance.now();
  requestAnimationFrame(() => {
    times.push(performance.now() - began);
    requestAnimationFrame(() => step(k + 1));
  });
};
step(0);
"""


class Use:
    """A page in a browser, and what was wrong with it."""

    def __init__(self, browser, path):
        self.browser, self.path, self.wrong = browser, path, []

    def require(self, found, expected, sentence):
        """Note a sentence unless a part is found."""
        if expected not in (found or ""):
            self.wrong.append(f"{sentence}: {expected!r} is not in {found!r}")

    def ask(self, script, *arguments):
        """Run a script in the page."""
        return self.browser.execute_script(script, *arguments)

    def see(self, script, expected, sentence):
        """Wait until the answer of a script contains a text."""
        deadline = time.monotonic() + SECONDS
        while expected not in (self.ask(script) or "") and time.monotonic() < deadline:
            time.sleep(0.05)
        self.require(self.ask(script), expected, sentence)

    def open(self, address, size=(1280, 800), theme="light", path=None):
        """Open an address from nothing, and wait for the maps where it shows any."""
        command = self.browser.execute_cdp_cmd
        is_phone = size[0] < 500
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": is_phone}
        command("Emulation.setDeviceMetricsOverride", metrics)
        command("Emulation.setTouchEmulationEnabled", {"enabled": is_phone})
        features = [{"name": "prefers-color-scheme", "value": theme}]
        command("Emulation.setEmulatedMedia", {"features": features})
        self.browser.get("about:blank")
        self.browser.get(f"{(path or self.path).as_uri()}#{address}")
        deadline = time.monotonic() + SECONDS
        while self.ask("return window.explorer?.state().mode === 'see'") and not self.ask(READY):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no maps within {SECONDS} s: {address}")
            time.sleep(0.05)

    def keys(self, *keys):
        """Press keys, one after the other."""
        from selenium.webdriver import ActionChains

        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()

    def find(self, selector):
        """The first element of a CSS selector."""
        return self.browser.find_element("css selector", selector)


def windows(use):
    """All modes in all sizes, languages and themes are no wider than their window."""
    for size in SIZES:
        for number, mode in enumerate(MODES):
            language, theme = ("en", "ko")[number % 2], ("light", "dark")[number // 2 % 2]
            use.open(f"{mode}&lang={language}", size, theme)
            found, room = use.ask(WIDTH)
            use.require(str(found <= room), "True", f"{mode} at {size}: {found} pixels wide")
            use.require(use.ask("return document.documentElement.lang"), language, mode)
            use.require(use.ask("return document.documentElement.dataset.theme"), theme, mode)


def building(use):
    """A stack is changed by the keyboard alone."""
    from selenium.webdriver import ActionChains, Keys

    use.open("mode=build&preset=D")
    use.ask("document.querySelector('[data-key=name-0]').focus()")
    use.keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    use.require(use.ask(ADDRESS), "row=0:2", "Enter selects a layer")
    use.keys(Keys.TAB, "3")
    use.see(ADDRESS, "64,64,M3s2,", "a number is typed")
    live = "return document.getElementById('live').textContent"
    use.see(live, "111,094,568", "the change is said to screen readers")
    use.find("[data-key=tool-conv]").send_keys(Keys.ENTER)
    use.see(ADDRESS, "M3s2,64,128,128", "a layer is inserted")
    use.ask("document.querySelector('[data-key=name-3]').focus()")
    chain = ActionChains(use.browser).key_down(Keys.ALT).send_keys(Keys.ARROW_UP)
    chain.key_up(Keys.ALT).perform()
    use.see(ADDRESS, "64,64,64,M3s2", "Alt and an arrow key move a layer")
    use.require(use.ask(FOCUSED), "name-2", "the focus stays on the layer")
    use.keys(*[Keys.DELETE] * 22)
    use.see(FOCUSED, "tool-conv", "the last layer is removed")
    use.open("mode=build&stack=64,M,64x40p0,F10&input=3x32x32")
    error = "return document.querySelector('.message:not([hidden])')?.textContent"
    use.require(use.ask(error), "40×40", "a kernel that does not fit is said at its layer")
    use.require(use.ask(error), "16 high and 16 wide", "both sides of a small input are said")
    use.open("mode=build&preset=D&row=0:18")
    share = "return document.querySelector('.layer-share').textContent"
    use.require(use.ask(share), "fc6 has 74% of the parameters", "a layer's share of the costs")
    use.open("mode=build&row=0:0&stack=" + ",".join(["64"] * 64))
    full = "return document.querySelector('.tools').textContent"
    use.require(use.ask(full), "at most 64 layers", "why no layer can be added")
    slider = "const s = document.querySelector('[data-slider=N]'); s.value = 300;"
    use.ask(slider + " s.dispatchEvent(new Event('input'));")
    verdict = "return document.querySelector('[data-verdict=eleven]').textContent"
    use.require(use.ask(verdict), "199.1", "sliders change the comparison")


def typing(use):
    """A number that is typed over another one is read whole, and a bad one gets a sentence."""
    from selenium.webdriver import ActionChains, Keys

    def over(selector, *keys):
        ActionChains(use.browser).click(use.find(selector)).perform()
        chain = ActionChains(use.browser).key_down(Keys.CONTROL).send_keys("a")
        chain.key_up(Keys.CONTROL).perform()
        use.keys(*keys)

    first = {"D": "64x13p1,64", "AlexNet": "96x13s4", "3x3-7x7": "64x13p1b0"}
    for preset, stack in first.items():
        use.open(f"mode=build&preset={preset}{'' if preset == 'D' else '&row=0:0'}")
        over("[data-key=kernel-0]", "1", "3")
        use.see(ADDRESS, f"stack={stack}", f"the first number typed into {preset}")
    use.open("mode=build&preset=D&row=0:0")
    over("[data-key=channels-0]", *[Keys.BACKSPACE] * 2, "1", "2", "8")
    use.see(ADDRESS, "stack=128,64", "a number is deleted and typed")

    use.open("mode=build&preset=D")
    message = "return document.querySelector('tr.message:not([hidden])')?.textContent"
    shown = "return document.querySelector('[data-key=kernel-0]').value"
    for number, kept in {"0": "3", "-3": "3", "2.5": "2", "100": "10"}.items():
        over("[data-key=kernel-0]", *number)
        use.see(message, "from 1 to 99", f"a kernel of {number} gets a sentence")
        use.keys(Keys.ENTER)
        use.require(use.ask(shown), kept, f"the kernel in use is shown instead of {number}")
        use.open("mode=build&preset=D")
    over("[data-key=kernel-0]", Keys.DELETE, Keys.TAB)
    use.see(message, "from 1 to 99", "an empty field gets a sentence when it is left")
    use.require(use.ask(FOCUSED), "stride-0", "the focus goes on to the next field")
    over("[data-side=height]", *"9999")
    limit = "return document.querySelector('.field-error').textContent"
    use.see(limit, "from 1 to 4,096", "an input that is too high gets a sentence")
    over("[data-side=height]", *"64")
    use.see(ADDRESS, "input=3x64x224", "the next number is read")
    use.require(str(use.ask(limit) == ""), "True", "and the sentence goes")
    over("[data-number=D]", "3")
    over("[data-number=N]", "9")
    use.see(ADDRESS, "D=3&N=9", "numbers are typed beside the sliders")
    over("[data-number=N]", *"900")
    use.see("return document.body.textContent", "N: a whole number from 1 to 512", "N is too large")


def seeing(use):
    """A unit is chosen by pointer, keyboard and touch."""
    from selenium.webdriver import ActionChains, Keys

    use.open("mode=see&net=cifar10")
    maps = use.browser.find_elements("css selector", ".layer-row .maps")
    ActionChains(use.browser).move_to_element_with_offset(maps[3], -100, 0).perform()
    use.see(UNIT, "pool1", "a pointer shows a unit")
    ActionChains(use.browser).click().perform()
    use.see(ADDRESS, "unit=pool1:", "a click keeps the unit")
    times = use.browser.execute_async_script(HOVER)
    middle, late = times[len(times) // 2], times[int(0.95 * len(times))]
    print(
        f"hovering: {middle:.1f} ms a unit in the middle, 95 % below {late:.1f} ms, "
        f"at most {times[-1]:.1f} ms"
    )

    use.ask("document.querySelector('button.map[tabindex=\"0\"]').focus()")
    use.keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    use.require(use.ask(FOCUSED), "conv1_2, map 1", "arrow keys go through the maps")
    use.require(str(use.ask(HINT_COVERS)), "False", "the hint on keys covers maps")
    use.keys(Keys.ENTER, Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    use.see(ADDRESS, "unit=conv1_2:1:17:17", "inside a map, arrow keys move the unit")
    use.keys(Keys.ESCAPE, Keys.ARROW_DOWN)
    use.require(use.ask(FOCUSED), "pool1, map 1", "after Escape they go through the maps again")
    use.see(UNIT, "pool1, map 1", "a pointer that rests does not matter to the keyboard")
    live = "return document.getElementById('live').textContent"
    use.see(live, "pool1, map 1", "the unit is said to screen readers")
    use.find("#language").click()
    use.see(UNIT, "맵 1", "the language changes")

    use.open("mode=see&net=digits&unit=conv2_1:5:2:3")
    use.see(PANEL, "rows 0–7, columns 2–7", "only pixels of the picture are named")
    use.see(PANEL, "below 2, right 4 px", "the zeros outside are counted")
    use.see(PANEL, "on the sum before this ReLU", "the influence on a unit that is 0")
    use.see(PANEL, "Jump", "a unit of a map has a neighbour")
    use.open("mode=see&net=cifar10&unit=fc6:2:0:0")
    use.see(PANEL, "of the part of the field that is inside the picture", "a share of what counts")
    use.require(str("Jump" in use.ask(PANEL)), "False", "a fully connected unit has no neighbour")

    use.open("mode=see&net=cifar10", SIZES[0])
    use.ask("document.querySelectorAll('.layer-row')[2].scrollIntoView()")
    touched = use.browser.find_elements("css selector", ".layer-row .maps")[2]
    ActionChains(use.browser).move_to_element_with_offset(touched, -40, -5).click().perform()
    use.see(ADDRESS, "unit=conv1_2:", "a tap keeps a unit")
    use.open("mode=see&net=cifar10&unit=conv3_1:2:3:3", SIZES[0])
    use.see(PANEL, "Half of the influence", "the effective field is computed")
    use.ask(f"window.drawn = {EFFECTIVE_FIELD}")
    for expanded in ("false", "true"):
        use.find(".fold").click()
        use.see("return document.querySelector('.fold').ariaExpanded", expanded, "the panel folds")
        time.sleep(0.1)  # the page measures the panel in the next frame
    same = f"return String({EFFECTIVE_FIELD} === window.drawn)"
    use.require(use.ask(same), "true", "a panel that was folded shows the effective field again")


def pictures(use, folder):
    """Files, drawings and the camera."""
    from selenium.webdriver import ActionChains, Keys

    noise = np.random.default_rng(0).integers(0, 256, (6000, 9000), dtype=np.uint8)
    Image.fromarray(noise[:40, :60]).save(folder / "small.png")
    Image.fromarray(noise).save(folder / "huge.png", compress_level=0)
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n, and then nothing")
    use.open("mode=see&net=cifar10&picture=ship")
    use.require(use.ask(ANSWER), "ship", "the drawn ship")
    chooser = use.find("input[type=file]")
    chooser.send_keys(str(folder / "broken.png"))
    use.see(NOTICES, "“broken.png” cannot be read", "a broken file gets a sentence")
    for name in ("small.png", "huge.png"):
        use.ask("window.before = window.explorer.activations()")
        chooser.send_keys(str(folder / name))
        new = "const a = explorer.activations(); return String(a !== null && a !== window.before)"
        use.see(new, "true", f"{name} is read")
        use.require(str(use.ask(NOTICES) == ""), "True", f"{name}: {use.ask(NOTICES)}")
    use.find(".picture-buttons button:nth-child(2)").click()
    use.see(NOTICES, "camera", "where there is no camera, a sentence says so")

    use.open("mode=see&net=digits")
    use.find(".picture-buttons button:nth-child(3)").click()
    use.find(".dialog .primary").click()
    problem = "return document.querySelector('.dialog .field-error')?.textContent"
    use.see(problem, "Nothing is drawn", "an empty drawing gets a sentence in its dialog")
    use.find("canvas.pad").send_keys(Keys.NULL)
    use.keys(" ", *[Keys.ARROW_DOWN] * 9)
    use.find(".dialog .primary").click()
    use.see(ANSWER, "1", "a line drawn by the keyboard is a one")
    link = use.ask("return location.hash").lstrip("#")
    use.open(link)
    use.require(use.ask(ANSWER), "1", "a link holds the drawing")
    use.find(".picture-buttons button:nth-child(3)").click()
    pad = use.find("canvas.pad")
    chain = ActionChains(use.browser, duration=40).move_to_element_with_offset(pad, 0, -100)
    chain.click_and_hold()
    for angle in np.linspace(0, 2 * np.pi, 25):
        x, y = int(60 * np.sin(angle)), int(-100 * np.cos(angle))
        chain.move_to_element_with_offset(pad, x, y)
    chain.release().perform()
    use.find(".dialog .primary").click()
    use.see(ANSWER, "0", "a ring drawn by the mouse is a zero")


def camera(use):
    """A picture is taken with a camera that the browser pretends, and the camera is let go."""
    use.open("mode=see&net=cifar10&picture=ship")
    use.ask("window.before = window.explorer.activations()")
    use.find(".picture-buttons button:nth-child(2)").click()
    width = "return String(document.querySelector('.dialog video')?.videoWidth > 0)"
    use.see(width, "true", "the camera's picture is shown")
    use.ask("window.track = document.querySelector('.dialog video').srcObject.getTracks()[0]")
    use.find(".dialog .primary").click()
    new = "const a = explorer.activations(); return String(a !== null && a !== window.before)"
    use.see(new, "true", "the camera's picture goes through the net")
    use.require(use.ask("return window.track.readyState"), "ended", "the camera is let go")
    use.require(str(use.ask(NOTICES) == ""), "True", f"the camera: {use.ask(NOTICES)}")


def addresses(use, without_nets):
    """A bad address gets a sentence, and the page works."""
    for address, part in BAD_ADDRESSES.items():
        use.open(address)
        use.see(NOTICES, part, f"#{address[:40]}")
    use.open("net=cifar10")
    use.require(use.ask("return explorer.state().mode"), "see", "the address of a net opens See")
    use.open("mode=see", path=without_nets)
    use.require(use.ask(NOTICES), "without the weights", "a page without nets")


def main():
    """Use the page; exit with 1 if something is wrong."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not (chromium and driver):
        print("left out: the explorer in use. It needs Chromium and chromedriver")
        sys.exit(os.environ.get("CI") == "true")
    browser = start(chromium, driver)
    try:
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "explorer.html").write_text(
                page(content_of(["digits", "cifar10"]).nets), encoding="utf-8"
            )
            (folder / "build.html").write_text(page([]), encoding="utf-8")
            use = Use(browser, folder / "explorer.html")
            browser.set_script_timeout(SECONDS)
            first_visit = browser.execute_cdp_cmd(
                "Page.addScriptToEvaluateOnNewDocument", {"source": FIRST_VISIT}
            )
            windows(use)
            building(use)
            typing(use)
            seeing(use)
            explorer_use.step(use)
            explorer_use.slide(use)
            pictures(use, folder)
            why_use.explaining(use, NOTICES, ADDRESS)
            addresses(use, folder / "build.html")
            browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", first_visit)
            teaching_use.teaching(use, NOTICES, ADDRESS, folder / "build.html")
            wrong = use.wrong + complaints(browser)
            browser.quit()
            browser = start(chromium, driver, *PRETENDED_CAMERA)
            use = Use(browser, use.path)
            camera(use)
            wrong += use.wrong + complaints(browser)
    finally:
        browser.quit()
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
