"""Losses as objects: values, gradients of the mean, metrics, and order of calls."""

import numpy as np
import pytest
from support.compare import error, on_device

from minivgg import backend
from minivgg.analysis.gradcheck import gradcheck
from minivgg.layers.losses import MSELoss, SoftmaxCrossEntropy


def test_gradient(rng):
    result = gradcheck(SoftmaxCrossEntropy(), (rng.standard_normal((4, 3)), np.array([0, 2, 1, 1])))
    assert result, str(result)


def test_runs_on_every_device(device, rng):
    logits = backend.to_device(rng.standard_normal((4, 3)).astype(np.float32), device)
    labels = backend.to_device(np.array([0, 2, 1, 1]), device)
    loss = SoftmaxCrossEntropy()
    assert float(loss.forward(logits, labels)) > 0
    assert backend.device_of(loss.backward()) == device


def test_calling_it_is_forward_also_in_a_subclass():
    class Doubled(SoftmaxCrossEntropy):
        def forward(self, logits, labels):
            return 2 * super().forward(logits, labels)

    arguments = np.zeros((2, 3)), np.array([0, 1])
    assert Doubled()(*arguments) == 2 * SoftmaxCrossEntropy()(*arguments)
    assert not gradcheck(Doubled(), arguments)


def test_backward_needs_forward():
    with pytest.raises(RuntimeError, match="forward pass first"):
        SoftmaxCrossEntropy().backward()


LOGITS = np.array([[2.0, -1.0, 0.5], [0.0, 1.0, 3.0], [1.0, 1.0, -2.0], [0.3, -0.7, 0.1]])
LABELS = np.array([0, 1, 2, 2])
WEIGHTS = [0.5, 2.0, 1.0]


@pytest.mark.parametrize(
    ("settings", "expected", "second_row", "third_row"),
    [
        (
            {"label_smoothing": 0.2},
            1.7461447640918268,
            [-0.006164150133150154, -0.18811786682051806, 0.1942820169536682],
            [0.10529722112342543, 0.10529722112342543, -0.21059444224685087],
        ),
        (
            {"class_weights": WEIGHTS},
            2.0356524653914843,
            [0.018671140504029352, -0.3936910224957358, 0.3750198819917064],
            [0.10841234470230408, 0.10841234470230408, -0.21682468940460817],
        ),
        (
            {"ignore_index": 2},
            1.2055786581067214,
            [0.021005033067033024, -0.4429024003077028, 0.42189736724066973],
            [0.0, 0.0, 0.0],
        ),
        (
            {"class_weights": WEIGHTS, "label_smoothing": 0.2, "ignore_index": 2},
            1.8123526094944227,
            [0.0174740484983151, -0.6095901871179641, 0.5921161386196488],
            [0.0, 0.0, 0.0],
        ),
    ],
)
def test_the_options_are_pytorchs(device, settings, expected, second_row, third_row):
    loss = SoftmaxCrossEntropy(**settings)
    value = loss.forward(on_device(LOGITS), on_device(LABELS))
    gradient = loss.backward()
    assert backend.device_of(gradient) == device
    assert float(value) == pytest.approx(expected, rel=1e-14)
    assert error(backend.to_numpy(gradient)[1:3], [second_row, third_row]) < 1e-14
    assert gradcheck(loss, (LOGITS, LABELS))
    small = loss.forward(on_device(LOGITS.astype(np.float32)), on_device(LABELS))
    assert small.dtype == loss.backward().dtype == np.float32


def test_options_that_change_nothing_give_the_plain_loss():
    """The formula with weights of 1 is that of the plain loss, up to rounding."""
    plain, weighted = SoftmaxCrossEntropy(), SoftmaxCrossEntropy([1, 1, 1], 0.0, ignore_index=-1)
    assert weighted(LOGITS, LABELS) == pytest.approx(plain(LOGITS, LABELS), rel=1e-14)
    assert error(weighted.backward(), plain.backward()) < 1e-14
    assert plain.settings == ()
    assert weighted.settings == ("class_weights", "ignore_index")
    assert repr(weighted) == ("SoftmaxCrossEntropy(class_weights=[1.0, 1.0, 1.0], ignore_index=-1)")


@pytest.mark.parametrize("settings", [{}, {"class_weights": WEIGHTS, "ignore_index": 0}])
def test_parts_of_a_batch_add_up_to_the_whole(device, settings):
    """Weighted by their share of ``weight_sum``: so micro-batches and ranks do."""
    loss, logits, labels = SoftmaxCrossEntropy(**settings), on_device(LOGITS), on_device(LABELS)
    whole, gradient = float(loss(logits, labels)), backend.to_numpy(loss.backward())
    total, value, rows = float(loss.weight_sum(labels)), 0.0, []
    for part in (slice(0, 1), slice(1, 4)):  # with the settings, the first has no row that counts
        share = float(loss.weight_sum(labels[part])) / total
        value += share * float(loss(logits[part], labels[part]))
        rows.append(share * backend.to_numpy(loss.backward()))
    assert value == pytest.approx(whole, rel=1e-14)
    assert error(np.concatenate(rows), gradient) < 1e-14


def test_the_weights_of_a_batch_are_those_of_its_labels(device):
    """Labels out of range have none here: forward refuses them, and says which."""
    labels = on_device(np.array([0, 0, 1, 2, 3, -1]))
    assert float(SoftmaxCrossEntropy(WEIGHTS).weight_sum(labels)) == 0.5 + 0.5 + 2 + 1
    assert float(SoftmaxCrossEntropy(WEIGHTS, ignore_index=1).weight_sum(labels)) == 0.5 + 0.5 + 1
    assert float(SoftmaxCrossEntropy(ignore_index=0).weight_sum(labels)) == 4
    assert SoftmaxCrossEntropy().weight_sum(labels) == 6


@pytest.mark.parametrize(
    ("settings", "weighted"),
    [
        ({}, False),
        ({"label_smoothing": 0.1}, False),
        ({"class_weights": WEIGHTS}, True),
        ({"ignore_index": 0}, True),
    ],
)
def test_a_loss_says_whether_rows_count_differently(settings, weighted):
    assert SoftmaxCrossEntropy(**settings).is_weighted is weighted


def test_labels_out_of_range_are_found_beside_ignored_ones():
    loss = SoftmaxCrossEntropy(ignore_index=-100)
    assert loss(LOGITS, np.array([0, -100, 2, 1])) > 0
    for label in (-1, 3):
        with pytest.raises(ValueError, match=rf"labels must lie in 0\.\.2 .*, got {label}"):
            loss(LOGITS, np.array([0, -100, 2, label]))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"label_smoothing": 1.5}, "label_smoothing must be from 0 to 1, got 1.5"),
        ({"class_weights": [1, -1]}, "class_weights must be at least 0"),
        ({"class_weights": [1, float("inf")]}, "must be one finite number for each class"),
        ({"class_weights": 2.0}, "must be one finite number for each class, got 2.0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        SoftmaxCrossEntropy(**settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ignore_index": 1.5}, "ignore_index must be an integer or None, got 1.5"),
        ({"ignore_index": "a"}, "ignore_index must be an integer or None, got 'a'"),
        ({"ignore_index": True}, "ignore_index must be an integer or None, got True"),
        ({"label_smoothing": True}, "label_smoothing must be a number, got True"),
        ({"label_smoothing": "0.1"}, "label_smoothing must be a number, got '0.1'"),
        ({"class_weights": {0: 1.0, 1: 2.0}}, "class_weights must be a list .* got a dict: use"),
        ({"weight": [1.0, 2.0]}, "has no argument 'weight': use class_weights"),
        ({"reduction": "sum"}, "has no argument 'reduction': the loss is always the mean"),
        ({"smoothings": 0.1}, "has no argument 'smoothings'$"),
    ],
)
def test_arguments_of_another_type_or_name_are_refused(settings, words):
    with pytest.raises(TypeError, match=words):
        SoftmaxCrossEntropy(**settings)


def test_the_mean_squared_error_takes_no_arguments():
    with pytest.raises(TypeError, match="MSELoss has no argument 'reduction': the loss is always"):
        MSELoss(reduction="sum")


def test_an_integer_of_numpy_is_a_label_to_ignore():
    assert SoftmaxCrossEntropy(ignore_index=np.int64(2)).settings == ("ignore_index",)


def test_class_weights_must_be_as_many_as_the_classes():
    with pytest.raises(ValueError, match=r"class_weights must have shape \(3,\), got \(2,\)"):
        SoftmaxCrossEntropy(class_weights=[1, 1])(LOGITS, LABELS)


def test_the_metric_is_the_accuracy_of_the_rows_that_count(device):
    logits, labels = on_device(LOGITS), on_device(LABELS)  # right in the first row alone
    assert float(SoftmaxCrossEntropy().metric(logits, labels)) == 0.25
    assert SoftmaxCrossEntropy().metric_weight(labels) == 4
    loss = SoftmaxCrossEntropy(ignore_index=2)
    assert float(loss.metric(logits, labels)) == 0.5
    assert float(loss.metric_weight(labels)) == 2
    assert float(loss.metric(logits[2:], labels[2:])) == 0


def test_the_mean_squared_error_is_pytorchs(device):
    outputs = on_device(np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]))
    targets = on_device(np.array([[0.0, 2.5, -1.0], [1.0, -1.0, 2.0]]))
    loss = MSELoss()
    assert float(loss(outputs, targets)) == pytest.approx(0.5833333333333334, rel=1e-15)
    expected = [[1 / 3, -1 / 6, 0.0], [-1 / 6, 1 / 3, 1 / 3]]
    assert error(loss.backward(), expected) < 1e-15
    assert gradcheck(loss, (outputs, targets))
    assert float(loss.metric(outputs, targets)) == pytest.approx(4 / 6)
    assert loss.metric_weight(targets) == 6


def test_targets_of_another_dtype_do_not_change_that_of_the_gradient():
    loss = MSELoss()
    assert loss(np.ones((2, 1), np.float32), np.array([[1], [3]])).dtype == np.float32
    assert loss.backward().dtype == np.float32


@pytest.mark.parametrize(
    ("outputs", "targets", "words"),
    [
        ((3, 1), (3,), r"targets must have shape \(3, 1\), got \(3,\)"),
        ((0, 1), (0, 1), "no numbers to compare"),
    ],
)
def test_targets_are_never_repeated_to_fit(outputs, targets, words):
    with pytest.raises(ValueError, match=words):
        MSELoss()(np.ones(outputs), np.ones(targets))
    with pytest.raises(RuntimeError, match="forward pass first"):
        MSELoss().backward()
