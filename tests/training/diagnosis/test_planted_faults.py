"""Planted faults are named by the right finding, and healthy trainings give no false alarm."""

import os

import pytest

from minivgg import training
from minivgg.training.diagnosis import subject

from . import cases

pytestmark = pytest.mark.slow
needs_cifar = pytest.mark.skipif(
    not os.environ.get("MINIVGG_DATA"), reason="needs CIFAR-10 in $MINIVGG_DATA"
)


@pytest.mark.parametrize("name", cases.FAULTS)
def test_a_planted_fault_is_the_first_finding(name):
    """What follows from it, such as a batch that cannot be learned, stands below."""
    finding, make = cases.FAULTS[name]
    found = training.diagnose(**make())
    assert found.troubles[0].name == finding, str(found)
    assert all(trouble.advice for trouble in found.troubles)


@pytest.fixture
def fewest_steps(monkeypatch):
    """As for the largest nets."""
    monkeypatch.setattr(subject, "EXPERIMENT_WORK", 1)


@pytest.mark.parametrize(
    "name",
    [
        "rate too high", "rate somewhat too high", "rate too low", "rate too low for adam",
        "weight decay of sgd of one", "weight decay of adamw too high", "clipping at a tiny norm",
        "optimizer that ascends", "ten layers with sigmoids",
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_in_the_fewest_steps(name, fewest_steps):
    finding, make = cases.FAULTS[name]
    assert training.diagnose(**make()).troubles[0].name == finding


def quiet(arguments):
    found = training.diagnose(**arguments)
    return [(trouble.name, trouble.sentence) for trouble in found.troubles]


@pytest.mark.parametrize("name", cases.HEALTHY)
def test_a_healthy_training_gives_no_alarm(name):
    assert quiet(cases.HEALTHY[name]()) == []


@pytest.mark.parametrize(
    "name",
    [
        "plain small net", "plain sgd without momentum", "adam", "linear model", "residual net",
        "deep plain net with batch norm", "much label smoothing", "head of zeros with adam",
    ],
)  # fmt: skip
def test_a_healthy_training_gives_no_alarm_in_the_fewest_steps(name, fewest_steps):
    assert quiet(cases.HEALTHY[name]()) == []


@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")
@pytest.mark.parametrize("name", cases.WITH_FILES)
def test_a_healthy_training_on_a_folder_gives_no_alarm(name, tmp_path):
    assert quiet(cases.WITH_FILES[name](tmp_path)) == []


@needs_cifar
@pytest.mark.parametrize("name", cases.WITH_CIFAR)
def test_a_healthy_training_on_cifar_gives_no_alarm(name):
    assert quiet(cases.WITH_CIFAR[name]()) == []
