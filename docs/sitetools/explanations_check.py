"""The explorer's saliency, occlusion and Grad-CAM in a browser are the package's."""

import time

import numpy as np

from minivgg import analysis
from minivgg.analysis.explanations import default_square
from minivgg.layers import Sequential

ALLOWED = 1e-4  # as a share of the largest number; of probabilities, as it is
SECONDS = 120  # for all pictures of one net
RANDOM = 2  # layers with random weights
# the pictures of the net and of the one with random weights, as lists of numbers
FOUND = """
const found = window.explorer?.explanations();
const plain = (plane) => ({ shape: [plane.height, plane.width], data: Array.from(plane.data) });
const all = (one) => one && Object.fromEntries(
  ["saliency", "cam", "occlusion"].map((name) => [name, plain(one[name])]));
return found && { trained: all(found.trained), random: all(found.random) };
"""


def explanations(check, path, document, picture, steps):
    """Compare the pictures of the first answer; notes in ``check`` what differs.

    Parameters
    ----------
    check : Check
        Of docs/check_explorer.py.
    path : path
        Of the page.
    document : dict
        Of the net, whose first answer is explained.
    picture : array of shape (1, C, H, W)
        The net's input.
    steps : sequence of Layer
        The package's layers with the document's weights.

    Returns
    -------
    float
        The largest difference.
    """
    net, name = Sequential(*steps), document["name"]
    label = int(net(picture).argmax())
    shown = _wait(check, path, f"{_address(document)}&random={RANDOM}")
    methods = {
        "saliency": analysis.saliency, "cam": analysis.grad_cam, "occlusion": analysis.occlusion,
    }  # fmt: skip
    largest = 0.0
    for method, compute in methods.items():
        expected = compute(net, picture, label)
        found = _array(shown["trained"][method])
        if found.shape != expected.shape:
            check.require(False, f"{name}: {method} has shape {found.shape}, not {expected.shape}")
            continue
        most = 1 if method == "occlusion" else expected.max()
        apart = float(np.abs(found - expected).max() / most)
        check.require(apart < ALLOWED, f"{name}: {method} differs by {apart:.1e}")
        largest = max(largest, apart)
        other = _array(shown["random"][method])
        check.require(np.abs(other - found).max() > ALLOWED * most,
                      f"{name}: {method} is the same with random weights")  # fmt: skip
    size, _ = default_square(*picture.shape[2:])
    text = check.browser.execute_script("return document.querySelector('#why').textContent")
    check.require(f"{size}×{size}" in text, f"{name}: the square of {size} pixels is not named")
    return largest


def _address(document):
    pictures = {"digits": "digit-3"}
    return f"mode=why&net={document['name']}&picture={pictures.get(document['name'], 'hopper')}"


def _wait(check, path, address):
    """All pictures at an address, when they are there."""
    check.open(path, address)
    deadline = time.monotonic() + SECONDS
    while True:
        if found := check.browser.execute_script(FOUND):
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"no explanations within {SECONDS} s")
        time.sleep(0.1)


def _array(plane):
    return np.array(plane["data"], np.float64).reshape(plane["shape"])
