"""The explorer's modules, run by Node: their numbers are the package's."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from support import explorer_cases

from minivgg import data, models
from minivgg.explorer.document import net_document
from minivgg.explorer.sources import content_of

HERE = Path(__file__).parent
MODULES = sorted(path.name for path in HERE.glob("*.test.mjs"))
LARGER = ((20, 28), (64, 80))  # pictures that the nets for digits and CIFAR are applied to densely
OLDEST = 20  # the first version of Node with a test runner that is no experiment


def node():
    """Path of a Node that can run the tests, or None."""
    path = shutil.which("node")
    if path is None:
        return None
    version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    return path if int(version.strip().lstrip("v").partition(".")[0] or 0) >= OLDEST else None


NODE = node()
needs_node = pytest.mark.skipif(
    NODE is None and os.environ.get("CI") != "true",
    reason=f"Node {OLDEST} or newer is not installed",
)


def units_of(document, size, rng):
    """Some units of each kind of layer, the last one of a map among them."""
    net = explorer_cases.steps_of_document(document)
    shape, found = (document["input"]["channels"], *size), []
    for index, step in enumerate(net, 1):
        shape = step.output_shape(shape)
        channel = int(rng.integers(shape[0]))
        if len(shape) == 1:
            found.append((index, channel, 0, 0))
        else:
            middle = (index, channel, shape[1] // 2, shape[2] // 2)
            found += [middle, (index, int(rng.integers(shape[0])), shape[1] - 1, 0)]
    return found


@pytest.fixture(scope="session")
def cases(tmp_path_factory):
    """The folder of cases that the modules are tested with."""
    folder, rng = tmp_path_factory.mktemp("explorer"), np.random.default_rng(0)
    explorer_cases.write_shapes(folder / "shapes.json")
    explorer_cases.write_greys(folder / "greys.json", rng)
    digit = data.load("digits", "test").images[7]
    shipped = content_of(["digits", "cifar10"]).nets
    nets = {
        "digits": (shipped[0], np.repeat(digit, 3, 0)),
        "cifar10": (shipped[1], noise(rng, 32, 32)),
        "vgg16-pool3": (
            net_document(models.packaged_net("vgg16-pool3"), "vgg16-pool3", ""),
            noise(rng, 40, 48),
        ),
        "odd": (explorer_cases.document_of(explorer_cases.odd_net(rng), "odd"), noise(rng, 40, 29)),
        "pooled": (explorer_cases.document_of(explorer_cases.pooled_net(), "pooled"), None),
    }
    grey = rng.integers(256, size=(1, 9, 9), dtype=np.uint8)
    nets["pooled"] = (nets["pooled"][0], np.repeat(grey, 3, 0))
    for name, (document, picture) in nets.items():
        channels = document["input"]["channels"]
        units = units_of(document, picture.shape[1:], rng)
        explorer_cases.write_case(folder / name, document, picture, units, channels)
    for document, size in zip(shipped, LARGER, strict=True):
        case = folder / document["name"]
        explorer_cases.write_training(case, document, label=3)
        explorer_cases.write_dense(case, document, noise(rng, *size))
    return folder


def noise(rng, height, width):
    """A smooth picture of random colours: neighbours are alike, as in photographs."""
    small = rng.integers(256, size=(3, -(-height // 4), -(-width // 4)), dtype=np.uint8)
    large = small.repeat(4, 1).repeat(4, 2)[:, :height, :width]
    return np.clip(large + rng.integers(-20, 20, large.shape), 0, 255).astype(np.uint8)


@needs_node
@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_node_runs_the_tests_of_a_module(module, cases):
    result = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", str(HERE / module)],
        env={**os.environ, "EXPLORER_CASES": str(cases)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
