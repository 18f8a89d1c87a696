"""Settings in a run's config.json: what each may be, at its bounds, and what is refused."""

import pytest

from minivgg.training.recipes import Recipe
from minivgg.training.run_config import RULES, read_config, write_config

CONFIG = {
    **Recipe([4, "M"], 5, [6])._asdict(), "minivgg": "0", "data": "photos", "classes": ["a", "b"],
    "input_shape": [3, 8, 8], "mean": [0.5] * 3, "std": [0.25] * 3, "validation": 0.1,
    "test": None, "seed": 0, "step_size": 2, "micro_batch": None, "colors": None,
    "init_pixels": None, "freeze": None, "init": None,
}  # fmt: skip
COLORS = [[1.0, 2, 3], [[1, 0, 0]] * 3]

SHARES = ([0, 1, 0.5, "val"], [-0.1, 1.1, None, True, [0.5]])
COUNTS = ([1, 10**12], [0, 10**12 + 1, 1.5, "1", True, None])
SWITCHES = ([True, False], [0, 1, None, "true"])
FROM_0_TO_1 = ([0, 1, 0.5], [-0.1, 1.1, True, None, "0.5"])
VALUES = {  # (what is right, what is wrong)
    "minivgg": (["1.0"], [1, None]), "data": (["digits"], [1, None, ["x"]]),
    "classes": ([[], ["a"]], ["a", ["a", 1], [1, "a"], None]),
    "input_shape": (
        [[3, 1, 1], [3, 16384, 16384]],
        [[3, 8], [3, 8, 8, 8], [3, 0, 8], [3, 8, 0], [0, 8, 8], [3, 16385, 8], [3, 8, 16385],
         [3, 8.0, 8], [4097, 8, 8], "388", None],
    ),
    "mean": ([[0, 1.5, -2]], [[0, 1, "x"], ["x", 1, 1], [0] * 2, [0] * 4, [0, 1, True], 0.5, None]),
    "std": ([[1e-30, 1, 1e30]], [[0, 1, 1], [1, 1, -1], [1, 1, 1e31], [1] * 2, 1]),
    "validation": SHARES, "test": (SHARES[0] + [None], [-0.1, 1.1, True, [0.5]]),
    "seed": ([0, 1 << 64], [-1, (1 << 64) + 1, 0.5, True, None]), "step_size": COUNTS,
    "micro_batch": (COUNTS[0] + [None], COUNTS[1][:-1]),
    "colors": (
        [None, COLORS, [[], []]],
        [COLORS[:1], COLORS * 2, [[1, "x"], []], [["x", 1], []], [[1], [[1], ["x"]]],
         [[1], [["x"], [1]]], [[1], [1]], {}],
    ),
    "init_pixels": ([None, {}, {"pixels": "rgb"}], [[], "rgb", 1]),
    "freeze": ([None, "conv1_1"], [1, ["conv1_1"]]), "init": ([None, "run"], [1, ["run"]]),
    "net": (
        ["A", [], [1, "M", "64x1"], [[64, "M", 1, 2], "M"], ["x" * 19], [1 << 20]],
        [None, 1, [0], [(1 << 20) + 1], ["x" * 20], [[1] * 5], [[[1]]], [[1, [1]]], [["x" * 20, 1]],
         [[1, 0]], [1.5], [True], [None, 1], [1, None]],
    ),
    "hidden": ([None, [], [1, 5], [1] * 100], [[0], [1] * 101, [1, 1.5], ["5"], 5]),
    "epochs": COUNTS, "batch_size": COUNTS, "lr": ([0, 0.1, 1e30], [-0.1, 1e31, "0.1", None, True]),
    "momentum": FROM_0_TO_1, "weight_decay": ([0, -1, 1.5], ["x", None, True]),
    "dropout": FROM_0_TO_1, "batch_norm": SWITCHES,
    "schedule": (["step", "cosine", "plateau", "constant"], ["exponential", None, 1]),
    "scale": (
        [None, 1, 16384, [1, 16384], [256, 512]],
        [0, 16385, [256], [256, 512, 512], [0, 256], [256, 16385], [], "256", 1.5],
    ),
    "crop": ([0, 16384], [-1, 16385, 0.5, None]), "flip": SWITCHES,
    "color": ([0], [-0.1, 1.1e6, None, True]), "mean_only": SWITCHES,
    "initializer": (["kaiming_normal", "zeros"], [None, 1, ["zeros"]]),
    "optimizer": (["sgd", "adam", "adamw"], ["rmsprop", None]),
    "warmup": ([0, 5], [-1, 0.5, None]),
    "clip_norm": ([None, 0, 1, 1e30], [-1, 1e31, "1"]), "label_smoothing": FROM_0_TO_1,
    "class_weights": ([None, "balanced"], ["equal", 1]),
    "early_stopping": (COUNTS[0] + [None], COUNTS[1][:-1]),
}  # fmt: skip


def test_every_setting_is_looked_at_here():
    assert VALUES.keys() == RULES.keys()


@pytest.mark.parametrize("name", VALUES)
def test_what_a_setting_may_be_and_what_is_refused(tmp_path, name):
    path = tmp_path / "config.json"
    right, wrong = VALUES[name]
    for value in right:
        write_config(path, CONFIG | {name: value})
        assert read_config(path)[name] == value
    for value in wrong:
        write_config(path, CONFIG | {name: value})
        with pytest.raises(OSError, match=r"config\.json is damaged: ") as refused:
            read_config(path)
        assert f"{name!r} must be " in str(refused.value)


def test_settings_that_must_fit_each_other(tmp_path):
    path = tmp_path / "config.json"
    for changed, words in (
        ({"mean": [0.5]}, "'mean' must be 3 numbers"), ({"std": [1] * 4}, "'std' must be 3 numb"),
        ({"color": 0.1}, "it lacks the 'colors' that are shifted"),
    ):  # fmt: skip
        write_config(path, CONFIG | changed)
        with pytest.raises(OSError, match=f"is damaged: {words}"):
            read_config(path)
    write_config(path, CONFIG | {"color": 0.1, "colors": COLORS})
    assert read_config(path)["color"] == 0.1
    write_config(path, CONFIG | {"input_shape": [1, 8, 8], "mean": [0], "std": [1]})
    assert read_config(path)["mean"] == [0]


def test_the_old_name_of_an_initializer_is_read_as_todays(tmp_path):
    path = tmp_path / "config.json"
    for old, new in (("he", "kaiming_normal"), ("glorot", "xavier_uniform")):
        write_config(path, CONFIG | {"initializer": old})
        assert read_config(path)["initializer"] == new


def test_a_config_is_read_back_and_a_changed_one_is_noticed(tmp_path):
    path = tmp_path / "config.json"
    write_config(path, CONFIG)
    assert read_config(path) == CONFIG
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 1'))
    with pytest.raises(OSError, match=r"config\.json .*if it was changed by hand, remove the line"):
        read_config(path)
    path.write_text(path.read_text().replace("checksum", "checksun"))
    with pytest.raises(OSError, match=r"config\.json has an unknown entry 'checksun'"):
        read_config(path)
