"""From the settings of a run to the trainer and the loaders that they describe."""

import numpy as np
import pytest

from minivgg import data, optim
from minivgg.training.initial_weights import options_for_all_layers, starting_net
from minivgg.training.recipes import Recipe
from minivgg.training.run_setup import configure_run
from minivgg.training.training_plan import plan_training


@pytest.fixture
def images(rng):
    pixels = rng.integers(0, 256, (20, 3, 8, 8), np.uint8)
    return data.ArrayDataset(pixels, np.arange(20) % 2, ["a", "b"])


def configured(folder, images, options=None, **settings):
    recipe = Recipe([4, "M"], 5, (6,), batch_size=8)._replace(**settings)
    return configure_run(folder, "photos", images, (3, 8, 8), recipe, **options or {})


def plan(folder, images, options=None, **settings):
    return plan_training(configured(folder, images, options, **settings), images, progress=False)


def trained(folder, images, **settings):
    """The network of a run that was trained for an epoch."""
    run = configured(folder, images, **settings)
    run.create()
    found = plan_training(run, images, progress=False)
    found.trainer.fit(found.train_loader, found.validation_loader, epochs=1)
    return found.trainer.net


def test_images_kept_for_validation_are_not_trained_on(tmp_path, images):
    found = plan(tmp_path / "r", images, {"validation": 0.2, "seed": 3}, crop=1)
    train, validation = found.train_loader, found.validation_loader
    assert (len(train.dataset), len(validation.dataset)) == (16, 4)
    shown = {image.tobytes() for image in train.dataset.batch(np.arange(16))}
    assert not shown & {image.tobytes() for image in validation.dataset.batch(np.arange(4))}
    assert (train.batch_size, train.shuffle, train.seed) == (8, True, 3)
    assert not validation.shuffle
    assert [repr(t).split("(")[0] for t in train.transforms] == ["RandomCrop", "Normalize"]
    assert [repr(t).split("(")[0] for t in validation.transforms] == ["Normalize"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("plateau", optim.ReduceOnPlateau),
        ("step", optim.StepLR),
        ("cosine", optim.CosineLR),
        ("constant", type(None)),
    ],
)
def test_a_schedule_by_its_name(tmp_path, images, name, kind):
    assert type(plan(tmp_path / "r", images, schedule=name).trainer.schedule) is kind


def test_the_plateau_rule_without_validation_images_is_refused(tmp_path, images):
    with pytest.raises(ValueError, match="the plateau schedule needs validation images"):
        plan(tmp_path / "r", images, {"validation": 0}, schedule="plateau")


def test_layers_that_start_from_another_run_are_named(tmp_path, images):
    expected = trained(tmp_path / "first", images).state_dict()
    found = plan(tmp_path / "second", images, {"init": str(tmp_path / "first")})
    assert found.initialized_layers == ["conv1_1", "fc2", "fc3"]
    state = found.trainer.net.state_dict()
    assert all((state[name] == array).all() for name, array in expected.items())
    assert plan(tmp_path / "third", images).initialized_layers == []


@pytest.mark.parametrize("freeze", ["conv1_1", "fc2"])
def test_layers_that_have_not_learned_anything_are_not_frozen(tmp_path, images, freeze):
    """The other run's convolution has more filters, so its weights do not fit."""
    trained(tmp_path / "first", images, net=[6, "M"])
    with pytest.raises(ValueError, match="would freeze conv1_1, which is untrained"):
        plan(tmp_path / "second", images, {"init": str(tmp_path / "first"), "freeze": freeze})


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([6, "M"], [4, "M"], r"the --init run has this layer, but .* add --net 6,M$"),
        ([4, "M"], [4, 4, "M"], "the --init weights have no such layer"),
    ],
)
def test_it_says_why_a_layer_to_freeze_is_untrained(tmp_path, images, first, second, reason):
    """conv1_1 has another shape; conv1_2 is only in the second net."""
    trained(tmp_path / "first", images, net=first)
    options = {"init": str(tmp_path / "first"), "freeze": "pool1"}
    with pytest.raises(ValueError, match=reason):
        plan(tmp_path / "second", images, options, net=second)


def test_the_options_with_which_a_net_takes_all_layers_of_a_run(tmp_path, images):
    run = configured(tmp_path / "r", images, batch_norm=True)
    for settings, options in (
        ({}, ""),
        ({"net": "A", "hidden": (7, 7)}, "--net 4,M --hidden 6"),
        ({"batch_norm": False}, "--batch-norm"),
        ({"input_shape": [1, 8, 9]}, "--size 8 8 --channels 3"),
        ({"input_shape": [1, 8, 9], "data": "digits"}, ""),
    ):
        assert options_for_all_layers(run.config | settings, run) == options
    assert options_for_all_layers(run.config, configured(tmp_path / "s", images)) == (
        "--no-batch-norm"
    )


@pytest.mark.parametrize(
    ("settings", "kind", "after"),
    [
        ({"schedule": "cosine", "epochs": 5}, optim.CosineLR, 5),
        ({"schedule": "cosine", "epochs": 5, "warmup": 2}, optim.CosineLR, 3),
        ({"schedule": "cosine", "epochs": 2, "warmup": 2}, optim.CosineLR, 1),
        ({"schedule": "step", "epochs": 5}, optim.StepLR, 2),
        ({"schedule": "step", "epochs": 5, "warmup": 1}, optim.StepLR, 2),
        ({"schedule": "constant", "warmup": 1}, type(None), None),
    ],
)
def test_the_rate_after_the_warm_up_is_0_at_the_end(tmp_path, images, settings, kind, after):
    found = plan(tmp_path / "r", images, **settings).trainer.schedule
    if settings.get("warmup"):
        assert (type(found), found.epochs) == (optim.WarmUp, settings["warmup"])
        found = found.then
    assert type(found) is kind
    assert getattr(found, "epochs", getattr(found, "step_size", None)) == after


@pytest.mark.parametrize(
    ("name", "kind", "settings"),
    [
        ("sgd", optim.SGD, {"momentum": 0.8, "weight_decay": 0.3}),
        ("adam", optim.Adam, {"weight_decay": 0.3}), ("adamw", optim.AdamW, {"weight_decay": 0.3}),
    ],
)  # fmt: skip
def test_an_optimizer_by_its_name(tmp_path, images, name, kind, settings):
    settings = settings | {"lr": 0.25}
    found = plan(tmp_path / "r", images, optimizer=name, **settings).trainer.optimizer
    assert type(found) is kind
    assert {key: getattr(found, key) for key in settings} == settings


def test_balanced_weights_let_all_classes_weigh_the_same(tmp_path, images):
    uneven = data.ArrayDataset(images.images, np.arange(20) % 4 // 3, ["a", "b"])
    found = plan(tmp_path / "r", uneven, {"validation": 0}, class_weights="balanced")
    weights = found.trainer.loss.class_weights
    assert list(weights) == pytest.approx([20 / (2 * 15), 20 / (2 * 5)])
    assert plan(tmp_path / "s", uneven, {"validation": 0}).trainer.loss.class_weights is None
    lacking = data.ArrayDataset(images.images, np.arange(20) % 2, ["a", "b", "none"])
    with pytest.raises(ValueError, match="the class none has no training images, so it has no"):
        plan(tmp_path / "t", lacking, {"validation": 0}, class_weights="balanced")


def test_all_layers_frozen_leave_nothing_to_learn(tmp_path, images):
    trained(tmp_path / "first", images)
    options = {"init": str(tmp_path / "first"), "freeze": "fc3"}
    with pytest.raises(ValueError, match="--freeze fc3 leaves nothing to learn: name an earlier"):
        plan(tmp_path / "second", images, options)
    found = plan(tmp_path / "third", images, options | {"freeze": "fc2"}).trainer.net
    assert [name for name, p in found.parameters().items() if not p.frozen] == [
        "classifier.3.weight", "classifier.3.bias",
    ]  # fmt: skip


def test_a_run_in_another_unit_names_the_option(tmp_path, images):
    """And images of one class, or none, are refused before."""
    for mean_only, option in ((False, "--no-mean-only"), (True, "--mean-only")):
        first = tmp_path / str(mean_only)
        trained(first, images, mean_only=mean_only)
        with pytest.raises(ValueError, match=f"colours in another unit .*: add {option}$"):
            configured(tmp_path / "r", images, {"init": str(first)}, mean_only=not mean_only)
    alone = data.ArrayDataset(images.images, [0] * 20, ["a"])
    with pytest.raises(ValueError, match="photos has images of one class only, a: a net learns"):
        configured(tmp_path / "r", alone)
    with pytest.raises(ValueError, match=r"a share of 0\.99 for validation leaves none of the 20"):
        configured(tmp_path / "r", images, {"validation": 0.99})


@pytest.mark.parametrize(("net", "hidden"), [([4, "M"], (6,)), ([4, "M"], ()), ("small-8x8", None)])
def test_a_run_tells_the_net_of_a_training_that_starts_from_it(tmp_path, images, net, hidden):
    run = configured(tmp_path / "r", images, net=net, hidden=hidden, batch_norm=True)
    run.create()
    start = starting_net(str(tmp_path / "r"))
    assert (start.hidden, start.batch_norm, start.mean_only) == (hidden, True, False)
    assert (start.channels, start.size) == (3, (8, 8))
    assert start.net == ("4,M" if isinstance(net, list) else net)
