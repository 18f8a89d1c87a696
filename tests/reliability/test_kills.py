"""Training runs that are killed, and runs with a damaged file, lose nothing or say what they lost.

``pytest tests/reliability --kills 200`` kills so many.
"""

import pytest

from reliability import kills, power_loss

# a third of the epochs of ``python -m tests.reliability``: as many moments, in shorter runs
SHORT = ["4" if a == "12" else a for a in kills.SETTINGS]
ALLOWED = {"right", "refused", "before"}


@pytest.mark.slow
def test_killed_training_runs_end_as_an_undisturbed_one(tmp_path, kill_count):
    found = kills.survive(kill_count, seed=0, folder=tmp_path, settings=SHORT)
    assert found.failures == []
    assert found.count == kill_count


def test_what_is_lost_is_reported(tmp_path, monkeypatch):
    """A run that ends in other weights, with a file too many, is no success."""
    monkeypatch.setattr(kills, "contents", lambda run: {"model w": run.name})
    for name in ("run", "whole"):
        (tmp_path / name / "checkpoints").mkdir(parents=True)
    (tmp_path / "run" / "checkpoints" / ".epoch-0001-batch-000000.tmp").mkdir()
    found = kills.differences(tmp_path / "run", tmp_path / "whole")
    assert [kind for kind, _ in found] == ["lost", "leftover"]


@pytest.mark.slow
def test_one_damaged_file_is_named_or_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.cli.train_report._figures", lambda *args: {})
    cases = power_loss.Cases(tmp_path)
    for name in cases.files():
        for damage in power_loss.DAMAGE:
            assert set(cases.outcome(name, damage)) <= ALLOWED, (name, damage)
