"""The state of a checkpoint: what training can have written, and what it cannot."""

import pytest
from support.checkpoint_states import ROW, STATE

from minivgg.training.checkpoint_state import checked_state, require_alike


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epoch": -1}, "'epoch' must be a whole number of at least 0, got -1"),
        ({"epoch": True}, "'epoch' must be"), ({"batch": 1.0}, "'batch' must be a whole number"),
        ({"step": 10**15 + 1}, "'step' must be"),
        ({"lr": "x"}, "'lr' must be a number, got 'x'"),
        ({"loss_sum": None}, "'loss_sum' must be a number"),
        ({"seconds": float("inf")}, "'seconds' must be a number"),
        ({"batch": 3}, "it has seen no images in 3 batches"),
        ({"schedule": 1}, "'schedule' must be an object"),
        ({"settings": None}, "'settings' must be an object"),
        ({"history": {}}, "'history' must be a list"),
        ({"history": [1]}, "a row of its history is 1"),
        ({"history": [{"epoch": 1}]}, "a row of its history lacks 'loss'"),
        ({"history": [ROW | {"epoch": "1"}]}, "'epoch' in its history is '1'"),
        ({"history": [ROW | {"loss": None}]}, "'loss' in its history is None"),
        ({"history": [ROW | {"train_accuracy": "x"}]}, "'train_accuracy' in its history is 'x'"),
        ({"history": [ROW | {"metric": 1}]}, "'metric' in its history is 1"),
        ({"history": [ROW | {"unheard_of": 1}]}, "'unheard_of' in its history is 1"),
    ],
)  # fmt: skip
def test_what_training_cannot_have_written(change, words):
    with pytest.raises(OSError, match=f"^s is damaged: {words}"):
        checked_state("s", STATE | change)


def test_what_it_can_have_written_is_read_back():
    history = [ROW, ROW | {"metric": "mae", "train_metric": 0.5, "validation_metric": None}]
    state = STATE | {"history": history, "batch": 2, "seen": 64, "schedule": {}, "step": 10**15}
    assert checked_state("s", state) == state
    older = {name: value for name, value in state.items() if not name.endswith("_weight")}
    older["history"] = [{k: v for k, v in ROW.items() if k != "validation_loss"}]
    found = checked_state("s", older)
    assert (found["loss_weight"], found["metric_weight"], found["history"]) == (64, 64, [ROW])
    for name in STATE:
        if not name.endswith("_weight"):
            with pytest.raises(OSError, match=f"it lacks '{name}'"):
                checked_state("s", {k: v for k, v in STATE.items() if k != name})


@pytest.mark.parametrize(
    ("own", "found", "fits"),
    [
        ({"a": 1}, {"a": 2.5}, True), ({"a": 1}, {"a": "x"}, False), ({"a": "x"}, {"a": 1}, False),
        ({"a": None}, {"a": "x"}, True), ({"a": None}, {"a": {}}, True),
        (None, {}, True), ({"a": [1]}, {"a": (2,)}, True),
        ({"a": (1,)}, {"a": 1}, False),
        ({"a": {"b": 1}}, {"a": {"b": None}}, False), ({"a": {"b": 1}}, {"a": {"b": 2}}, True),
        ({"a": {}}, {"a": 1}, False), ({"a": 1}, {"b": "x"}, True), ({}, None, False),
    ],
)  # fmt: skip
def test_the_state_of_a_schedule_has_values_of_the_same_kinds(own, found, fits):
    if fits:
        require_alike(own, found)
    else:
        with pytest.raises(TypeError, match=r"'(schedule|a|b)' is "):
            require_alike(own, found)
