"""Each check by itself: it names its fault, with the number that decides."""

import numpy as np
import pytest

from minivgg import backend, data, layers, losses, optim
from minivgg.training.diagnosis import (
    class_checks,
    image_checks,
    label_checks,
    parameter_checks,
    setting_checks,
)
from minivgg.training.diagnosis.course_checks import check_history, check_length
from minivgg.training.diagnosis.duplicate_checks import check_duplicates
from minivgg.training.diagnosis.findings import Severity, percent
from minivgg.training.diagnosis.gradient_checks import check_gradients
from minivgg.training.diagnosis.layer_sizes import dead_share, layer_sizes, record, rms
from minivgg.training.diagnosis.learning_checks import check_learning, loss_at_end
from minivgg.training.diagnosis.loss_levels import Levels, levels
from minivgg.training.diagnosis.nonlinearity_check import check_nonlinearity
from minivgg.training.diagnosis.output_checks import check_outputs
from minivgg.training.diagnosis.range_test import RangeTest, run_range_test, suggestion
from minivgg.training.diagnosis.signal_checks import check_gradient_sizes, check_signal
from minivgg.training.diagnosis.subject import Subject
from minivgg.training.diagnosis.unit_checks import check_dead_relus, check_symmetry
from minivgg.training.diagnosis.update_checks import Updates, check_updates, first_step

from . import cases
from .small import LogOfOutputs


def subject_of(arguments):
    return Subject.copied(**{"loss": None, "validation": None, "test": None, "seed": 0} | arguments)


def faulty(name):
    return subject_of(cases.FAULTS[name][1]())


def only(findings, name):
    return next(finding for finding in findings if finding.name == name)


# ------------------------------------------------------------------------------ images and labels


def test_missing_classes_are_named():
    found = only(class_checks.check_classes(faulty("missing class"), 10), "classes")
    assert found.severity is Severity.PROBLEM
    assert "1 of 10 classes" in found.sentence
    assert "'3'" in found.sentence


def test_labels_that_count_from_one_get_the_right_advice():
    images = cases.digits()
    images.labels = images.labels + 1
    images.classes.append("none")
    subject = subject_of(cases.training(images=cases.loader(images)))
    (found,) = class_checks.check_classes(subject, 10)
    assert found.severity is Severity.PROBLEM
    assert found.advice == "count the classes from 0: use labels - 1"


def test_a_head_for_more_classes_is_a_warning():
    found = class_checks.check_classes(subject_of(cases.training()), 1000)
    assert [f.severity for f in found] == [Severity.WARNING]


def test_the_balance_is_the_ratio_of_the_largest_to_the_smallest_class():
    subject = faulty("unbalanced classes")
    found = only(class_checks.check_classes(subject, 10), "balance")
    counts = np.bincount(subject.dataset.labels)
    assert found.value == counts.max() / counts.min() > 4
    assert found.severity is Severity.WARNING


def test_sorted_images_are_a_problem_only_where_they_are_not_shuffled():
    subject = faulty("sorted and not shuffled")
    assert class_checks.check_order(subject, shuffle=False)[0].is_trouble
    assert not class_checks.check_order(subject, shuffle=True)[0].is_trouble


@pytest.mark.parametrize(
    "name", ["no normalisation", "bytes without normalisation", "normalised twice"]
)
def test_input_that_is_not_normalised(name):
    assert image_checks.check_normalisation(faulty(name))[0].severity is Severity.PROBLEM


def test_the_mean_alone_subtracted_is_not_called_a_problem():
    digits = cases.digits()
    transforms = [data.Normalize.from_dataset(digits, mean_only=True)]
    images = data.Loader(digits, 32, transforms=transforms)
    found = image_checks.check_normalisation(subject_of(cases.training(images=images)))
    assert [f.severity for f in found] == [Severity.NOTE]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("constant images", "all pixels have the same value"),
        ("the same image for all", "only 1 of 600"),
        ("not a number in the images", "not finite"),
    ],
)
def test_images_without_content(name, words):
    (found,) = image_checks.check_images(faulty(name))
    assert found.severity is Severity.PROBLEM
    assert words in found.sentence


def test_shuffled_and_shifted_labels_are_told_apart():
    (shuffled,) = label_checks.check_labels(faulty("labels shuffled"))
    assert "look as if they were shuffled" in shuffled.sentence
    assert shuffled.value == pytest.approx(0.1, abs=0.04)
    (shifted,) = label_checks.check_labels(faulty("labels shifted by one"))
    assert "np.roll(labels, -1)" in shifted.advice


def test_the_advice_for_shifted_labels_mends_them():
    subject = faulty("labels shifted by one")
    mended = np.roll(subject.dataset.labels, -1)
    np.testing.assert_array_equal(mended, cases.digits().labels)


def test_few_images_give_no_verdict_on_their_labels():
    few = data.Subset(cases.digits(), np.arange(50))
    found = label_checks.check_labels(subject_of(cases.training(images=cases.loader(few))))
    assert [f.severity for f in found] == [Severity.NOTE]


def test_transforms_that_leave_nothing_of_the_class():
    found = only(
        label_checks.check_labels(faulty("transform that shuffles the images")), "augmentation"
    )
    assert found.severity is Severity.PROBLEM
    assert "OtherOrder" in found.advice


def test_duplicates_are_counted():
    subject = faulty("test images among the training images")
    (found,) = check_duplicates(subject)
    assert found.value == 1.0
    assert f"{len(subject.test):,} of {len(subject.test):,} test images" in found.sentence


# ------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize("name", ["optimizer of another net", "optimizer made before a new head"])
def test_an_optimizer_of_other_parameters(name):
    found = only(parameter_checks.check_parameters(faulty(name)), "optimizer's parameters")
    assert found.severity is Severity.PROBLEM


@pytest.mark.parametrize("name", ["frozen layer in the middle", "frozen first layer that is new"])
def test_a_frozen_layer_that_should_move_is_named(name):
    found = only(parameter_checks.check_parameters(faulty(name)), "frozen layers")
    assert found.is_trouble
    assert "features." in found.sentence


def test_the_half_life_of_the_weights_decides_for_adamw_and_classes_made_of_it():
    subject = faulty("weight decay of adamw too high")
    found = only(setting_checks.check_optimizer(subject), "weight decay")
    assert found.severity is Severity.PROBLEM
    assert found.value == pytest.approx(np.log(2) / (0.1 * 0.5))
    subject.optimizer.weight_decay = 0.05
    assert only(setting_checks.check_optimizer(subject), "weight decay").value > 100
    assert not only(setting_checks.check_optimizer(subject), "weight decay").is_trouble


def test_the_momentum_of_adam_makes_no_longer_steps():
    optimizer = cases.training(make=optim.Adam, settings={"betas": (0.9999, 0.999)})
    found = only(setting_checks.check_optimizer(subject_of(optimizer)), "momentum")
    assert found.is_trouble
    assert "times as long" not in found.sentence


@pytest.mark.parametrize("name", ["weight decay of sgd of one", "clipping at a tiny norm"])
def test_a_setting_without_which_one_batch_is_learned_is_named(name):
    subject = faulty(name)
    test = RangeTest([], [], [], None, subject.optimizer.lr)
    found = check_learning(subject, test, 10)
    assert found[0].name == cases.FAULTS[name][0]
    assert not only(found, "one batch").is_trouble


@pytest.mark.parametrize(
    ("settings", "name"),
    [({"momentum": 0.999}, "momentum"), ({"weight_decay": 0.5}, "weight decay")],
)
def test_settings_of_the_optimizer(settings, name):
    for given, is_trouble in ((settings, True), ({}, False)):
        subject = subject_of(cases.training(settings=given))
        record(subject)
        assert only(setting_checks.check_optimizer(subject), name).is_trouble == is_trouble


@pytest.mark.parametrize(
    "name", ["dropout of 95 percent", "net in eval mode", "batch norm of one image"]
)
def test_settings_of_layers(name):
    finding, make = cases.FAULTS[name]
    arguments = make()
    found = setting_checks.check_modes(subject_of(arguments), arguments["net"])
    assert only(found, finding).is_trouble


# ------------------------------------------------------------------------------------------ layers


def test_dead_units_are_channels_of_maps_and_single_units():
    y = np.zeros((5, 4, 2, 2))
    y[3, 1, 0, 1] = 1
    assert dead_share(y) == 0.75
    assert dead_share(np.array([[0.0, 1.0], [0.0, 0.0]])) == 0.5


def sizes_of(subject):
    recorded = record(subject)
    return recorded, layer_sizes(recorded, first_step(subject).ratios)


def test_dead_relus_are_found():
    _, rows = sizes_of(faulty("dead relus by negative biases"))
    (found,) = check_dead_relus(rows)
    assert (found.value, found.severity) == (1.0, Severity.PROBLEM)
    assert "features.4" in found.sentence


def test_a_signal_that_vanishes_is_found_with_its_layer():
    subject = faulty("sigma of a hundredth in a deep net")
    recorded, rows = sizes_of(subject)
    (found,) = check_signal(rows, 1.0)
    assert found.severity is Severity.PROBLEM
    assert "smaller from layer to layer" in found.sentence
    assert rows[0].output == pytest.approx(rms(recorded.layers[0].output))


def test_weights_that_are_not_finite_are_named_and_nothing_is_said_of_their_size():
    model = cases.net()
    model.parameters()["features.3.weight"].data[0] = np.nan
    subject = subject_of(cases.training(model))
    _, rows = sizes_of(subject)
    (found,) = check_signal(rows, 1.0)
    assert found.severity is Severity.PROBLEM
    assert found.sentence.startswith("some weights of features.3 Conv2d are not finite")
    assert check_gradient_sizes(rows) == []
    assert "loss at the start" not in [f.name for f in check_outputs(subject)]


@pytest.mark.parametrize("name", ["all weights zero", "all weights equal"])
def test_units_that_stay_equal(name):
    recorded = record(faulty(name))
    assert check_symmetry(recorded)[0].severity is Severity.PROBLEM


def test_a_head_of_zeros_is_no_symmetry_problem():
    recorded = record(subject_of(cases.HEALTHY["head of zeros"]()))
    assert not check_symmetry(recorded)[0].is_trouble


def test_the_gradient_that_vanishes_is_found():
    _, rows = sizes_of(faulty("ten layers with sigmoids"))
    (found,) = check_gradient_sizes(rows)
    assert "vanishes" in found.sentence
    assert found.value < 1e-3
    assert found.value == pytest.approx(rows[1].gradient / rows[-1].gradient)


def test_a_depthwise_and_a_pointwise_convolution_need_no_relu_between_them():
    arguments = cases.HEALTHY["depthwise and pointwise convolutions"]()
    assert not check_nonlinearity(arguments["net"])[0].is_trouble


def test_a_missing_relu_is_named_by_its_neighbours():
    (found,) = check_nonlinearity(cases.FAULTS["missing relu"][1]()["net"])
    assert found.sentence == "there is no ReLU between features.0 and features.2"


def test_branches_of_a_residual_net_do_not_follow_each_other():
    block = layers.Residual(layers.Conv2d(3, 3, 3, padding=1), layers.Conv2d(3, 3, 1))
    net = layers.Sequential(layers.Conv2d(3, 3, 1), layers.ReLU(), block, layers.ReLU())
    assert not check_nonlinearity(net)[0].is_trouble


def test_branches_side_by_side_do_not_follow_each_other_but_what_is_around_them():
    first, last = layers.Conv2d(3, 3, 1), layers.Conv2d(6, 3, 1)
    block = layers.Concat(layers.Conv2d(3, 3, 3, padding=1), layers.Conv2d(3, 3, 1))
    net = layers.Sequential(first, layers.ReLU(), block, layers.ReLU(), last)
    assert not check_nonlinearity(net)[0].is_trouble
    (found,) = check_nonlinearity(layers.Sequential(first, layers.ReLU(), block, last))
    assert found.sentence == "there is no ReLU between 2.1 and 3"
    (found,) = check_nonlinearity(layers.Sequential(first, block))
    assert found.sentence == "there is no ReLU between 0 and 1.0"


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("backward that returns zeros", "_Scale() returns zeros"),
        ("backward with the wrong sign", "features.3 the loss rises"),
        ("backward twice too large", "features.3 the loss changes by 0.5 times"),
        ("weight gradient five times too large", "classifier.3 the loss changes by 0.2"),
    ],
)
def test_wrong_gradients_are_named(name, layer):
    subject = faulty(name)
    (found,) = check_gradients(subject, record(subject))
    assert found.severity is Severity.PROBLEM
    assert layer in found.sentence


# ----------------------------------------------------------------------------- outputs and losses


@pytest.mark.parametrize(
    "name",
    [
        "softmax before the loss",
        "relu after the last layer",
        "sigmoid before the loss",
        "gradient of the loss with the wrong sign",
        "gradient of the loss too large",
        "loss without a gradient",
        "loss that sums",
        "negative loss",
        "sigma of a tenth in a wide net",
    ],
)
def test_outputs_and_losses(name):
    assert only(check_outputs(faulty(name)), cases.FAULTS[name][0]).severity is Severity.PROBLEM


def test_the_loss_of_a_new_head_of_zeros_is_ln_k():
    found = check_outputs(subject_of(cases.HEALTHY["head of zeros"]()))
    assert only(found, "loss at the start").value == pytest.approx(np.log(10))


def test_probabilities_are_right_for_a_loss_that_takes_them():
    arguments = cases.FAULTS["softmax before the loss"][1]() | {"loss": LogOfOutputs()}
    assert not only(check_outputs(subject_of(arguments)), "outputs").is_trouble


def test_a_step_far_too_long_or_short_is_a_warning():
    assert check_updates(Updates({"a": 1e-9, "b": 1e-8}))[0].is_trouble
    assert check_updates(Updates({"a": 0.9}))[0].is_trouble
    assert not check_updates(Updates({"a": 1e-3, "b": 3e-2}))[0].is_trouble


def test_a_step_that_changes_nothing_is_not_called_too_short():
    (found,) = check_updates(Updates({"a": 0.0, "b": 0.0}))
    assert found.is_trouble
    assert "changes no weight" in found.sentence


def test_a_step_along_the_gradient_is_a_problem():
    subject = faulty("optimizer that ascends")
    found = check_updates(first_step(subject))
    assert only(found, "direction of the step").severity is Severity.PROBLEM


@pytest.mark.parametrize("name", ["head of zeros", "head of zeros with adam"])
def test_layers_without_a_gradient_or_a_size_have_no_ratio(name):
    assert first_step(subject_of(cases.HEALTHY[name]())).ratios == {}


def test_the_suggestion_is_a_tenth_of_the_rate_with_the_smallest_loss():
    rates = [1e-4, 1e-3, 1e-2, 1e-1, 1.0]
    assert suggestion(rates, [2.3, 2.2, 1.5, 1.2, 4.0]) == pytest.approx(0.01)
    assert suggestion(rates, [2.3, 2.3, 2.29, 2.29, 4.0]) is None


def test_the_range_test_ends_where_the_loss_explodes():
    test = run_range_test(subject_of(cases.training(lr=0.02)))
    assert isinstance(test, RangeTest)
    assert test.current == 0.02
    assert test.rates[-1] < 10
    assert test.losses[-1] > 1.5 * min(test.losses)
    assert 1e-3 < test.suggested < 0.1


def test_a_training_that_diverged_ends_with_an_infinite_loss():
    assert loss_at_end([2.0, float("nan")]) == float("inf")
    assert loss_at_end([2.0, 0.01]) == 0.01
    assert loss_at_end([9.0, 1.0, 2.0, 3.0, 2.0, 2.0]) == 2.0


def test_the_smallest_loss_with_smoothing_is_that_of_the_targets_themselves():
    loss = losses.SoftmaxCrossEntropy(label_smoothing=0.3)
    subject, labels = subject_of(cases.training(loss=loss)), np.array([0, 1])
    found, targets = levels(subject, labels, 10), np.array([0.73, *[0.03] * 9])
    assert found.floor == pytest.approx(-(targets * np.log(targets)).sum())
    means = np.array([0.38, 0.38, *[0.03] * 8])
    assert found.guess == pytest.approx(-(means * np.log(means)).sum())


def test_what_is_learned_is_measured_from_the_smallest_loss():
    level = Levels(guess=2.3, floor=1.2)
    assert level.is_fitted(1.7)
    assert not level.is_fitted(1.8)


def test_class_weights_are_in_the_levels():
    loss = losses.SoftmaxCrossEntropy(class_weights=[3.0, 1.0, *[1.0] * 8])
    found = levels(subject_of(cases.training(loss=loss)), np.array([0, 1]), 10)
    assert found.guess == pytest.approx(-0.75 * np.log(0.75) - 0.25 * np.log(0.25))
    assert found.floor == pytest.approx(0, abs=1e-6)


def rows(losses, accuracies, train=None):
    train = train or np.geomspace(2, 0.1, len(losses))
    return [
        {"epoch": k + 1, "loss": loss, "validation_loss": held_out, "validation_accuracy": a}
        for k, (loss, held_out, a) in enumerate(zip(train, losses, accuracies, strict=True))
    ]


def test_a_training_of_few_steps_and_a_long_warm_up_are_named():
    assert [f.is_trouble for f in check_length(1, 5)] == [True]
    assert [f.is_trouble for f in check_length(23, 30, 3)] == [False, False]
    assert [f.is_trouble for f in check_length(23, 30, 29)] == [False, True]


def test_a_history_at_chance_is_a_warning():
    (found,) = check_history(rows([2.3, 2.3, 2.3], [0.1, 0.12, 0.11]), 0.1)
    assert found.severity is Severity.WARNING
    assert "as by chance" in found.sentence


def test_a_history_that_overfits_is_a_note_with_the_epoch():
    (found,) = check_history(rows([1.0, 0.5, 0.6, 0.7], [0.5, 0.8, 0.8, 0.8]), 0.1)
    assert (found.value, found.severity) == (2, Severity.NOTE)
    (found,) = check_history(rows([1.0, 0.5, 0.45, 0.46], [0.5, 0.8, 0.8, 0.8]), 0.1)
    assert found.severity is Severity.OK
    assert check_history([], 0.1) == []


def test_random_numbers_of_dropout_do_not_move_the_experiments():
    subject = subject_of(cases.training())
    batch = next(subject.batches(1))
    backend.seed(1)
    first = subject.loss_of(*batch)
    backend.seed(2)
    assert subject.loss_of(*batch) == first


def test_shares_as_text():
    assert percent(2e-6) == "<0.1 %"
    assert [percent(share) for share in (0, 0.004, 0.5, 0.987, 1)] == [
        "0 %", "0.4 %", "50 %", "98.7 %", "100 %",
    ]  # fmt: skip
