"""The cheat sheet: each of its formulas and numbers is compared with the package.

A test begins by looking for the formula on the page, so a formula that is changed there must be
changed here.
"""

import re
from itertools import pairwise

import numpy as np
import pytest
from support import documents

from minivgg import layers, models, ops
from minivgg.analysis import paper_tables, summary
from minivgg.analysis.receptive_field import receptive_field
from minivgg.evaluation import protocols
from minivgg.layers import initializers
from minivgg.models import CONFIGURATIONS
from minivgg.optim import SGD
from minivgg.textbook.im2col import col2im, im2col
from minivgg.training.recipes import RECIPES

PAGE = (documents.DOCS / "cheat-sheet.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (.+?) \| (.+) \|$", PAGE, re.M))
NETS = re.findall(r"^\| ([A-E]) \| `(.+)` \| (\d+) \| ([\d,]+) \| ([\d.]+)·10⁹ \|$", PAGE, re.M)
RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.standard_normal(shape)


@pytest.mark.parametrize(("size", "k", "s", "p"), [(7, 3, 1, 1), (8, 2, 2, 0), (11, 4, 3, 2)])
def test_the_size_of_the_output(size, k, s, p):
    assert (
        r"$H' = \lfloor (H + 2p - k)/s \rfloor + 1$" in ROWS["output size of a convolution or pool"]
    )
    layer = layers.Conv2d(1, 1, k, s, padding=p)
    assert layer.output_shape((1, size, size))[1] == (size + 2 * p - k) // s + 1


def test_sizes_that_are_named():
    assert "3×3 with p = 1 keeps H, 2×2 pool with s = 2 halves it" in PAGE
    assert layers.Conv2d(1, 1, 3, padding=1).output_shape((1, 14, 14)) == (1, 14, 14)
    assert layers.MaxPool2d(2).output_shape((1, 14, 14)) == (1, 7, 7)


def test_parameters_and_multiply_adds_of_a_convolution():
    assert ROWS["parameters of a convolution"] == r"$O\,(k^2 C + 1)$"
    assert ROWS["multiply-adds of a convolution"] == r"$k^2\, C\, O\, H' W'$"
    conv = layers.Conv2d(3, 5, 3, padding=1)
    assert sum(p.data.size for p in conv.parameters().values()) == 5 * (9 * 3 + 1)
    assert conv.macs((3, 8, 6)) == 9 * 3 * 5 * 8 * 6


def test_parameters_and_multiply_adds_of_a_fully_connected_layer():
    assert ROWS["parameters of a fully connected layer"] == r"$\text{out}\,(\text{in} + 1)$"
    assert ROWS["multiply-adds of a fully connected layer"] == r"$\text{in} \cdot \text{out}$"
    linear = layers.Linear(7, 4)
    assert sum(p.data.size for p in linear.parameters().values()) == 4 * (7 + 1)
    assert linear.macs((7,)) == 7 * 4


def test_receptive_fields():
    assert r"$r \leftarrow r + (k-1)\,j$, then $j \leftarrow j\,s$" in PAGE
    stack, r, j = [(3, 1), (3, 1), (2, 2), (5, 1), (3, 2), (3, 1)], 1, 1
    for k, s in stack:
        r, j = r + (k - 1) * j, j * s
    assert receptive_field(stack) == (r, j)
    assert ROWS["n layers of 3×3, stride 1"] == "$r = 2n + 1$"
    assert all(receptive_field([(3, 1)] * n) == (2 * n + 1, 1) for n in range(6))


def test_the_centre_of_the_first_unit():
    """Measured: the mean position of the pixels that the gradient of a unit reaches."""
    assert r"$c \leftarrow c + \left(\frac{k-1}{2} - p\right) j$" in PAGE
    stack, c, j = [(3, 1, 1), (2, 2, 0), (3, 1, 0)], 0.5, 1
    net = layers.Sequential(
        [layers.Conv2d(1, 1, k, s, padding=p, initializer="ones") for k, s, p in stack]
    ).to("cpu", np.float64)
    for k, s, p in stack:
        c, j = c + ((k - 1) / 2 - p) * j, j * s
    y = net(np.zeros((1, 1, 40, 40)))
    dy = np.zeros_like(y)
    dy[0, 0, 8, 8] = 1
    seen = np.flatnonzero(net.backward(dy)[0, 0].any(axis=0))
    assert (seen[0] + seen[-1] + 1) / 2 == c + 8 * j


def test_three_small_filters_and_one_large():
    assert ROWS["three 3×3 and one 7×7, C channels"] == "$27C^2$ and $49C^2$ weights"
    small, large = (layers.Conv2d(4, 4, k, bias=False).weight.data.size for k in (3, 7))
    assert (3 * small, large) == (27 * 16, 49 * 16)


def test_shapes_and_gradients_of_a_convolution():
    assert "columns (N·H'·W', k²C); filters (O, k²C); output = columns · filtersᵀ" in PAGE
    assert "$Y = XF^T + b$, with $X$ = im2col(x)" in PAGE
    assert r"$dF = dY^T X$, $db = \sum dY$ over rows, $dx$ = col2im$(dY\, F)$" in PAGE
    x, w, b = normal(2, 3, 6, 5), normal(4, 3, 3, 3), normal(4)
    X, F = im2col(x, 3, 1, 1), w.transpose(0, 2, 3, 1).reshape(4, -1)
    assert X.shape == (2 * 6 * 5, 9 * 3)
    y, saved = ops.conv2d(x, w, b, padding=1)
    Y = X @ F.T + b
    assert np.allclose(Y.reshape(2, 6, 5, 4).transpose(0, 3, 1, 2), y)
    dy = normal(*y.shape)
    dY = dy.transpose(0, 2, 3, 1).reshape(-1, 4)
    dx, dw, db = ops.conv2d_backward(dy, saved)
    assert np.allclose((dY.T @ X).reshape(4, 3, 3, 3).transpose(0, 3, 1, 2), dw)
    assert np.allclose(dY.sum(axis=0), db)
    assert np.allclose(col2im(dY @ F, x.shape, 3, 1, 1), dx)


def test_a_fully_connected_layer():
    assert r"$dW = dY^T X$, $db = \sum dY$ over images, $dX = dY\, W$" in PAGE
    x, w, b, dy = normal(5, 3), normal(2, 3), normal(2), normal(5, 2)
    y, saved = ops.linear(x, w, b)
    dx, dw, db = ops.linear_backward(dy, saved)
    for found, formula in ((y, x @ w.T + b), (dw, dy.T @ x), (db, dy.sum(axis=0)), (dx, dy @ w)):
        assert np.allclose(found, formula)


def test_relu_and_dropout():
    assert r"| $y = \max(x, 0)$ | $dx = dy \cdot [x > 0]$ |" in PAGE
    x, dy = normal(4, 5), normal(4, 5)
    y, saved = ops.relu(x)
    assert np.array_equal(y, np.maximum(x, 0))
    assert np.array_equal(ops.relu_backward(dy, saved), dy * (x > 0))
    assert (
        r"| $y = x \cdot m/(1-p)$, $m$ = 0 with probability p, else 1 | $dx = dy \cdot m/(1-p)$ |"
        in PAGE
    )
    y, saved = ops.dropout(x, 0.3, np.random.default_rng(1))
    m = y != 0
    assert np.allclose(y, x * m / 0.7)
    assert np.allclose(ops.dropout_backward(dy, saved), dy * m / 0.7)
    layer = layers.Dropout(0.3).eval()
    assert np.array_equal(layer(x), x)


def test_max_pooling_adds_up_where_windows_overlap():
    assert "each $dy$ goes to the pixel that won its window; where windows overlap they add" in PAGE
    y, saved = ops.max_pool2d(np.array([[[[1.0, 5, 2], [4, 3, 0]]]]), 2, stride=1)
    assert y.tolist() == [[[[5, 5]]]]
    dx = ops.max_pool2d_backward(np.array([[[[10.0, 20]]]]), saved)
    assert dx.tolist() == [[[[0, 30, 0], [0, 0, 0]]]]


def test_softmax_and_its_loss():
    assert r"$p_i = e^{z_i - \max z} / \sum_j e^{z_j - \max z}$" in PAGE
    assert r"$L = -\log p_t$, mean over N images | $dz = (p - y)/N$" in PAGE
    z, labels = normal(4, 3), np.array([0, 2, 1, 2])
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p, y = e / e.sum(axis=1, keepdims=True), np.eye(3)[labels]
    assert np.allclose(ops.softmax(z), p)
    loss, saved = ops.softmax_cross_entropy(z, labels)
    assert np.isclose(loss, -np.log(p[np.arange(4), labels]).mean())
    assert np.allclose(ops.softmax_cross_entropy_backward(saved), (p - y) / 4)
    assert r"Loss before training, with K classes: $\log K$" in PAGE
    assert np.isclose(ops.softmax_cross_entropy(np.zeros((1, 7)), np.array([3]))[0], np.log(7))


def test_a_sum_of_two_branches():
    assert r"| $y = F(x) + x$ | $dx = dy + dy\,\partial F/\partial x$ |" in PAGE
    body = layers.Linear(3, 3).to("cpu", np.float64)
    block = layers.Residual(body)
    block(normal(2, 3))
    dy = normal(2, 3)
    assert np.allclose(block.backward(dy), dy + dy @ body.weight.data)


def test_sgd_with_momentum_and_decay():
    assert r"$v \leftarrow \mu v - \varepsilon\,(g + \lambda w)$, then $w \leftarrow w + v$" in PAGE
    linear = layers.Linear(2, 2, bias=False).to("cpu", np.float64)
    parameter = linear.weight
    w, v = parameter.data.copy(), np.zeros((2, 2))
    sgd = SGD(linear.parameters(), lr=0.1, momentum=0.9, weight_decay=0.05)
    for _ in range(4):
        g = normal(2, 2)
        parameter.grad[...] = g
        sgd.step()
        v = 0.9 * v - 0.1 * (g + 0.05 * w)
        w = w + v
        assert np.allclose(parameter.data, w)


def test_a_lasting_gradient():
    assert r"$v \to -\varepsilon\, g/(1-\mu)$: with μ = 0.9, ten times the step" in PAGE
    v = 0.0
    for _ in range(500):
        v = 0.9 * v - 0.01 * 3
    assert np.isclose(v, -0.01 * 3 / (1 - 0.9))
    assert np.isclose(1 / (1 - 0.9), 10)


def test_initial_weights():
    assert r"variance $2/(\text{in} + \text{out})$, $2/\text{in}$ (in, out: k²C, k²O)" in PAGE
    shape, stream = (200, 50, 3, 3), np.random.default_rng(0)
    glorot = initializers.get("xavier_uniform")(shape, stream).var()
    assert np.isclose(glorot, 2 / (9 * 50 + 9 * 200), rtol=0.02)
    assert np.isclose(initializers.get("kaiming_normal")(shape, stream).var(), 2 / 450, rtol=0.02)


@pytest.mark.parametrize("net", NETS, ids=[net[0] for net in NETS])
def test_the_table_of_the_nets(net):
    name, convolutions, depth, parameters, macs = net
    written = [
        item if item == "M" else (int(item[:-1]), 1) if item.endswith("*") else int(item)
        for item in convolutions.split()
    ]
    assert written == CONFIGURATIONS[name].layers
    assert int(depth) == sum(item != "M" for item in written) + 3
    built = summary(models.vgg(name, initializer=initializers.without_memory), (3, 224, 224))
    assert parameters == f"{built.parameters:,}"
    assert macs == f"{built.macs / 1e9:.2f}"


def test_all_nets_are_there_and_their_fully_connected_layers_counted():
    assert [net[0] for net in NETS] == list("ABCDE")
    sizes = [7 * 7 * 512, 4096, 4096, 1000]
    dense = sum(o * (i + 1) for i, o in pairwise(sizes))
    assert f"Fully connected: {dense:,} parameters" in PAGE


def test_the_fields_of_the_pools_of_d():
    field, seen = receptive_field, []
    stack = []
    for item in CONFIGURATIONS["D"].layers:
        stack.append((2, 2) if item == "M" else (3, 1))
        if item == "M":
            seen.append(field(stack)[0])
    seen.append(field([*stack, (7, 1)])[0])
    names = ("pool1", "pool2", "pool3", "pool4", "pool5", "fc6")
    text = ", ".join(f"{name} {size}" for name, size in zip(names, seen, strict=True))
    assert f"D's receptive fields: {text} pixels" in PAGE


def test_how_the_paper_trains():
    recipe = RECIPES["paper-256"]
    row = ROWS["training (§3.1)"]
    assert f"batch {recipe.batch_size}, momentum {recipe.momentum}" in row
    assert (recipe.weight_decay, "weight decay 5·10⁻⁴" in row) == (5e-4, True)
    assert (recipe.lr, "learning rate 10⁻²" in row) == (1e-2, True)
    assert f"dropout {recipe.dropout} after fc6 and fc7" in row
    assert f"{recipe.epochs} epochs" in row
    sides = RECIPES["paper-256"].scale, RECIPES["paper-384"].scale, *RECIPES["paper-jitter"].scale
    assert "S = {}, {}, or drawn from {} to {}".format(*sides) in ROWS["training images"]


def test_how_the_paper_tests():
    assert "S fixed: Q = S − 32, S, S + 32; S drawn: Q = 256, 384, 512" in PAGE
    assert protocols.paper_scales(384, 224) == (352, 384, 416)
    assert protocols.paper_scales((256, 512), 224) == (256, 384, 512)
    crops = 2 * len(protocols.crop_corners((3, 256, 256), (224, 224)))
    assert f"{crops} per scale, {3 * crops} for three scales" in ROWS["multi-crop"]


@pytest.mark.parametrize("q", [224, 256, 384, 512])
def test_the_size_of_a_class_map(q):
    assert "fc6, fc7, fc8 as convolutions of 7×7, 1×1, 1×1; class map of Q/32 − 6 units" in PAGE
    side = q
    for item in CONFIGURATIONS["D"].layers:
        layer = layers.MaxPool2d(2) if item == "M" else layers.Conv2d(1, 1, 3, padding=1)
        side = layer.output_shape((1, side, side))[1]
    for k in (7, 1, 1):
        side = layers.Conv2d(1, 1, k).output_shape((1, side, side))[1]
    assert side == q // 32 - 6


def test_the_errors_of_d_are_the_papers():
    both = paper_tables.TABLES_5_AND_6
    errors = [
        paper_tables.TABLE_3["D"]["[256;512]"],
        paper_tables.TABLE_4["D"]["[256;512]"],
        both["D"]["both"],
        both["D + E"]["both"],
    ]
    words = ("one scale", "three scales", "with crops", "with E")
    text = "; ".join(f"{word} {a}, {b}" for word, (a, b) in zip(words, errors, strict=True))
    assert text in PAGE


def test_it_fits_on_a_printed_page():
    assert len(PAGE.splitlines()) <= 72
    assert len(PAGE.split()) <= 950
