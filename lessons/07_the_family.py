# %% [markdown]
# # 7 · The family
#
# *What you will know afterwards:* what distinguishes the nets A to E, as data; what each comparison in the paper isolates, so what its numbers can prove and what not; and where depth stopped helping.
#
# The paper: §2.2, Table 1; §4.1, Table 3. Here: `minivgg/models/configurations.py`, `minivgg/analysis/paper_tables.py` (the paper's tables).

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import numpy as np
from minivgg import layers, models, plots
from minivgg.analysis import paper_tables
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures

IMAGE = (3, 224, 224)

# %% [markdown]
# ## A question first
#
# Net C is B with a third convolution in each of the last three blocks, and that is a 1×1, which sees nothing but the pixel itself. **Does it help? Write your guess down before you go on:** is C's error lower than B's, the same, or higher?

# %% [markdown]
# ## Six nets in six lines
#
# A number is a 3×3 convolution with so many filters, `(256, 1)` one with a 1×1 kernel, `M` a max-pool; after them come three fully connected layers, the same in every net.

# %%
NAMES = ("A", "A-LRN", "B", "C", "D", "E")
for name in NAMES:
    print(f"{name:6}", *models.CONFIGURATIONS[name].layers)

# %%
nets = {name: models.vgg(name, initializer="zeros") for name in (*NAMES, "B-5x5")}
plots.architecture(nets["A"], IMAGE, "A: 11 layers with weights")

# %%
plots.architecture(nets["E"], IMAGE, "E: 19 layers with weights")

# %% [markdown]
# What all have in common: every block halves the map and, up to 512, doubles the channels, so that a convolution from as many channels to as many costs the same in blocks 1 to 4. What they differ in, counted from the nets themselves:

# %% tags=["claim-layers", "claim-kernels"]


def facts(name):
    net = nets[name]
    convolutions = [
        layer for layer in net["features"] if isinstance(layer, layers.Conv2d)
    ]
    dense = [layer for layer in net["classifier"] if isinstance(layer, layers.Linear)]
    rows = models.summary(net, IMAGE).rows
    return {
        "layers with weights": len(convolutions) + len(dense),
        "non-linearities": sum(
            isinstance(layer, layers.ReLU)
            for part in ("features", "classifier")
            for layer in net[part]
        ),
        "sees at pool5": next(
            row.receptive_field[0].size
            for row in reversed(rows)
            if isinstance(row.layer, layers.MaxPool2d)
        ),
        "parameters, millions": sum(row.parameters for row in rows) / 1e6,
        "multiply-adds, billions": sum(row.macs for row in rows) / 1e9,
    }


table = {name: facts(name) for name in nets}
print(f"{'':24}" + "".join(f"{name:>8}" for name in table))
for what in table["A"]:
    print(f"{what:24}" + "".join(f"{row[what]:>8.4g}" for row in table.values()))
assert [table[name]["layers with weights"] for name in NAMES] == [
    11,
    11,
    13,
    16,
    16,
    19,
]
kernels = {
    (layer.kernel_size, layer.padding)
    for layer in nets["C"]["features"]
    if isinstance(layer, layers.Conv2d)
}
assert kernels == {((3, 3), (1, 1)), ((1, 1), (0, 0))}
cost = [
    row.macs
    for row in models.summary(nets["D"], IMAGE).rows
    if isinstance(row.layer, layers.Conv2d)
]
assert cost[1] == cost[3] == cost[5] == cost[8] == 4 * cost[11]

# %% [markdown]
# ## What a comparison isolates
#
# Two nets that differ in *one* thing can say something about that thing. Of non-linearities and receptive field, which pairs differ in one? (More layers always bring more parameters.)

# %%
PAIRS = {
    ("A", "A-LRN"): "local response normalisation",
    ("A", "B"): "depth: two more 3×3 in the first two blocks",
    ("B", "C"): "non-linearity alone: three 1×1",
    ("C", "D"): "spatial context: the same three layers as 3×3",
    ("D", "E"): "depth: three more 3×3",
    ("B-5x5", "B"): "two 3×3 against one 5×5",
}
print(f"{'from → to':14}{'ReLUs':>7}{'sees':>12}{'parameters':>13}   what it isolates")
change = {}
for (a, b), what in PAIRS.items():
    old, new = table[a], table[b]
    change[a, b] = (
        new["non-linearities"] - old["non-linearities"],
        new["sees at pool5"] - old["sees at pool5"],
    )
    sees = f"{old['sees at pool5']} → {new['sees at pool5']}"
    print(
        f"{a + ' → ' + b:14}{change[a, b][0]:>+7}{sees:>12}{new['parameters, millions'] - old['parameters, millions']:>+11.1f} M   {what}"
    )
assert change["A", "A-LRN"] == (0, 0)
assert change["B", "C"] == (3, 0)
assert change["C", "D"] == (0, 56)
assert change["B-5x5", "B"] == (5, 0)
assert (
    table["B"]["sees at pool5"],
    table["C"]["sees at pool5"],
    table["D"]["sees at pool5"],
) == (
    156,
    156,
    212,
)
assert [
    sum(isinstance(layer, layers.ReLU) for layer in nets[name]["features"])
    for name in ("B-5x5", "B")
] == [5, 10]
assert all(both > 0 for both in change["A", "B"])

# %% [markdown]
# - **B → C** adds three non-linearities, and the receptive field stays at 156 pixels.
# - **C → D** keeps the non-linearities, and the receptive field grows to 212.
# - **B-5x5 → B** (§4.1's control) keeps the receptive field, and has twice the ReLUs in the convolutions, with fewer parameters.
# - **A → B** is not so clean: both grow at once.
#
# ## What came out

# %% tags=["claim-depth"]
error = {name: row["256"][0] for name, row in paper_tables.TABLE_3.items()}
assert error == {"A": 29.6, "A-LRN": 29.7, "B": 28.7, "C": 28.1, "D": 27.0, "E": 27.3}
assert error["A"] > error["B"] > error["C"] > error["D"]
assert error["E"] > error["D"]
assert [paper_tables.TABLE_3[name]["[256;512]"][0] for name in "DE"] == [25.6, 25.5]
figures.dots(
    [f"{name}, {table[name]['layers with weights']} layers" for name in NAMES],
    {
        "S = 256": list(error.values()),
        "S ∈ [256; 512]": [
            paper_tables.TABLE_3[n].get("[256;512]", (np.nan,))[0] for n in NAMES
        ],
    },
    "top-1 error on ImageNet's validation images, %",
)

# %% [markdown]
# - The answer: **C errs less than B**, 28.1 % against 28.7 %. Non-linearity alone helps.
# - D errs less than C, 27.0 %: context helps more, with the same number of layers. So a 1×1 is better than nothing, and a 3×3 better than a 1×1.
# - LRN: 29.7 % against 29.6 %. Nothing gained.
# - The 5×5 net's error was 7 % higher than B's, says §4.1 (top-1, centre crop).
# - E, with 19 layers, is no better than D with 16 at $S = 256$ (27.3 against 27.0 %), and by one tenth at jittered scales (25.5 against 25.6 %). *Depth saturates.*
#
# ## How sure is one number?
#
# Each error is of one training, and one training is chance in part: other initial weights, another order. Of 50,000 validation images a share of $p$ misclassified has by itself a standard error of
# $\sqrt{p (1-p) / 50000}$:

# %%
p = error["D"] / 100
standard_error = 100 * np.sqrt(p * (1 - p) / 50_000)
assert round(standard_error, 1) == 0.2
of_a_difference = np.sqrt(2) * standard_error  # of two independent numbers
assert error["A-LRN"] - error["A"] < of_a_difference
assert error["C"] - error["D"] > 3 * of_a_difference
print(f"± {standard_error:.2f} points, from the number of images alone")

# %% [markdown]
# so the tenth between A and A-LRN is nothing, and the 1.1 points between C and D are more than chance in the images; how much chance in the training matters is not in the paper. This project trains the
# family in small on CIFAR-10 with three seeds (`python -m benchmarks.paper`) and says of each finding whether it shows there: `benchmarks/paper/results.md`.
#
# ## What write-ups get wrong
#
# - *"11 to 25 layers"*: 11 to 19. *"Every convolution is 3×3 with padding 1"*: C's three have a 1×1 kernel and no padding.
# - *"Accuracy grows with depth without end"*: it saturates at 19 layers.
# - *"LRN harms accuracy"*: a tenth of a point is less than chance.
# - *"Small filters lose less information"*: not the paper's argument. It names two: more non-linearities, and fewer parameters for the same receptive field. The size of the maps is no difference either: one 5×5 and two 3×3 leave the same.

# %% tags=["claim-information"]
assert (
    nets["B"]["features"].output_shape(IMAGE)
    == nets["B-5x5"]["features"].output_shape(IMAGE)
    == (512, 7, 7)
)
assert table["B"]["non-linearities"] > table["B-5x5"]["non-linearities"]
assert table["B"]["parameters, millions"] < table["B-5x5"]["parameters, millions"]

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("7.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 7.1  How many convolutions does E have?
check(..., "7.1")

# %%
# 7.2  What is the configuration of D's first two blocks, as a list of numbers and "M"?
check(..., "7.2")

# %%
# 7.3  Which two nets of Table 1 differ only in spatial context? Write a list of two names, the net with less context first.
check(..., "7.3")

# %% [markdown]
# ## In five lines
#
# - One line of data describes a net; A to E have 11, 11, 13, 16, 16 and 19 layers with weights.
# - B → C adds non-linearity alone, C → D context alone: both help, context more.
# - LRN brings nothing; two 3×3 beat one 5×5.
# - Depth saturates at 19 layers.
# - Each number is one training: differences of a tenth prove nothing.
