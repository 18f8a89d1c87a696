"""The three products of a fully connected layer, for every kind of batch."""

import numpy as np
import pytest
from support.compare import error

from minivgg.backend.cpu import linear
from minivgg.backend.tuning import get_tuning

MAX_THIN = get_tuning().max_thin_batch_rows


@pytest.mark.parametrize("n", [0, 1, 2, 7, MAX_THIN, MAX_THIN + 1])
@pytest.mark.parametrize(
    ("d", "o"), [(1, 1), (3, 5), (512, 256), (700, 100), (1025, 300), (40, 2500)]
)
def test_products_agree_with_numpy(rng, n, d, o):
    x, w, dy = rng.standard_normal((n, d)), rng.standard_normal((o, d)), rng.standard_normal((n, o))
    y, dx, dw = np.full((n, o), np.nan), np.full((n, d), np.nan), np.full((o, d), np.nan)
    linear.linear_forward(x, w, y)
    linear.linear_input_grad(dy, w, dx)
    linear.linear_weight_grad(dy, x, dw)
    assert error(y, x @ w.T) < 1e-13
    assert error(dx, dy @ w) < 1e-13
    assert error(dw, dy.T @ x) < 1e-13
