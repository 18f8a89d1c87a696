"""Write docs/figures/style.jpg: what ``minivgg style`` makes of a portrait and of painted strokes.

    python docs/scripts/style_figures.py

The portrait of Grace Hopper, by the US Navy and in the public domain, comes with matplotlib. The
strokes are drawn here. It takes two minutes on two cores.
"""

import sys
from pathlib import Path

import matplotlib.cbook
import numpy as np
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from minivgg import data, models, plots  # noqa: E402
from minivgg.evaluation import synthesis  # noqa: E402
from minivgg.plots.tiles import tiles  # noqa: E402

OUT = ROOT / "docs" / "figures" / "style.jpg"
SIDE, STEPS = 224, 200
COLOURS = ["#1b2a6b", "#2f5fb3", "#6fa8dc", "#f4d35e", "#f2a03d", "#e8eef7", "#14213d"]


def strokes(side: int = 320, count: int = 4000, seed: int = 0) -> np.ndarray:
    """Short thick strokes along a field of whirls, as an image (3, side, side)."""
    rng = np.random.default_rng(seed)
    canvas = Image.new("RGB", (side, side), COLOURS[0])
    draw = ImageDraw.Draw(canvas)
    for _ in range(count):
        x, y = rng.uniform(0, side, 2)
        angle = 2.5 * np.sin(x / 45) + 2.5 * np.cos(y / 38)
        length, width = rng.uniform(8, 22), int(rng.integers(2, 6))
        step = length * np.array([np.cos(angle), np.sin(angle)])
        weights = np.roll([8, 6, 4, 3, 2, 1, 4], int(x + y) // 80)
        colour = rng.choice(COLOURS, p=weights / weights.sum())
        draw.line([(x, y), (x + step[0], y + step[1])], colour, width)
    return np.asarray(canvas).transpose(2, 0, 1)


def main() -> None:
    """Make the pictures and write them side by side."""
    net = models.packaged_net("vgg16-pool3")
    path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    portrait, painting = data.read_image(path, size=(SIDE, SIDE)), strokes()
    made = synthesis.style_transfer(net, portrait, painting, size=SIDE)
    new = synthesis.texture(net, painting, size=SIDE)
    inverted = [synthesis.inversion(net, portrait, f"pool{k}", size=SIDE) for k in (1, 2, 3)]
    rows = [
        ("style", [portrait, painting, synthesis.solve(made, STEPS)]),
        ("texture", [painting, synthesis.solve(new, STEPS)]),
        ("inversion", [portrait, *(synthesis.solve(problem, STEPS) for problem in inverted)]),
    ]
    captions = [
        ["photograph", "style", "result"],
        ["texture", "another one"],
        ["photograph", "from pool1", "from pool2", "from pool3"],
    ]
    plots.save(tiles(rows, 1.6, captions), OUT)


if __name__ == "__main__":
    main()
