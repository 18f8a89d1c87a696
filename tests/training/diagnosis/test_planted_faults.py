"""Planted faults are named by the right finding, and healthy trainings give no false alarm."""

import os

import pytest

from minivgg import training

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


def quiet(arguments):
    found = training.diagnose(**arguments)
    return [(trouble.name, trouble.sentence) for trouble in found.troubles]


@pytest.mark.parametrize("name", cases.HEALTHY)
def test_a_healthy_training_gives_no_alarm(name):
    assert quiet(cases.HEALTHY[name]()) == []


@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")
@pytest.mark.parametrize("name", cases.WITH_FILES)
def test_a_healthy_training_on_a_folder_gives_no_alarm(name, tmp_path):
    assert quiet(cases.WITH_FILES[name](tmp_path)) == []


@needs_cifar
@pytest.mark.parametrize("name", cases.WITH_CIFAR)
def test_a_healthy_training_on_cifar_gives_no_alarm(name):
    assert quiet(cases.WITH_CIFAR[name]()) == []
