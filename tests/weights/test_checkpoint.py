"""Which dictionary of tensors in a checkpoint is taken, and what a model saved whole has."""

from itertools import pairwise

import pytest

from minivgg.weights import checkpoint as module_under_test
from minivgg.weights.checkpoint import PLAIN, find_weights
from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.numpy_pickle import PickledArray
from minivgg.weights.pickle_machine import Opaque
from minivgg.weights.torch_pickle import Storage, Tensor, Unreadable


def tensor(*shape):
    return Tensor(Storage("0", "float32", 100), "float32", 0, shape, (1,) * len(shape))


def state(count=2):
    return {f"w{i}": tensor(3, 4) for i in range(count)}


def array(content, shape=(2, 2)):
    found = PickledArray()
    found.content, found.shape = content, shape
    return found


class Counting(Budget):
    """Counts the steps of a search."""

    def __init__(self):
        super().__init__(1000)
        self.steps = 0

    def spend(self, steps):
        """Count, without a limit."""
        self.steps += steps


def found(checkpoint):
    taken, left = find_weights(checkpoint, Budget(1000))
    return taken.path, [each.path for each in left]


def test_a_state_dict_alone_or_under_any_key():
    assert found(state()) == ("the top level", [])
    assert found({"anything": state(), "epoch": 3, 5: state()}) == ("anything", [])
    assert found({"a": {"b": {"c": {"d": state()}}}}) == ("a/b/c/d", [])
    with pytest.raises(CorruptFileError, match="no dictionary of tensors, only 'a'"):
        found({"a": {"b": {"c": {"d": {"e": state()}}}}})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *pairwise(PLAIN),
        (PLAIN[-1], "other"),
        ("other", "ema"),
        ("state_dict", "model_ema"),
    ],
)
def test_the_usual_keys_go_before_others_and_those_before_averaged_ones(first, second):
    assert found({second: state(), first: state()}) == (first, [second])
    assert found({"inside": {second: state(), first: state()}}) == (
        f"inside/{first}", [f"inside/{second}"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "key",
    ["ema", "model_ema", "EMA", "swa.state", "avg", "average-1", "averaged", "shadow", "polyak"],
)
def test_averaged_weights_are_told_by_a_word_of_their_key(key):
    assert found({key: state(), "other": state()}) == ("other", [key])
    assert found({key: {"state_dict": state()}, "other": state()})[0] == "other"
    assert found({"schema": state(), "ema": state()}) == ("schema", ["ema"])


def test_the_top_level_is_taken_if_it_has_the_most_tensors():
    inside = {"state_dict": state(2)}
    assert found({**state(3), **inside}) == ("the top level", ["state_dict"])
    assert found({**state(2), **inside}) == ("the top level", ["state_dict"])
    assert found({**state(1), **inside}) == ("state_dict", [])


def test_tensors_are_kept_and_what_is_beside_them_is_not():
    taken, _ = find_weights({**state(2), "epoch": 3, 7: tensor(2, 2)}, Budget(1000))
    assert list(taken.tensors) == ["w0", "w1"]


def test_filters_and_matrices_tell_weights_from_losses():
    losses = {"loss": tensor(), "history": tensor(100)}
    assert found({"other": {"bias": tensor(3), **state()}, "model": losses}) == ("other", [])
    assert found({"other": state(), "model": losses}) == ("other", [])
    assert found({"model": losses}) == ("model", [])
    odd = {"a": array(b"", 5)}  # a shape that is no tuple
    assert found({"other": state(), "model": odd}) == ("other", [])
    sparse = {"a": Unreadable("is sparse")}
    assert found({"other": state(), "model": sparse}) == ("model", ["other"])


def test_arrays_of_objects_alone_are_no_weights():
    names = {"names": array(["a", "b"])}
    with pytest.raises(CorruptFileError, match="no dictionary of tensors"):
        found({"model": names})
    assert found({"model": {**names, "a": array(b"1234")}}) == ("model", [])


@pytest.mark.parametrize(
    "key",
    ["optimizer", "optimiser", "optimizers", "opt", "optim", "Optimizer", "optimizer_states",
     "lr_schedulers", "lr", "scheduler", "scaler", "rng_state", "hyper_parameters", "hparams"],
)  # fmt: skip
def test_what_belongs_to_the_training_is_passed_over(key):
    with pytest.raises(CorruptFileError, match="no dictionary of tensors"):
        found({key: state()})


def test_optimizers_are_told_by_their_groups_as_well():
    with pytest.raises(CorruptFileError, match="no dictionary of tensors"):
        found({"a": {"param_groups": [], **state()}})
    assert found({"option": state()}) == ("option", [])


def test_the_same_dictionary_twice_is_one():
    shared = state()
    assert found({"model": shared, "net": shared, "other": {"ema": shared}}) == ("model", [])


@pytest.mark.parametrize(
    ("count", "named"),
    [(2, "a and b"), (3, "a, b and c"), (4, "a, b, c and d"), (5, "5"), (6, "6")],
)
def test_several_between_which_nothing_decides_are_named(count, named):
    keys = "abcdef"[:count]
    message = f"^it holds several dictionaries of tensors, {named}: save the one that is wanted"
    with pytest.raises(CorruptFileError, match=message):
        found({key: state() for key in keys})


@pytest.mark.parametrize(
    ("checkpoint", "words"),
    [
        (Opaque("a.b Net"), r"it holds an object \(a\.b\.Net\), but no tensors by name: save mod"),
        (tensor(2, 2), "it holds one tensor without a name: save model"),
        ({}, r"it holds no dictionary of tensors, but a dict \(save model"),
        (None, r"it holds no dictionary of tensors, but a NoneType \(save"),
        ([1], r"it holds no dictionary of tensors, but a list \(save"),
        ({"a": 1, 2: 3}, r"it holds no dictionary of tensors, only 'a', 2 \(save"),
        (dict.fromkeys("abcde"), r"only 'a', 'b', 'c', 'd', 'e' \(save"),
        (dict.fromkeys("abcdef"), r"only 'a', 'b', 'c', 'd', 'e', … \(save"),
        ({"x" * 100: 1}, r"only 'x{59} \(save"),
    ],
)
def test_why_there_are_no_weights(checkpoint, words):
    with pytest.raises(CorruptFileError, match=words):
        found(checkpoint)


def module(parameters=None, buffers=None, modules=None, **more):
    made = Opaque("torch.nn Module")
    made.state = {
        "_parameters": parameters or {},
        "_buffers": buffers or {},
        "_modules": modules or {},
        **more,
    }
    return made


def kept_out(*names):
    return {"_non_persistent_buffers_set": Opaque("builtins set", ([*names],))}


def tensors_of(checkpoint):
    return list(find_weights(checkpoint, Budget(1000))[0].tensors)


def test_a_model_that_was_saved_whole_has_the_names_of_its_state_dict():
    convolution = module({"weight": tensor(2, 2), "bias": None, 5: tensor(2, 2)})
    norm = module(
        {"weight": tensor(2)},
        {"running_mean": tensor(2), "index": tensor(2)},
        **kept_out("index", []),
    )
    net = module(modules={"features": module(modules={"0": convolution, "1": norm}), "none": None})
    names = ["features.0.weight", "features.1.weight", "features.1.running_mean"]
    assert tensors_of(net) == names
    assert tensors_of({"epoch": 1, "model": net}) == names


def test_only_buffers_are_left_out_of_a_state_dict():
    net = module({"a": tensor(2, 2)}, {"b": tensor(2, 2)}, **kept_out("a", "c"))
    assert tensors_of(net) == ["a", "b"]


@pytest.mark.parametrize(
    "odd",
    [
        None, {"b"}, Opaque("builtins set"), Opaque("builtins set", ()), Opaque("x", ("b",)),
        Opaque("x", "b"), Opaque("x", ({"b": 1},)),
    ],
)  # fmt: skip
def test_a_list_of_buffers_that_is_none_is_not_used(odd):
    net = module({"a": tensor(2, 2)}, {"b": tensor(2, 2)}, _non_persistent_buffers_set=odd)
    assert tensors_of(net) == ["a", "b"]


@pytest.mark.parametrize("odd", [None, "text", {"_parameters": {"a": tensor(2, 2)}}])
def test_other_objects_are_no_models(odd):
    other = Opaque("a Net")
    other.state = odd
    with pytest.raises(CorruptFileError, match="an object"):
        found(other)
    assert tensors_of({"a": other, "b": module({"w": tensor(2, 2)})}) == ["w"]
    assert tensors_of(module({"w": tensor(2, 2)}, modules={"odd": other})) == ["w"]


def nested(depth):
    found = module({"w": tensor(2, 2)})
    for _ in range(depth):
        found = module(modules={"m": found})
    return found


def test_a_model_of_too_many_modules_is_refused(monkeypatch):
    wide = module({"w": tensor(2, 2)}, modules={str(i): module() for i in range(3)})
    monkeypatch.setattr(module_under_test, "MAX_MODULES", 4)
    assert tensors_of(wide) == ["w"]
    monkeypatch.setattr(module_under_test, "MAX_MODULES", 3)
    with pytest.raises(CorruptFileError, match="it holds a model of too many modules: save model"):
        tensors_of(wide)
    monkeypatch.setattr(module_under_test, "MAX_MODULES", 2)
    many = {str(i): tensor(2, 2) for i in range(3)}
    assert len(tensors_of(module(many))) == 3
    with pytest.raises(CorruptFileError, match="too many modules"):
        tensors_of(module(many, modules={"m": module()}))


def test_a_model_that_is_too_deep_is_refused(monkeypatch):
    monkeypatch.setattr(module_under_test, "MAX_MODULE_DEPTH", 3)
    assert tensors_of(nested(3)) == ["m.m.m.w"]
    with pytest.raises(CorruptFileError, match="it holds a model of too many modules"):
        tensors_of(nested(4))


def test_the_work_of_a_search_is_counted_before_it_is_done():
    budget = Counting()
    find_weights({"model": state(5), "other": 1}, budget)
    assert budget.steps == 2 + 5
    budget = Counting()
    net = module(
        {"a": tensor(2, 2), "b": None}, {"c": tensor(2)}, {"d": module()}, **kept_out(*"xyz")
    )
    find_weights(net, budget)
    assert budget.steps == 3 + (1 + 2) + (1 + 1) + (1 + 1) + 3
