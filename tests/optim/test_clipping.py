"""Gradient clipping: PyTorch's values, on every device, and gradients that are left alone."""

import numpy as np
import pytest
from support.compare import on_device

from minivgg import backend, layers
from minivgg.layers import Parameter
from minivgg.optim import clip_gradients


def parameters_with(*gradients):
    made = [Parameter(on_device(np.zeros_like(g))) for g in gradients]
    for p, g in zip(made, gradients, strict=True):
        p.grad = on_device(g)
    return made


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_long_gradient_is_shortened_as_by_pytorch(device, dtype):
    """(3, 0) and (4, 12) are together 13 long."""
    made = parameters_with(np.array([3, 0], dtype), np.array([[4], [12]], dtype))
    norm = clip_gradients(made, 2.0)
    assert float(norm) == pytest.approx(13)
    assert backend.device_of(norm) == device
    gradients = [backend.to_numpy(p.grad) for p in made]
    expected = [[0.46153842603550566, 0.0], [[0.6153845680473409], [1.8461537041420226]]]
    for g, values in zip(gradients, expected, strict=True):
        assert g.dtype == dtype
        np.testing.assert_allclose(g, values, rtol=1e-6 if dtype == np.float32 else 1e-14)


def test_a_short_gradient_keeps_every_bit(device, rng):
    conv = layers.Conv2d(2, 3, 3)
    conv.bias.frozen = True  # without a gradient it is left out
    g = rng.standard_normal((3, 2, 3, 3)).astype(np.float32)
    conv.weight.add_grad(on_device(g.copy()))
    norm = clip_gradients(conv.parameters(), 100)
    assert float(norm) == pytest.approx(np.linalg.norm(g))
    assert (backend.to_numpy(conv.weight.grad) == g).all()
    assert not conv.bias.has_grad


def test_the_norm_does_not_depend_on_the_number_of_threads(rng):
    """Chunks are cut by size alone: a gradient of several chunks, with gaps in memory or not."""
    g = rng.standard_normal((2, 100_001)).astype(np.float32)
    norms = []
    before = backend.get_num_threads()
    try:
        for threads in (1, 2):
            backend.set_num_threads(threads)
            norms += [float(clip_gradients(parameters_with(a), 1e9)) for a in (g, g[:, ::-1])]
    finally:
        backend.set_num_threads(before)
    assert norms[:2] == norms[2:]
    assert norms == pytest.approx([np.linalg.norm(g.astype(float))] * 4)


def test_what_cannot_be_clipped_is_refused():
    for bound in (0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="max_norm must be a finite number above 0"):
            clip_gradients(parameters_with(np.ones(1)), bound)
    with pytest.raises(ValueError, match="no parameter has a gradient: call it after backward"):
        clip_gradients([Parameter(np.ones(1))], 1.0)
