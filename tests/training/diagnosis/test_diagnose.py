"""All checks together: what they leave as it was, and that they are the same each time."""

import numpy as np
import pytest

from minivgg import backend, optim, training
from minivgg.training.diagnosis import Severity

from . import cases


@pytest.fixture(scope="module")
def small():
    """A net and a loader for which all checks take half a second."""
    model = cases.net("4,M,8,M", hidden=(16,), batch_norm=True)
    images = cases.loader(batch_size=32)
    return {"net": model, "loader": images, "optimizer": optim.SGD(model.parameters(), lr=0.02)}


def test_nothing_is_changed(small):
    net, loader, sgd = small["net"], small["loader"], small["optimizer"]
    next(iter(loader))
    before, epoch = net.state_dict(), loader.next_epoch
    gradients = {name: p.grad.copy() for name, p in net.parameters().items()}
    backend.seed(3)
    expected = backend.rng().random(3)
    backend.seed(3)
    training.diagnose(**small)
    np.testing.assert_array_equal(backend.rng().random(3), expected)
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    for name, p in net.parameters().items():
        np.testing.assert_array_equal(p.grad, gradients[name])
    assert (sgd.lr, sgd.velocity, loader.next_epoch) == (0.02, {}, epoch)
    assert [layer.p for layer in net.descendants() if hasattr(layer, "p")] == [0.5]
    assert net.training


def test_the_same_seed_gives_the_same_findings(small):
    first, second = (training.diagnose(**small, seed=4) for _ in range(2))
    assert first == second


def test_the_worst_finding_is_the_first(small):
    sgd = optim.SGD(small["net"].parameters(), lr=1e-7, momentum=0.999)
    found = training.diagnose(small["net"], small["loader"], optimizer=sgd)
    severities = [finding.severity for finding in found.findings]
    assert severities == sorted(severities, reverse=True)
    assert found.findings[0].severity is Severity.PROBLEM
    assert found["momentum"].is_trouble
    assert str(found).splitlines()[2].startswith("problem  learning rate")


def test_without_an_optimizer_a_rate_is_suggested(small):
    found = training.diagnose(small["net"], small["loader"])
    assert found.troubles == []
    assert found["learning rate"].value == found.range_test.suggested
    assert found.range_test.current is None


def test_labels_that_are_no_class_numbers_are_refused(small):
    images = cases.digits()
    images.labels = images.labels / 10
    with pytest.raises(TypeError, match="labels must be class numbers"):
        training.diagnose(small["net"], cases.loader(images))
