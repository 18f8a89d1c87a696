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
