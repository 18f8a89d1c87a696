"""Draw docs/figures/architecture.svg from the import contract in pyproject.toml.

Run in the root of a checkout, after a change of the contract::

    python docs/scripts/architecture_diagram.py
"""

import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUT = ROOT / "docs" / "figures" / "architecture.svg"

# what each package contains, in at most 62 characters for a row of its own and 29 for half a row
CONTENTS = {
    "cli": "the commands: arguments in, tables and figures out",
    "classroom": "exercises, assignments, known mistakes, grading",
    "explorer": "the interactive page",
    "training": "trainer, checkpoints, run folders, recipes, several processes",
    "evaluation": "metrics, the paper's test protocols, predictions, features",
    "models": "nets as data, pretrained weights",
    "plots": "figures of runs and nets",
    "weights": "files: safetensors, PyTorch, HDF5, npz, ONNX",
    "analysis": "gradient checks, summaries, receptive fields, the paper's tables",
    "layers": "parameters, layers, losses",
    "optim": "optimizers, schedules",
    "data": "datasets, images, transforms, loader",
    "ops": "the arithmetic: pure functions, forward and backward",
    "backend": "devices, random numbers, threads, memory; all CPU and GPU kernels",
    "textbook": "every operation, plainly",
    "utils": "files, downloads, tables",
}
COLOURS = {  # of the Okabe–Ito palette, lightened: text on them is black
    "#f6d9a8": ("cli", "classroom", "explorer"),
    "#cfe6f5": ("training", "evaluation"),
    "#d3ecdf": ("models", "plots", "weights", "analysis"),
    "#fbf3b0": ("layers", "optim", "data", "ops"),
    "#f0d3e2": ("backend",),
    "#e4e4e4": ("textbook", "utils"),
}
WIDTH, LEFT, RIGHT, ROW, GAP, TOP = 800, 70, 20, 40, 8, 64
FONT = "font-family='system-ui, -apple-system, Segoe UI, Roboto, sans-serif'"


def layers():
    """The rows of the contract, highest first: lists of packages."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [row.split(" | ") for row in rows if row != "__main__"]


def svg():
    """The diagram as text: a row of boxes for each row of the contract."""
    rows = layers()
    height = TOP + len(rows) * (ROW + GAP) + 40
    colour = {name: fill for fill, names in COLOURS.items() for name in names}
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-labelledby='title' {FONT} font-size='14' fill='#111'>",
        "<title id='title'>The packages of minivgg in layers; imports go down only</title>",
        # a background of its own keeps the text legible on dark pages
        f"<rect width='{WIDTH}' height='{height}' rx='8' fill='#fff'/>",
        f"<text x='{LEFT}' y='36'>lessons, docs, benchmarks and tests use the package like any "
        "other program</text>",
    ]
    for number, names in enumerate(rows):
        y = TOP + number * (ROW + GAP)
        width = (WIDTH - LEFT - RIGHT - GAP * (len(names) - 1)) / len(names)
        for column, name in enumerate(names):
            parts += box(LEFT + column * (width + GAP), y, width, name, colour[name])
    bottom = TOP + len(rows) * (ROW + GAP) - GAP
    parts += [
        f"<path d='M36 {TOP} V{bottom} m-7 -12 l7 12 l7 -12' fill='none' stroke='#111' "
        "stroke-width='2'/>",
        f"<text transform='translate(24 {(TOP + bottom) / 2:g}) rotate(-90)' "
        "text-anchor='middle'>imports go down only</text>",
        f"<text x='{LEFT}' y='{bottom + 26}'>Only backend imports CuPy, threadpoolctl and ctypes; "
        "textbook imports NumPy and nothing else.</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def box(x, y, width, name, fill):
    """One package: its name in bold, and what it contains."""
    return [
        f"<rect x='{x:g}' y='{y}' width='{width:g}' height='{ROW}' rx='4' fill='{fill}' "
        "stroke='#555'/>",
        f"<text x='{x + 12:g}' y='{y + 25}'><tspan font-weight='bold'>{name}</tspan>"
        f"<tspan x='{x + 112:g}'>{escape(CONTENTS[name])}</tspan></text>",
    ]


if __name__ == "__main__":
    OUT.write_text(svg(), encoding="utf-8")
    print(f"wrote {OUT.relative_to(ROOT)}")
