"""The explorer's numbers in a browser equal the package's: ``python docs/check_explorer.py``.

The page of all nets of the package is opened from its file in Chromium. Read from it are the fields
and costs in the table of every net of the paper, all feature maps and some gradients of every net
with weights, and of those with classes the gradients of all parameters and class maps; times are
measured. It fails where a number differs, on a request, and on an error
in the console. It needs what docs/check_in_browser.py needs, and the package's test dependencies.
With ``--firefox`` all of it is done in Firefox (on Debian: the package firefox-esr), which is used
by pointer and keyboard, too: for Chromium docs/check_explorer_use.py does that.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from sitetools import explanations_check, explorer_numbers, firefox_use  # noqa: E402
from sitetools.browsers import InChromium, InFirefox  # noqa: E402
from sitetools.explorer_numbers import apart  # noqa: E402
from support.explorer_cases import shapes_of, steps_of_document  # noqa: E402

from minivgg import data, models  # noqa: E402
from minivgg.explorer import page  # noqa: E402
from minivgg.explorer.sources import PRESETS, SHIPPED, content_of  # noqa: E402
from minivgg.layers.initializers import without_memory  # noqa: E402

FORWARD, BACKWARD = 1e-5, 1e-4  # allowed, as shares of the largest number of a layer
SECONDS = 60  # for the maps of one picture
COLUMNS = ("field", "jump", "parameters", "macs", "memory")
LEFT_OUT = ("relu", "flatten", "dropout")
PICTURES = {"digits": "digit-3", "cifar10": "hopper", "vgg16-pool3": "hopper"}
READY = "return window.explorer ? window.explorer.activations() !== null : false"
# the milliseconds from the beginning of the navigation to the first maps
STOPWATCH = """
const timer = setInterval(() => {
  if (!window.explorer || window.explorer.activations() === null) return;
  window.firstMaps = performance.now();
  clearInterval(timer);
}, 4);
"""
# milliseconds from another picture to its maps, when the page is there already
SECOND_PICTURE = """
const [hash, done] = arguments, before = window.explorer.activations(), began = performance.now();
location.hash = hash;
const timer = setInterval(() => {
  const maps = window.explorer.activations();
  if (maps === null || maps === before) return;
  clearInterval(timer);
  done(performance.now() - began);
}, 4);
"""
GRADIENT = """
const done = arguments[2];
window.explorer.gradient(arguments[0], arguments[1]).then(
  (numbers) => done(Array.from(numbers)), (error) => done(String(error)));
"""
# browsers without workers, and browsers whose workers fail
WITHOUT_WORKERS = "delete window.Worker;"
FAILING_WORKERS = """
window.Worker = class {
  constructor() { setTimeout(() => this.onerror({ preventDefault() {} }), 20); }
  postMessage() {}
  terminate() {}
};
"""
TABLE = """
return [...document.querySelectorAll("#build tr[data-layer]")].map((row) => Object.fromEntries(
  [...row.querySelectorAll("td[data-column]")].map(
    (cell) => [cell.dataset.column, Number(cell.dataset.value)])));
"""


class Check:
    """What is found in one browser."""

    def __init__(self, browser, folder):
        self.tools, self.browser, self.folder, self.wrong = browser, browser.driver, folder, []
        browser.run_first(STOPWATCH)

    def require(self, condition, sentence):
        """Note a sentence unless the condition holds."""
        if not condition:
            self.wrong.append(sentence)

    def open(self, path, address):
        """Open a page at an address, from nothing."""
        self.browser.get("about:blank")
        self.browser.get(f"{path.as_uri()}#{address}")

    def wait(self):
        """Wait for the maps of a picture."""
        deadline = time.monotonic() + SECONDS
        while not self.browser.execute_script(READY):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no maps within {SECONDS} s")
            time.sleep(0.02)

    def maps(self, index):
        """The numbers of one entry of the activations."""
        return explorer_numbers.read(
            self.browser, "window.explorer.activations()[arguments[0]].data", index
        )

    def build(self, path, name):
        """Compare the table of a net with the package; returns the number of rows."""
        self.open(path, f"mode=build&preset={name}")
        found = self.browser.execute_script(TABLE)
        net = (
            models.alexnet(initializer=without_memory)
            if name == "AlexNet"
            else models.vgg(name, 1000, initializer=without_memory)
        )
        about = shapes_of(name, net, net.input_shape)
        rows = zip(about["layers"], about["rows"], strict=True)
        expected = [
            row | {"field": row["field"][0]} for layer, row in rows if layer["kind"] not in LEFT_OUT
        ]
        self.require(len(found) == len(expected), f"{name}: {len(found)} rows of {len(expected)}")
        for number, (own, row) in enumerate(zip(found, expected, strict=False)):
            for column in COLUMNS:
                same = own.get(column) == row[column]
                self.require(same, f"{name}, row {number}: {column} {own.get(column)}, "
                             f"not {row[column]}")  # fmt: skip
        return len(found)

    def see(self, path, document):
        """Compare all maps and some gradients of a net; returns a line of a table."""
        name = document["name"]
        self.open(path, f"mode=see&net={name}&picture={PICTURES[name]}")
        self.wait()
        first = self.browser.execute_script("return window.firstMaps")
        self.require(self.tools.workers(), f"{name}: no worker computes")
        steps, maps = passes(document, self.maps(0))
        if name == "digits":
            self.check_digit(document, maps[0])
        forward = max(apart(self.maps(index), values) for index, values in enumerate(maps))
        self.require(forward < FORWARD, f"{name}: maps differ by {forward:.1e}")
        backward = max(self.gradient(steps, maps, index) for index in range(1, len(maps), 3))
        self.require(backward < BACKWARD, f"{name}: gradients differ by {backward:.1e}")
        other = "digit-8" if name == "digits" else "stripes"
        second = self.browser.execute_async_script(
            SECOND_PICTURE, f"mode=see&net={name}&picture={other}"
        )
        return (name, len(steps), forward, backward, first, second)

    def why(self, path, document):
        """Compare what an answer depends on; returns the largest difference."""
        self.open(path, f"mode=see&net={document['name']}&picture={PICTURES[document['name']]}")
        self.wait()
        steps, maps = passes(document, self.maps(0))
        return explanations_check.explanations(self, path, document, maps[0], steps)

    def without_workers(self, path, document, script):
        """Compare the last maps where the page has to compute by itself."""
        name, added = document["name"], self.tools.run_first(script)
        self.open(path, f"mode=see&net={name}&picture={PICTURES[name]}")
        self.wait()
        self.require(not self.tools.workers(), f"{name}: there is a worker")
        steps, maps = passes(document, self.maps(0))
        last = len(steps)
        forward, backward = apart(self.maps(last), maps[-1]), self.gradient(steps, maps, last)
        self.require(forward < FORWARD, f"{name}: maps differ by {forward:.1e} without workers")
        self.require(backward < BACKWARD, f"{name}: gradients differ without workers")
        self.tools.forget(added)

    def check_digit(self, document, found):
        """The input of the net is the picture as the package normalises it."""
        images, preprocess = data.load("digits", "test"), document["preprocess"]
        normalize = data.Normalize(preprocess["mean"], preprocess["std"])
        number = int(PICTURES["digits"].removeprefix("digit-"))
        expected = normalize(images.images[np.flatnonzero(images.labels == number)[:1]])
        self.require(apart(found, expected) < FORWARD, "digits: the input is not the picture")

    def gradient(self, steps, maps, index):
        """The difference of the gradient of the largest unit of a layer."""
        y = maps[index]
        place = np.unravel_index(y.argmax(), y.shape)
        dy = np.zeros_like(y)
        dy[place] = 1
        channel, row, column = [int(i) for i in (*place[1:], 0, 0)[:3]]
        unit = {"channel": channel, "y": row, "x": column}
        found = self.browser.execute_async_script(GRADIENT, index, unit)
        if isinstance(found, str):
            return np.inf
        for step in reversed(steps[:index]):
            dy = step.backward(dy)
        return apart(np.array(found), dy)


def passes(document, picture):
    """The package's layers for a document, and all maps of a picture in float32."""
    steps = steps_of_document(document)
    maps = [picture.reshape(1, *document["input"].values())]
    for step in steps:
        maps.append(step.train()(maps[-1]))
    return steps, maps


def main():
    """Check the page; exit with 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--nets", nargs="+", default=SHIPPED, choices=SHIPPED)
    parser.add_argument("--firefox", action="store_true", help="in Firefox, not in Chromium")
    options = parser.parse_args()
    browser = (InFirefox if options.firefox else InChromium)(SECONDS)
    try:
        with TemporaryDirectory() as folder:
            check = Check(browser, Path(folder))
            run(check, options.nets)
            check.wrong += browser.complaints()
    finally:
        browser.driver.quit()
    print(*check.wrong, sep="\n")
    sys.exit(bool(check.wrong))


def run(check, nets):
    """Make the pages, compare, and print what was found."""
    build = check.folder / "build.html"
    build.write_text(page([]), encoding="utf-8")
    rows = sum(check.build(build, name) for name in PRESETS)
    print(f"the tables of {len(PRESETS)} nets with {rows} rows: compared exactly")
    print("net            layers  maps differ by  gradients  first maps  second picture")
    for name in nets:
        (document,) = content_of([name]).nets
        path = check.folder / f"{name}.html"
        path.write_text(page([document]), encoding="utf-8")
        name, layers, forward, backward, first, second = check.see(path, document)
        print(f"{name:14} {layers:6} {forward:15.1e} {backward:10.1e} {first:8.0f} ms "
              f"{second:12.0f} ms   ({path.stat().st_size / 1e6:.2f} MB)")  # fmt: skip
        if document["classes"]:
            run_modes(check, path, document)
        if name == "digits":
            for script in (WITHOUT_WORKERS, FAILING_WORKERS):
                check.without_workers(path, document, script)
            if check.tools.name == "Firefox":
                firefox_use.use(check, path)
    print(f"{check.tools.name} {check.browser.capabilities['browserVersion']}")


def run_modes(check, path, document):
    """Compare what only nets with classes have, and print it."""
    name = document["name"]
    gradients = explorer_numbers.backward(check, path, document, PICTURES[name])
    check.require(
        gradients < BACKWARD, f"{name}: a parameter's gradient differs by {gradients:.1e}"
    )
    maps = explorer_numbers.dense(check, path, document)
    check.require(maps < FORWARD, f"{name}: class maps differ by {maps:.1e}")
    print(
        f"{name:14} gradients of all parameters differ by {gradients:.1e}, class maps by {maps:.1e}"
    )
    explanations = check.why(path, document)
    print(f"{name:14} saliency, occlusion and Grad-CAM differ by {explanations:.1e}")


if __name__ == "__main__":
    main()
