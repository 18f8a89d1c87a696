"""Losses of feature maps: their values by hand, their gradients by central differences."""

import numpy as np
import pytest
from support.compare import error, on_device

from minivgg.analysis.feature_losses import (
    gram_matrix,
    gram_matrix_backward,
    style_loss,
    style_loss_backward,
    total_variation,
    total_variation_backward,
)
from minivgg.analysis.gradcheck import gradcheck

SHAPE = (2, 3, 4, 5)


def test_gram_matrices_are_sums_over_positions(rng):
    maps = rng.standard_normal(SHAPE)
    gram, _ = gram_matrix(maps)
    expected = np.zeros((2, 3, 3))
    for n, c, d, i, j in np.ndindex(2, 3, 3, 4, 5):
        expected[n, c, d] += maps[n, c, i, j] * maps[n, d, i, j] / 60
    assert error(gram, expected) < 1e-12


def test_gram_matrices_of_many_positions_are_summed_in_blocks(rng):
    maps = rng.standard_normal((2, 3, 40, 70))
    f = maps.reshape(2, 3, -1)
    assert error(gram_matrix(maps)[0], f @ f.swapaxes(1, 2) / f[0].size) < 1e-12
    dgram = rng.standard_normal((2, 3, 3))
    dmaps = gram_matrix_backward(dgram, gram_matrix(maps)[1])
    expected = (dgram + dgram.swapaxes(1, 2)) @ f / f[0].size
    assert error(dmaps.reshape(2, 3, -1), expected) < 1e-12


def test_gram_matrices_do_not_see_where_things_are(rng):
    maps = rng.standard_normal(SHAPE)
    moved = maps.reshape(2, 3, 20)[:, :, rng.permutation(20)].reshape(SHAPE)
    assert error(gram_matrix(moved)[0], gram_matrix(maps)[0]) < 1e-12


def test_gram_matrices_of_a_repeated_picture_are_the_same(rng):
    maps = rng.standard_normal(SHAPE)
    assert error(gram_matrix(np.tile(maps, (1, 1, 2, 3)))[0], gram_matrix(maps)[0]) < 1e-12


def test_the_style_loss_is_the_one_of_the_paper(rng):
    """Equations 3 and 4, with N filters and M positions, Gram matrices not divided."""
    maps, wanted = rng.standard_normal((2, 3, 4, 5))
    loss, _ = style_loss(maps[None], gram_matrix(wanted[None])[0])
    f, a, n, m = maps.reshape(3, 20), wanted.reshape(3, 20), 3, 20
    assert loss == pytest.approx(((f @ f.T - a @ a.T) ** 2).sum() / (4 * n**2 * m**2), rel=1e-12)


def test_the_gradient_of_the_style_loss_is_the_one_of_the_paper(rng):
    """Equation 6, without its ReLU: Fᵀ(G − A) / (N²M²)."""
    maps, wanted = rng.standard_normal((2, 3, 4, 5))
    _, saved = style_loss(maps[None], gram_matrix(wanted[None])[0])
    f, a = maps.reshape(3, 20), wanted.reshape(3, 20)
    expected = (f.T @ (f @ f.T - a @ a.T)).T / (3**2 * 20**2)
    assert error(style_loss_backward(saved)[0].reshape(3, 20), expected) < 1e-12


@pytest.mark.parametrize("shape", [SHAPE, (1, 1, 1, 1), (1, 4, 1, 3), (3, 2, 5, 1)])
@pytest.mark.parametrize("channels_last", [False, True])
def test_gradients_are_slopes(rng, device, shape, channels_last):
    x = rng.standard_normal(shape)
    if channels_last:
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    x, other = on_device(x), on_device(rng.standard_normal(shape))
    wanted, _ = gram_matrix(other)
    assert gradcheck(gram_matrix, x)
    assert gradcheck(
        lambda x: style_loss(x, wanted), x, backward=lambda dy, saved: style_loss_backward(saved)
    )
    if max(shape[2:]) > 1:
        assert gradcheck(total_variation, x, backward=lambda saved: total_variation_backward(saved))


def test_a_wrong_gradient_is_found(rng):
    def with_half_of_the_gradient(dgram, saved):
        return gram_matrix_backward(dgram, saved) / 2

    assert not gradcheck(gram_matrix, rng.standard_normal(SHAPE), with_half_of_the_gradient)


def test_total_variation_by_hand():
    x = np.array([[[[1.0, 2.0], [4.0, 8.0]]]])
    assert total_variation(x)[0] == (1 + 16 + 9 + 36) / 4
    assert total_variation(np.full(SHAPE, 7.0))[0] == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays(rng, dtype):
    x = rng.standard_normal(SHAPE).astype(dtype)
    gram, saved = gram_matrix(x)
    loss, saved_loss = style_loss(x, 0 * gram)
    variation, saved_variation = total_variation(x)
    found = (
        gram, gram_matrix_backward(gram, saved), loss, style_loss_backward(saved_loss), variation,
        total_variation_backward(saved_variation),
    )  # fmt: skip
    assert {a.dtype for a in found} == {np.dtype(dtype)}


@pytest.mark.parametrize("function", [gram_matrix, total_variation])
def test_what_is_no_batch_of_maps_is_refused(function):
    with pytest.raises(ValueError, match=r"\(N, C, H, W\)"):
        function(np.zeros((3, 4, 5)))
    with pytest.raises(TypeError, match="float32 or float64"):
        function(np.zeros(SHAPE, int))


def test_no_image_has_no_variation():
    assert gram_matrix(np.zeros((0, 3, 4, 5)))[0].shape == (0, 3, 3)
    with pytest.raises(ValueError, match="there is no image"):
        total_variation(np.zeros((0, 3, 4, 5)))


def test_gram_matrices_of_another_net_are_refused(rng):
    gram, saved = gram_matrix(rng.standard_normal(SHAPE))
    with pytest.raises(ValueError, match="gram"):
        style_loss(rng.standard_normal((2, 4, 4, 5)), gram)
    with pytest.raises(ValueError, match="dgram"):
        gram_matrix_backward(gram[:1], saved)
