"""All checks together: what they leave as it was, and that they are the same each time."""

import numpy as np
import pytest

from minivgg import backend, data, losses, optim, training
from minivgg.training.diagnosis import Severity
from minivgg.training.diagnosis.arguments import check_arguments

from . import cases


@pytest.fixture(scope="module")
def small():
    """A net and a loader for which all checks take a part of a second."""
    model = cases.net("4,M,8,M", hidden=(16,), batch_norm=True)
    images = cases.loader(data.Subset(cases.digits(), np.arange(300)))
    return {"net": model, "loader": images, "optimizer": optim.SGD(model.parameters(), lr=0.02)}


def test_nothing_is_changed_and_the_same_seed_gives_the_same_findings(small):
    net, loader, sgd = small["net"], small["loader"], small["optimizer"]
    next(iter(loader))
    before, epoch = net.state_dict(), loader.next_epoch
    gradients = {name: p.grad.copy() for name, p in net.parameters().items()}
    backend.seed(3)
    expected = backend.rng().random(3)
    backend.seed(3)
    first = training.diagnose(**small, seed=4)
    np.testing.assert_array_equal(backend.rng().random(3), expected)
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    for name, p in net.parameters().items():
        np.testing.assert_array_equal(p.grad, gradients[name])
    assert (sgd.lr, sgd.velocity, loader.next_epoch) == (0.02, {}, epoch)
    assert [layer.p for layer in net.descendants() if hasattr(layer, "p")] == [0.5]
    assert net.training
    assert training.diagnose(**small, seed=4) == first


def test_the_worst_finding_is_the_first(small):
    sgd = optim.SGD(small["net"].parameters(), lr=1e-7, momentum=0.999)
    found = training.diagnose(small["net"], small["loader"], optimizer=sgd)
    severities = [finding.severity for finding in found.findings]
    assert severities == sorted(severities, reverse=True)
    assert found.findings[0].severity is Severity.PROBLEM
    assert found["momentum"].is_trouble
    lines = str(found).splitlines()
    assert lines[2].startswith("problem  learning rate")
    assert max(map(len, lines)) <= 100
    assert any("→ use a learning rate" in line for line in lines)
    with pytest.raises(KeyError, match=r"no finding 'lr'; there are: learning rate, momentum"):
        found["lr"]


def test_without_an_optimizer_a_rate_is_suggested(small):
    found = training.diagnose(small["net"], small["loader"])
    assert found.troubles == []
    assert found["learning rate"].value == found.range_test.suggested
    assert found.range_test.current is None


def test_images_that_are_not_finite_are_the_only_finding():
    found = training.diagnose(**cases.FAULTS["not a number in the images"][1]())
    assert [finding.name for finding in found.findings] == ["images"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"net": None}, "net must be a Layer"),
        ({"loader": cases.digits()}, r"must be a Loader, got ArrayDataset: use data\.Loader"),
        ({"optimizer": optim.SGD}, "optimizer is the class SGD: make an object"),
        ({"loss": losses.SoftmaxCrossEntropy}, "loss is the class SoftmaxCrossEntropy"),
        ({"loss": losses.MSELoss()}, "for classification only, and MSELoss"),
        ({"validation": data.Loader(cases.digits(), 4)}, r"a Dataset, got a Loader: pass its \.da"),
    ],
)
def test_arguments_of_another_kind_are_refused_in_a_sentence(small, wrong, message):
    with pytest.raises(TypeError, match=f"^diagnose.*{message}"):
        training.diagnose(**(small | wrong))


def test_a_norm_to_clip_at_must_be_a_number_above_0_of_python_or_numpy(small):
    with pytest.raises(ValueError, match="max_gradient_norm must be a finite number above 0"):
        training.diagnose(**small, max_gradient_norm=0)
    check_arguments(**small, loss=None, others={}, max_gradient_norm=np.float32(1))


def test_a_negative_label_is_refused(small):
    images = cases.digits()
    images.labels = images.labels.astype(np.int64) - 1
    with pytest.raises(ValueError, match="labels must be class numbers from 0 on, got -1"):
        training.diagnose(small["net"], cases.loader(images))


def test_labels_that_are_no_class_numbers_are_refused(small):
    images = cases.digits()
    images.labels = images.labels / 10
    with pytest.raises(TypeError, match="for classification only: labels must be class numbers"):
        training.diagnose(small["net"], cases.loader(images))
