"""What commit 82930d6 wrote (see old_run/README.md) loads, predicts and resumes as it did there."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from minivgg import data, ops, weights
from minivgg.cli import main
from minivgg.training import checkpoint
from minivgg.training.checkpoint_state import OLD_METRICS, STATE, checked_state
from minivgg.training.fingerprint import require_same
from minivgg.training.recipes import Recipe
from minivgg.training.run import Run
from minivgg.training.run_config import LATER_SETTINGS, RUN_SETTINGS
from minivgg.training.run_weights import WEIGHTS

OLD = Path(__file__).parent / "old_run"
EXPECTED = json.loads((OLD / "expected.json").read_text(encoding="utf-8"))


def test_it_predicts_the_same_numbers():
    run = Run.open(OLD / "interrupted")
    images = data.load("digits", "test").batch(np.arange(5))
    found = ops.softmax(run.net()(run.normalize(images)))
    assert found == pytest.approx(np.array(EXPECTED["probabilities"]), abs=1e-6)


@pytest.mark.slow
def test_it_resumes_to_the_same_history_and_weights(tmp_path, capsys):
    """On the machine that wrote it to the bit; elsewhere products may be rounded differently."""
    shutil.copytree(OLD / "interrupted", tmp_path / "run")
    assert main(["train", "--resume", str(tmp_path / "run")]) == 0
    newest = checkpoint.latest(tmp_path / "run" / "checkpoints")
    history = checkpoint.load(newest)[2]["history"]
    assert [row["epoch"] for row in history] == [1, 2, 3, 4]
    for row, expected in zip(history, EXPECTED["history"], strict=True):
        assert row.keys() == expected.keys() | {"images_per_second", "validation_loss"}
        assert (row["validation_loss"] is None) == (row["epoch"] <= 2)  # epochs of then and of now
        assert row["loss"] == pytest.approx(expected["loss"], rel=1e-3)
        assert row["learning_rate"] == expected["learning_rate"]
    found = weights.load(tmp_path / "run" / WEIGHTS)
    expected = weights.load(OLD / "resumed.safetensors")
    assert list(found) == list(expected)
    assert all(found[k] == pytest.approx(expected[k], rel=1e-3, abs=1e-3) for k in expected)


def test_files_have_the_keys_that_they_had():
    """A new name in what is written would need a table of old names in what is read."""
    config = json.loads((OLD / "interrupted" / "config.json").read_text(encoding="utf-8"))
    new = {  # what runs since then have besides, with a default for older ones
        "test",
        "init_pixels",
        "optimizer",
        "warmup",
        "clip_norm",
        "label_smoothing",
        "class_weights",
        "early_stopping",
    }
    assert set(config) | new == {"minivgg", *RUN_SETTINGS, *LATER_SETTINGS, *Recipe._fields}
    assert new <= set(LATER_SETTINGS) | set(Recipe._field_defaults)
    state = checkpoint.load(checkpoint.latest(OLD / "interrupted" / "checkpoints"))[2]
    later = {"loss_weight", "metric_weight"}  # for an older state, how many images were seen
    old = [OLD_METRICS.get(name, name) for name in STATE if name not in later]
    assert list(state) == old
    state = checked_state(OLD, state)
    assert {state[name] for name in later} == {state["seen"]}


def test_transforms_of_old_checkpoints_have_their_present_names():
    old, new = (
        "ColorShift(values=(1.0,), vectors=((1.0,),), std=0.1)",
        "RandomHorizontalFlip(p=0.5)",
    )
    then, now = {"transforms": [new, old]}, {"transforms": [new, f"PCA{old}"]}
    require_same(OLD, then, now)
    now["transforms"][1] = now["transforms"][1].replace("0.1", "0.2")
    with pytest.raises(ValueError, match="trained with other data or settings"):
        require_same(OLD, then, now)


def test_the_last_digits_of_a_computed_mean_may_differ_from_an_old_checkpoint():
    """They depended on the number of threads then."""
    old, new = "Normalize(mean=(0.5,), std=(0.37627912519180895,))", "0.3762791251918089,))"
    then, now = {"transforms": [old]}, {"transforms": [old.replace("0.37627912519180895,))", new)]}
    assert then != now
    require_same(OLD, then, now)
    with pytest.raises(ValueError, match="trained with other data or settings"):
        require_same(OLD, then, {"transforms": [old.replace("0.3762791", "0.3762792")]})
