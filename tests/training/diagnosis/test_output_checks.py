"""Outputs, losses and gradients: numbers, words and bounds of each finding."""

from math import e, log
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data, layers, losses, optim
from minivgg.training.diagnosis import gradient_checks, subject
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.gradient_checks import Slope, check_gradients
from minivgg.training.diagnosis.layer_sizes import record
from minivgg.training.diagnosis.output_checks import check_outputs
from minivgg.training.diagnosis.passes import LayerPass, RecordedPass, innermost
from minivgg.training.diagnosis.subject import Subject
from minivgg.training.diagnosis.update_checks import first_step

OK, NOTE, WARNING, PROBLEM = Severity
LABELS = np.array([0, 1, 2, 0])


class _CrossEntropy:
    """The mean cross-entropy of the softmax, times ``scale``; its gradient times ``slope``."""

    def __init__(self, scale=1.0, slope=1.0):
        self.scale, self.slope, self.loss = scale, slope, losses.SoftmaxCrossEntropy()

    def forward(self, outputs, labels):
        return self.scale * self.loss.forward(outputs, labels)

    def backward(self):
        return self.slope * self.loss.backward()


class _LogOfOutputs:
    """−log of the output itself."""

    def forward(self, p, labels):
        self.p, self.rows = p, (np.arange(len(p)), labels)
        return -np.log(p[self.rows]).mean()

    def backward(self):
        dp = np.zeros_like(self.p)
        dp[self.rows] = -1 / self.p[self.rows] / len(self.p)
        return dp


def of_outputs(outputs, loss=None, labels=LABELS):
    outputs = np.array(outputs, np.float64)
    parts = SimpleNamespace(
        batches=lambda count: iter([(outputs, labels)]), net=lambda x: x, seed=0,
        loss=loss or losses.SoftmaxCrossEntropy(),
    )  # fmt: skip
    return {finding.name: finding for finding in check_outputs(parts)}


def test_ordinary_outputs():
    y = 0.3 * np.array([[1.0, -1, 0], [0, 2, 0], [0, 0, 1], [0, 1, 0]])
    found = of_outputs(y)
    assert list(found) == ["outputs", "direction of the loss", "loss at the start"]
    assert (found["outputs"].value, found["outputs"].severity) == (pytest.approx(y.std()), OK)
    assert found["outputs"].sentence == f"outputs have a standard deviation of {y.std():.2g}"
    assert found["direction of the loss"].value == pytest.approx(1, abs=1e-3)
    assert found["direction of the loss"].sentence == (
        "along its gradient the loss changes by 1 times what the gradient says"
    )
    cross = -np.log(np.exp(y)[range(4), LABELS] / np.exp(y).sum(axis=1)).mean()
    assert found["loss at the start"].value == pytest.approx(cross)
    assert found["loss at the start"].sentence == (
        f"the cross-entropy at the start is {cross:.3g}, that of guessing ln 3 = 1.1"
    )


@pytest.mark.parametrize(
    ("excess", "severity"), [(6.9, OK), (7.1, WARNING), (14.9, WARNING), (15.1, PROBLEM)]
)
def test_a_loss_far_above_that_of_guessing(excess, severity):
    wrong = np.full((4, 3), -1.0)
    wrong[range(4), LABELS - 1] = log(3) + excess - 1
    found = of_outputs(wrong)["loss at the start"]
    assert found.value == pytest.approx(log(3) + excess, abs=0.01)
    assert (found.severity, bool(found.advice)) == (severity, severity > OK)


@pytest.mark.parametrize(("share", "severity"), [(0.69, NOTE), (0.71, OK)])
def test_a_net_that_has_learned_something(share, severity):
    p = 3**-share  # the loss is share · ln 3
    y = np.full((4, 3), log((1 - p) / 2))
    y[range(4), LABELS] = log(p)
    found = of_outputs(y)["loss at the start"]
    assert found.value == pytest.approx(share * log(3))
    assert found.severity is severity
    assert ("already learned" in found.sentence) == (severity is NOTE)


def probabilities(noise=0.0):
    p = np.full((4, 3), 0.1) + np.array([0.0, 0.2, 0.5])
    p[:, 0] += noise
    return p


def test_probabilities_before_a_softmax():
    found = of_outputs(probabilities())["outputs"]
    assert (found.severity, found.value) == (PROBLEM, pytest.approx(probabilities().std()))
    assert found.sentence == (
        "the net's outputs are already probabilities, and the loss applies the softmax again: it "
        f"cannot fall below {log(1 + 2 / e):.2f}"
    )
    assert of_outputs(probabilities(0.9e-4))["outputs"].severity is PROBLEM
    assert "as after a sigmoid" in of_outputs(probabilities(1.1e-4))["outputs"].sentence
    # a loss that takes them is right
    assert of_outputs(probabilities(), _LogOfOutputs())["outputs"].severity is OK
    assert "loss at the start" not in of_outputs(probabilities(), _LogOfOutputs())


@pytest.mark.parametrize(
    ("y", "is_sigmoid"),
    [
        ([0.1, 0.6, 0.9], True), ([0.1, 0.5, 0.4], False), ([0.1, 0.51, 0.5], True),
        ([0.1, 1.0, 0.9], False), ([0.0, 0.6, 0.9], False), ([0.6, 0.61, 0.60], False),
        ([0.6, 0.63, 0.60], True),
    ],
)  # fmt: skip
def test_outputs_between_0_and_1(y, is_sigmoid):
    found = of_outputs([y] * 4)["outputs"]
    assert ("as after a sigmoid" in found.sentence) == is_sigmoid
    if is_sigmoid:
        assert (found.severity, found.value) == (PROBLEM, pytest.approx(np.std(y)))
        assert f"below {log(1 + 2 / e):.2f}" in found.sentence
        # a loss that is not the cross-entropy may expect them
        assert of_outputs([y] * 4, _CrossEntropy(2, 2))["outputs"].severity is OK


def test_a_relu_at_the_end():
    found = of_outputs([[0, 2, 0]] * 4)["outputs"]
    assert (found.severity, found.value) == (PROBLEM, pytest.approx(2 / 3))
    assert found.sentence == "no output is below 0, and 67 % are 0: the net ends in a ReLU"
    assert of_outputs([[0, 0, 0]] * 4)["outputs"].severity is OK
    assert of_outputs([[1, 2, 3]] * 4)["outputs"].severity is OK


def test_outputs_that_are_not_finite():
    found = of_outputs([[0, np.nan, 0]] * 4)
    assert list(found) == ["outputs"]
    assert (found["outputs"].severity, found["outputs"].value) == (PROBLEM, None)


@pytest.mark.parametrize(
    ("loss", "severity", "words"),
    [
        (_CrossEntropy(1, 0.75), OK, "along its gradient the loss changes by 1.33 times"),
        (_CrossEntropy(1, 1.35), OK, "along its gradient the loss changes by 0.741 times"),
        (_CrossEntropy(1, 0.68), PROBLEM, "along its gradient the loss changes by 1.47 times"),
        (_CrossEntropy(1, 1.5), PROBLEM, "along its gradient the loss changes by 0.667 times"),
        (_CrossEntropy(1, -1), PROBLEM, "along its gradient the loss changes by -1 times what the "
         "gradient says: the gradient has the wrong sign"),
        (_CrossEntropy(1, 0), PROBLEM, "the gradient of the loss with respect to the net's"),
        (_CrossEntropy(-1, -1), PROBLEM, "right answers have a loss of -"),
    ],
)  # fmt: skip
def test_the_slope_of_the_loss(loss, severity, words):
    found = of_outputs([[1.0, -1, 0], [0, 2, 0], [0, 0, 1], [0, 1, 0]], loss)[
        "direction of the loss"
    ]
    assert found.severity is severity
    assert found.sentence.startswith(words)
    assert bool(found.advice) == (severity > OK)


def test_a_loss_that_is_finite_on_a_small_range_alone():
    """Its step is shortened; where the loss is finite nowhere else, that is said."""
    small = np.array([[1e-5, 1e-5, 1.0]] * 4)
    found = of_outputs(small, _LogOfOutputs())["direction of the loss"]
    assert found.severity is OK
    assert found.value == pytest.approx(1, abs=0.3)

    class OnlyHere(_CrossEntropy):
        """Infinite beside the outputs."""

        def forward(self, outputs, labels):
            loss = super().forward(outputs, labels)
            values = np.unique(np.abs(outputs))
            return loss if len(values) <= 2 else loss * np.nan

    found = of_outputs([[1.0, -1, -1]] * 4, OnlyHere())["direction of the loss"]
    assert (found.value, found.severity) == (None, OK)
    assert found.sentence == "the loss near the net's outputs is not finite"


def test_a_sum_over_the_images():
    y = [[1.0, -1, 0], [0, 2, 0], [0, 0, 1], [0, 1, 0]]
    mean = of_outputs(y)["loss at the start"].value
    found = of_outputs(y, _CrossEntropy(4, 4))["sum or mean"]
    assert (found.severity, found.value) == (PROBLEM, pytest.approx(4 * mean))
    assert found.sentence == (
        f"the loss is {4 * mean:.3g}, 4 times the mean cross-entropy: it is a sum over the 4 "
        "images, and so are its gradients"
    )
    assert "sum or mean" not in of_outputs(y, _CrossEntropy(3.9, 3.9))
    assert "sum or mean" not in of_outputs(y[:1], labels=LABELS[:1])
    assert "sum or mean" in of_outputs(y[:2], _CrossEntropy(2, 2), LABELS[:2])


# --------------------------------------------------------------------------------------- gradients


@pytest.mark.parametrize(
    ("expected", "found", "wrong"),
    [
        (1e-3, 1e-3, False), (1e-3, 0.701e-3, False), (1e-3, 0.7e-3, True), (1e-3, 1.399e-3, False),
        (1e-3, 1.4e-3, True), (5e-5, 1.0, False), (5.1e-5, 1.0, True), (1e-3, -1e-3, True),
        (1e-3, 0.0, True), (0.0, 1.0, False),
    ],
)  # fmt: skip
def test_a_slope_is_wrong_beyond_its_bounds(expected, found, wrong):
    slope = Slope("x", expected, found)
    assert slope.is_wrong == wrong
    assert slope.ratio == (found / expected if expected else 0)
    unclear = slope.as_unclear()
    assert unclear == (Slope("x", expected, expected) if wrong and found > 0 else slope)


def test_two_slopes_agree_within_fifteen_percent():
    agree = gradient_checks._agree
    assert agree(Slope("", 1, 1.14), Slope("", 1, 1))
    assert agree(Slope("", 1, 0.86), Slope("", 1, 1))
    assert not agree(Slope("", 1, 1.16), Slope("", 1, 1))
    assert agree(Slope("", 1, -1.14), Slope("", 1, -1))


def test_what_is_said_of_a_wrong_slope():
    said = gradient_checks._wrong
    assert said(Slope("a", 1, 1), []) is None
    found = said(Slope("a", 1, 2.5), [Slope("b", 1, 1), Slope("c", 1, 1)])
    assert (found.name, found.value, found.severity) == ("gradients", 2.5, PROBLEM)
    assert found.sentence == (
        "along the gradient of a the loss changes by 2.5 times what the gradient says"
    )
    assert "backward of a, or of a layer between it and b, is wrong" in found.advice
    found = said(Slope("a", 1, -1), [])
    assert found.sentence == "against the gradient of a the loss rises: it has the wrong sign"
    assert "backward of a, or of the loss, is wrong" in found.advice


def test_a_gradient_that_is_lost():
    one, zero = np.ones(2), np.zeros(2)
    passes = [
        LayerPass(name, layers.ReLU(), one, output, given)
        for name, output, given in (
            ("a", zero, zero), ("b", one, zero), ("c", one, None), ("d", one, one),
        )
    ]  # fmt: skip
    recorded = SimpleNamespace(layers=passes)
    for expected, found, is_lost in (
        (0, 1.1e-5, True),
        (0, -1.1e-5, True),
        (0, 1e-5, False),
        (1, 9, False),
    ):
        finding = gradient_checks._lost(Slope("a", expected, found), recorded)
        assert bool(finding) == is_lost
        if finding:
            assert (finding.severity, finding.value) == (PROBLEM, 0)
            assert finding.sentence == (
                "the loss depends on a, but its gradient is 0: b ReLU() returns zeros in the "
                "backward pass"
            )
    recorded.layers = passes[2:]
    assert ": it is lost in" in gradient_checks._lost(Slope("a", 0, 1), recorded).sentence


def tiny(net, loss=None, batch_size=16, **options):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 1, 2, 2), np.uint8)
    dataset = data.ArrayDataset(images, rng.integers(0, 3, 40), list("abc"))
    loader = data.Loader(dataset, batch_size, transforms=[data.Normalize((0.5,), (0.25,))])
    given = {"loss": loss, "optimizer": None, "validation": None, "test": None, "seed": 0} | options
    return Subject.copied(net, loader, **given)


def linear_net(*more, bias=True):
    own = [layers.Flatten(), layers.Linear(4, 5, bias=bias), *more, layers.Linear(5, 3, bias=bias)]
    return layers.Sequential(*own)


@pytest.mark.parametrize("frozen", [None, "1", "2", "both"])
def test_right_gradients_of_each_layer_that_learns(frozen):
    net = linear_net()
    for layer in (net["1"], net["2"]):
        if frozen in ("both", "1" if layer is net["1"] else "2"):
            layer.freeze()
    examined = tiny(net)
    found = check_gradients(examined, record(examined))
    count = {None: 2, "both": 0}.get(frozen, 1)
    if count:
        assert found[0].value == count
        assert (
            found[0].sentence == f"the loss changes as the gradient says in each of {count} layers"
        )
    for name, array in examined.net.state_dict().items():
        assert (array == examined.start[name]).all()


def test_a_loss_without_a_gradient_or_that_is_not_finite_is_left_to_other_checks():
    for loss in (_CrossEntropy(1, 0), _CrossEntropy(np.inf, 1)):
        examined = tiny(linear_net(), loss)
        assert check_gradients(examined, record(examined)) == []


def test_the_first_step_is_measured_against_the_weights():
    """SGD with momentum: the first step is lr times the gradient, and its decay."""
    net = linear_net()
    for parameters in (net.parameters(), list(net.parameters().values())):
        optimizer = optim.SGD(parameters, 0.5, momentum=0.9, weight_decay=0.0)
        examined = tiny(net, optimizer=optimizer)
        found = first_step(examined)
        assert found.cosine == pytest.approx(-1)
        assert list(found.ratios) == ["1.weight", "2.weight"]
        x, labels = next(examined.batches(1))
        examined.net.zero_grad()
        examined.loss_of(x, labels)
        examined.net.backward_parameters(examined.loss.backward())
        for name, ratio in found.ratios.items():
            p = examined.net.parameters()[name]
            expected = 0.5 * np.linalg.norm(p.grad) / np.linalg.norm(p.array)
            assert ratio == pytest.approx(expected, rel=1e-5)
        assert all((a == examined.start[n]).all() for n, a in examined.net.state_dict().items())
    net["2"].freeze()
    assert list(first_step(tiny(net)).ratios) == ["1.weight"]


# ------------------------------------------------------------------------------- the experiments


def test_a_subject_is_a_copy_in_training_mode_without_dropout():
    net = linear_net(layers.Dropout(0.5)).eval()
    hook = net["1"].weight
    hook.post_accumulate_grad_hook = print
    examined = tiny(net, max_gradient_norm=2.0)
    assert (examined.was_training, examined.has_optimizer) == (False, False)
    assert examined.net.training
    assert [
        layer.p for layer in examined.net.descendants() if isinstance(layer, layers.Dropout)
    ] == [0]
    assert all(p.post_accumulate_grad_hook is None for p in examined.net.parameters().values())
    assert hook.post_accumulate_grad_hook is print
    assert net["2"].p == 0.5
    assert (examined.optimizer.lr, examined.max_gradient_norm) == (0.01, 2.0)
    assert examined.loader.shuffle
    assert tiny(linear_net(), optimizer=optim.SGD(net.parameters())).has_optimizer


def test_batches_have_one_size_and_are_the_same_each_time():
    examined = tiny(linear_net())
    sizes = [len(y) for _, y in examined.batches(5)]
    assert sizes == [16] * 5  # of 40 images, without the rest of eight
    first, second = ([x for x, _ in examined.batches(3)] for _ in range(2))
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert (first[0] != first[1]).any()
    assert [len(y) for _, y in examined.batches(2, 10)] == [10, 10]
    assert [len(y) for _, y in examined.batches(2, 100)] == [40, 40]
    assert next(examined.batches(1))[0].dtype == np.float32


def test_the_work_of_a_step_decides_on_its_images(monkeypatch):
    for batch_size, work, expected in (
        (64, 1e12, 64), (200, 1e12, 128), (64, 1.0, 16), (8, 1.0, 8),
        (64, 20 * (4 * 5 + 5 * 3 + 200 * (4 + 5 + 3)), 20),
    ):  # fmt: skip
        monkeypatch.setattr(subject, "STEP_WORK", work)
        assert tiny(linear_net(), batch_size=batch_size).images_per_step == expected
    for kept, expected in ((12 * 9, 9), (1, 4)):
        monkeypatch.setattr(subject, "KEPT_OUTPUTS", kept)
        assert len(next(tiny(linear_net()).batches(1))[1]) == expected


def test_the_sample_is_the_first_images_of_the_loader(monkeypatch):
    monkeypatch.setattr(subject, "SAMPLE", 23)
    examined = tiny(linear_net())
    order = examined.loader.order(0)[:23]
    assert (examined.indices == order).all()
    assert (examined.raw == examined.dataset.images[order]).all()
    assert (examined.raw_labels == examined.dataset.labels[order]).all()
    x, labels = examined.sample
    assert x == pytest.approx((examined.raw / 255 - 0.5) / 0.25, abs=1e-6)
    assert (labels == examined.raw_labels).all()


def test_a_step_clips_and_is_not_made_where_the_loss_is_not_finite():
    examined = tiny(linear_net(), max_gradient_norm=1e-3)
    x, labels = next(examined.batches(1))
    optimizer = examined.new_optimizer(1.0, without_decay=True)
    assert (optimizer.lr, optimizer.weight_decay, examined.optimizer.weight_decay) == (1, 0, 5e-4)
    examined.train_step(optimizer, x, labels)
    after = examined.net.state_dict()
    moved = sum(((after[n] - a) ** 2).sum() for n, a in examined.start.items()) ** 0.5
    assert moved == pytest.approx(1e-3, rel=1e-2)
    examined.restart()
    assert np.isnan(examined.train_step(optimizer, x * np.nan, labels))
    assert all((a == examined.start[n]).all() for n, a in examined.net.state_dict().items())


def test_names_of_layers_in_containers(rng):
    net = layers.Sequential(
        layers.Linear(2, 2), layers.Residual(layers.Sequential(layers.Linear(2, 2), layers.ReLU()))
    )
    names = [name for name, _ in innermost(net)]
    assert names[0] == "0"
    assert all(name.startswith("1.") and ".." not in name for name in names[1:])
    x = rng.standard_normal((3, 2)).astype(np.float32)
    recorded = RecordedPass(net, x)
    assert [layer.name for layer in recorded.layers] == names
    assert recorded.output == pytest.approx(net(x))
    assert [name for name, _ in innermost(layers.ReLU())] == [""]
