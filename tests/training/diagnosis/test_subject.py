"""Copies of a training to experiment with, and a sample of its images."""

import numpy as np
import pytest

from minivgg import layers, optim
from minivgg.training.diagnosis import subject
from minivgg.training.diagnosis.findings import Severity

from .small import linear_net, tiny

OK, NOTE, WARNING, PROBLEM = Severity


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


def test_the_work_of_an_experiment_decides_on_its_steps(monkeypatch):
    work = 4 * 5 + 5 * 3 + 200 * (4 + 5 + 3)  # of an image
    for batch_size, kept, budget, expected in (
        (16, 1e8, 1e12, 100), (16, 1e8, 16 * work * 50, 50), (16, 1e8, 16 * work * 50 - 1, 49),
        (8, 1e8, 8 * work * 50, 50), (16, 12 * 5, 5 * work * 50, 50), (16, 1e8, 1, 30),
    ):  # fmt: skip
        monkeypatch.setattr(subject, "EXPERIMENT_WORK", budget)
        monkeypatch.setattr(subject, "KEPT_OUTPUTS", kept)
        monkeypatch.setattr(subject, "STEP_WORK", 1.0)
        assert tiny(linear_net(), batch_size=batch_size).steps_within_budget(100, 30) == expected


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


def test_the_steps_of_an_experiment_have_a_bar_where_it_is_asked_for(capsys):
    for progress in (False, True):
        examined = tiny(linear_net(), progress=progress)
        assert list(examined.steps_of("range test", 4)) == [0, 1, 2, 3]
        bar = capsys.readouterr().err
        assert ("range test" in bar) == progress
        assert bar.endswith("\r") == progress  # it goes away at the end
