"""Softmax cross-entropy: the reference's values, gradients, and extreme logits."""

import numpy as np
import pytest
from support.compare import error, on_device

from minivgg import backend, ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.textbook import loops


def test_agrees_with_the_reference(rng, device):
    logits, labels = 3 * rng.standard_normal((5, 7)), np.array([0, 6, 3, 3, 1])
    loss, saved = ops.softmax_cross_entropy(on_device(logits), on_device(labels))
    expected, slow_saved = loops.softmax_cross_entropy(logits, labels)
    assert float(loss) == pytest.approx(expected, rel=1e-14)
    assert (
        error(
            ops.softmax_cross_entropy_backward(saved),
            loops.softmax_cross_entropy_backward(slow_saved),
        )
        < 1e-13
    )
    assert error(ops.softmax(on_device(logits)), loops.softmax(logits)) < 1e-14
    assert gradcheck(ops.softmax_cross_entropy, (on_device(logits), on_device(labels)))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("ignored", [None, 3])
def test_its_options_agree_with_the_reference(rng, device, weighted, smoothing, ignored):
    logits, labels = 3 * rng.standard_normal((5, 7)), np.array([0, 6, 3, 3, 1])
    weights = rng.uniform(0, 2, 7) if weighted else None
    arguments = logits, labels, weights, smoothing, ignored
    loss, saved = ops.softmax_cross_entropy(*map(on_device, arguments))
    expected, slow_saved = loops.softmax_cross_entropy(*arguments)
    assert float(loss) == pytest.approx(expected, rel=1e-13)
    gradient = ops.softmax_cross_entropy_backward(saved)
    assert error(gradient, loops.softmax_cross_entropy_backward(slow_saved)) < 1e-13


def test_a_batch_whose_labels_are_all_ignored_has_no_loss(device):
    arguments = on_device(np.ones((2, 3))), on_device(np.array([5, 5]))
    loss, saved = ops.softmax_cross_entropy(*arguments, ignore_index=5)
    assert float(loss) == 0
    assert not backend.to_numpy(ops.softmax_cross_entropy_backward(saved)).any()


def test_classes_of_weight_0_alone_have_no_loss(device):
    """Also with smoothing, whose sum is over all classes."""
    arguments = on_device(np.ones((2, 3))), on_device(np.array([0, 0]))
    weights = on_device(np.array([0, 0.87, 0.51]))
    loss, saved = ops.softmax_cross_entropy(*arguments, weights, label_smoothing=0.5)
    assert float(loss) == 0
    assert not backend.to_numpy(ops.softmax_cross_entropy_backward(saved)).any()


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("bad", [-np.inf, np.inf, np.nan])
def test_an_ignored_row_does_not_count_whatever_its_logits_are(device, bad, smoothing):
    logits = np.array([[bad, 1.0, 2.0], [0.0, 1.0, 2.0]])
    labels, settings = on_device(np.array([255, 1])), (None, smoothing, 255)
    loss, saved = ops.softmax_cross_entropy(on_device(logits), labels, *settings)
    alone, of_one = ops.softmax_cross_entropy(on_device(logits[1:]), labels[1:], *settings)
    assert float(loss) == float(alone)
    gradient = backend.to_numpy(ops.softmax_cross_entropy_backward(saved))
    assert (gradient[0] == 0).all()
    assert (gradient[1:] == backend.to_numpy(ops.softmax_cross_entropy_backward(of_one))).all()


def test_a_loss_of_0_has_no_sign(device):
    """Printed with 4 decimals, −0 is -0.0000."""
    logits, labels = on_device(np.array([[1e4, 0.0]])), on_device(np.array([0]))
    for settings in ((None, 0.0, None), (None, 0.0, 1), (on_device(np.ones(2)), 0.0, None)):
        loss, _ = ops.softmax_cross_entropy(logits, labels, *settings)
        assert float(loss) == 0
        assert not np.signbit(float(loss))


def test_the_mean_squared_error_agrees_with_the_reference(rng, device):
    outputs, targets = rng.standard_normal((2, 4, 3))
    loss, saved = ops.mse_loss(on_device(outputs), on_device(targets))
    expected, slow_saved = loops.mse_loss(outputs, targets)
    assert float(loss) == pytest.approx(expected, rel=1e-14)
    assert error(ops.mse_loss_backward(saved), loops.mse_loss_backward(slow_saved)) < 1e-14


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_logits(device, dtype):
    """±1e4: no overflow, no cap on the loss, and each row shifted by its own maximum."""
    logits = np.array([[1e4, -1e4, 0], [-1e4, -1e4 + 1, -1e4], [0, 40, 0]], dtype)
    labels = np.array([1, 1, 0])
    loss, saved = ops.softmax_cross_entropy(on_device(logits), on_device(labels))
    row1 = np.log(1 + 2 * np.exp(-1.0))  # of −1e4 + (0, 1, 0), label at 1
    assert loss.dtype == dtype
    assert float(loss) == pytest.approx((2e4 + row1 + 40) / 3, rel=1e-6)
    gradient = backend.to_numpy(ops.softmax_cross_entropy_backward(saved))
    assert np.isfinite(gradient).all()
    assert gradient.sum(axis=1) == pytest.approx(0, abs=1e-6)
    assert gradient[0, 1] == pytest.approx(-1 / 3)


def test_softmax_over_the_channels_of_a_map(rng, device):
    p = backend.to_numpy(ops.softmax(on_device(rng.standard_normal((2, 5, 3, 4)))))
    assert p.sum(axis=1) == pytest.approx(1)


def test_class_weights_of_another_dtype_are_refused_with_both_dtypes():
    logits, labels = np.zeros((2, 3), np.float32), np.array([0, 1])
    with pytest.raises(TypeError, match="logits is float32, class_weights is float64"):
        ops.softmax_cross_entropy(logits, labels, class_weights=np.ones(3))


@pytest.mark.parametrize(
    ("logits", "labels", "error_type", "words"),
    [
        (
            np.zeros((2, 3)),
            np.array([0, 3]),
            ValueError,
            r"labels must lie in 0\.\.2 for 3 classes, got 3",
        ),
        (np.zeros((2, 3)), np.array([0, -1]), ValueError, "got -1"),
        (
            np.zeros((2, 3)),
            np.array([0, 1, 2]),
            ValueError,
            r"2 rows of logits need labels of shape \(2,\), got \(3,\)",
        ),
        (
            np.zeros((2, 3)),
            np.array([0.0, 1.0]),
            TypeError,
            "labels must be integer class indices, got float64",
        ),
        (np.zeros((2, 3)), [0, 1], TypeError, "got list"),
        (np.zeros((0, 3)), np.array([], int), ValueError, "N and K at least 1"),
        (np.zeros((2, 3, 4, 4)), np.array([0, 1]), ValueError, r"logits \(N, K\)"),
    ],
)
def test_a_wrong_call_gets_one_clear_sentence(logits, labels, error_type, words):
    with pytest.raises(error_type, match=words):
        ops.softmax_cross_entropy(logits, labels)
