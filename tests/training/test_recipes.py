"""Recipes name nets that exist and fit the images they are for."""

import pytest

from minivgg import data, models
from minivgg.training import recipes

SHAPES = {
    "digits": (1, 8, 8),
    "mnist": (1, 28, 28),
    "fashion-mnist": (1, 28, 28),
    "cifar10": (3, 32, 32),
}
PAPER = {f"paper-{name}": (3, 224, 224) for name in ("256", "384", "jitter")}


def test_every_named_dataset_has_a_recipe():
    assert set(recipes.RECIPES) == set(data.NAMES) | set(PAPER)


@pytest.mark.parametrize("name", SHAPES)
def test_the_net_takes_the_images(name):
    recipe = recipes.recipe_for(name, SHAPES[name])
    assert models.vgg(recipe.net, 10, SHAPES[name]).output_shape(SHAPES[name]) == (10,)
    assert recipe.schedule in recipes.SCHEDULES


@pytest.mark.parametrize(
    "shape", [(3, 8, 8), (1, 9, 40), (3, 16, 16), (3, 31, 33), (3, 100, 64), (3, 224, 224)]
)
def test_other_images_get_a_net_that_fits_their_size(shape):
    recipe = recipes.recipe_for("photos", shape)
    assert models.vgg(recipe.net, 7, shape, initializer="zeros").output_shape(shape) == (7,)


@pytest.mark.parametrize("name", PAPER)
def test_the_papers_recipe_has_the_papers_numbers(name):
    """§3.1: batch 256, momentum 0.9, weight decay 5·10⁻⁴, dropout 0.5, 74 epochs, plateaus.

    Learning rate 10⁻² (fine-tuned: 10⁻³), crops of 224.
    """
    recipe = recipes.recipe(name)
    assert (
        recipe.batch_size,
        recipe.momentum,
        recipe.weight_decay,
        recipe.dropout,
        recipe.epochs,
    ) == (256, 0.9, 5e-4, 0.5, 74)
    assert recipe.lr == (1e-2 if name == "paper-256" else 1e-3)
    assert (recipe.schedule, recipe.flip, recipe.color, recipe.mean_only) == (
        "plateau",
        True,
        0.1,
        True,
    )
    assert recipe.scale == {"paper-256": 256, "paper-384": 384, "paper-jitter": (256, 512)}[name]
    assert models.resolve(recipe.net)[0].input_shape == (3, 224, 224)


def test_an_unknown_recipe_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="no recipe 'paper_384': did you mean 'paper-384'"):
        recipes.recipe("paper_384")


def test_a_training_from_given_weights_takes_small_steps_and_larger_ones_with_batch_norm():
    recipe = recipes.recipe("cifar10")
    plain, normalized = (recipes.for_start(recipe, bn) for bn in (False, True))
    assert (plain.lr, normalized.lr) == (0.001, 0.003)
    assert plain.schedule == normalized.schedule == "cosine"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("digits", ("small-8x8", 30, 32, 0.02, 0.5, False, 0, False)),
        ("mnist", ("small-28x28", 5, 64, 0.02, 0.5, False, 0, False)),
        ("fashion-mnist", ("small-28x28", 10, 64, 0.02, 0.5, False, 0, False)),
        ("cifar10", ("medium-32x32", 60, 128, 0.05, 0.3, True, 4, True)),
    ],
)
def test_the_recipes_of_small_images_are_those_with_which_results_were_measured(name, settings):
    r = recipes.recipe(name)
    assert settings == (
        r.net, r.epochs, r.batch_size, r.lr, r.dropout, r.batch_norm, r.crop, r.flip,
    )  # fmt: skip
    assert (r.momentum, r.weight_decay, r.schedule, r.optimizer) == (0.9, 5e-4, "step", "sgd")
    assert (r.warmup, r.clip_norm, r.label_smoothing, r.early_stopping) == (0, None, 0.0, None)
    assert (r.scale, r.color, r.mean_only, r.initializer) == (None, 0.0, False, "kaiming_normal")


@pytest.mark.parametrize(
    ("shape", "net", "crop"),
    [
        ((3, 128, 128), "A", 4), ((3, 128, 127), "small-32x32", 4),
        ((1, 127, 500), "small-32x32", 4),
        ((3, 32, 32), "small-32x32", 4), ((3, 31, 40), "small-28x28", 3),
        ((3, 16, 16), "small-28x28", 2), ((3, 40, 15), "small-8x8", 1), ((3, 7, 7), "small-8x8", 0),
    ],
)  # fmt: skip
def test_the_net_and_the_shifts_by_the_smaller_side_of_images(shape, net, crop):
    recipe = recipes.recipe_for("photos", shape)
    assert (recipe.net, recipe.crop, recipe.flip) == (net, crop, True)
    assert (recipe.epochs, recipe.batch_size) == (20, 64)
    assert recipes.hidden_for(shape) == ((4096, 4096) if net == "A" else (256,))


@pytest.mark.parametrize(
    ("optimizer", "is_started", "rates"),
    [
        ("sgd", True, (0.05, 5e-4)), ("sgd", False, (0.05, 5e-4)), ("adam", False, (1e-3, 0.0)),
        ("adam", True, (1e-4, 0.0)), ("adamw", False, (1e-3, 0.01)), ("adamw", True, (1e-4, 0.01)),
    ],
)  # fmt: skip
def test_another_optimizer_has_rates_of_its_own(optimizer, is_started, rates):
    found = recipes.for_optimizer(recipes.recipe("cifar10"), optimizer, is_started)
    assert (found.optimizer, found.lr, found.weight_decay) == (optimizer, *rates)
    assert found._replace(optimizer="sgd", lr=0.05, weight_decay=5e-4) == recipes.recipe("cifar10")


def test_a_start_has_batches_of_32():
    assert recipes.for_start(recipes.recipe("cifar10"), True).batch_size == 32


@pytest.mark.parametrize(("epochs", "size"), [(1, 1), (2, 1), (4, 2), (30, 12), (74, 30)])
def test_the_rate_falls_after_two_fifths_of_the_epochs(epochs, size):
    assert recipes.step_size(epochs) == size
