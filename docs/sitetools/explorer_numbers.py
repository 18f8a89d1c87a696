"""The numbers of the explorer's modes Backward and Dense: what docs/check_explorer.py compares."""

import base64
import time

import numpy as np
from support.explorer_cases import fully_convolutional, parameter_gradients

SECONDS = 60
LABEL = 5
# numbers as base64 of float32, a piece at a time: texts have a limit
NUMBERS = """
const numbers = Float32Array.from(%s), bytes = new Uint8Array(numbers.buffer);
let text = "";
for (let i = 0; i < bytes.length; i += 30000) {
  text += String.fromCharCode(...bytes.subarray(i, i + 30000));
}
return btoa(text);
"""
TRAINING = """
const [label, done] = arguments;
window.explorer.task("training", { label }).then(
  (found) => { window.training = found; done(found.loss); }, (error) => done(String(error)));
"""
# once it is computed for the whole class map, and by the net on the window alone
DENSE = "return window.explorer ? window.explorer.dense() !== null : false"
# w, its gradient and two central differences, once they are there
CHECKED = """
const numbers = [...document.querySelectorAll(".check-table td:nth-child(2)")].map((cell) => (
  Number(cell.textContent.replaceAll("−", "-"))));
return numbers.length === 4 && numbers.every(Number.isFinite) ? numbers : null;
"""


def read(browser, expression, *arguments):
    """Numbers of the page, of an expression with ``arguments``."""
    text = browser.execute_script(NUMBERS % expression, *arguments)
    return np.frombuffer(base64.b64decode(text), np.float32)


def wait(browser, script, sentence):
    """Wait until a script gives something true, and return it."""
    deadline = time.monotonic() + SECONDS
    while not (found := browser.execute_script(script)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{sentence} within {SECONDS} s")
        time.sleep(0.05)
    return found


def apart(found, expected):
    """The largest difference as a share of the largest number."""
    most = np.abs(expected).max()
    return float(np.abs(found.reshape(expected.shape) - expected).max() / (most or 1))


def backward(check, path, document, picture):
    """The largest difference of the gradients of all parameters for one picture and label."""
    name, browser = document["name"], check.browser
    check.open(path, f"mode=backward&net={name}&picture={picture}&class={LABEL}&h=0.000001")
    check.wait()
    # a second request for the gradients would end that of the page
    _, gradient, double, single = wait(browser, CHECKED, f"{name}: no gradient check")
    x = read(browser, "window.explorer.activations()[0].data")
    loss, expected = parameter_gradients(document, x.reshape(1, *document["input"].values()), LABEL)
    found = browser.execute_async_script(TRAINING, LABEL)
    check.require(not isinstance(found, str), f"{name}: the training step: {found}")
    check.require(abs(found - loss) < 1e-5 * max(1, loss), f"{name}: loss {found}, not {loss}")
    places = [
        (index, part)
        for index, layer in enumerate(document["layers"])
        if "weight" in layer
        for part in ("weight", "bias")
    ]
    largest = max(
        apart(
            read(browser, "window.training.parameters[arguments[0]][arguments[1]]", *place), values
        )
        for place, values in zip(places, expected, strict=True)
    )
    # of the largest gradient in the first convolution
    most = expected[0].flat[np.abs(expected[0]).argmax()]
    for value, tolerance in ((gradient, 1e-4), (double, 1e-4), (single, 0.3)):
        near = abs(value - most) <= tolerance * abs(most)
        check.require(near, f"{name}: the gradient check shows {value}, not {most}")
    return largest


def dense(check, path, document):
    """The largest difference of the class map of the mosaic, and of the window by itself."""
    name, browser = document["name"], check.browser
    check.open(path, f"mode=dense&net={name}&window=1,2&filled=1&zeros=1")
    wait(browser, DENSE, f"{name}: no class map")
    shape = browser.execute_script(
        "const { channels, height, width } = window.explorer.dense().activations[0];"
        "return [1, channels, height, width];"
    )
    x = read(browser, "window.explorer.dense().activations[0].data").reshape(shape)
    net = fully_convolutional(document)
    expected = net(x)
    largest = apart(read(browser, "window.explorer.dense().scores.data"), expected)
    place = (0, slice(None), 1, 2)
    matrix = read(browser, "window.explorer.dense().matrix")
    check.require(apart(matrix, expected[place]) < 1e-5, f"{name}: the matrices differ")
    jump = browser.execute_script("return window.explorer.dense().jump")
    _, height, width = document["input"].values()
    window = x[:, :, jump : jump + height, 2 * jump : 2 * jump + width]
    alone = read(browser, "window.explorer.dense().alone")
    return max(largest, apart(alone, net(window)[0, :, 0, 0]))
