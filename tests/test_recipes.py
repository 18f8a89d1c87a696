"""Recipes name nets that exist and fit the images they are for."""

import pytest

from minivgg import data, models, recipes

SHAPES = {"digits": (1, 8, 8), "mnist": (1, 28, 28), "fashion-mnist": (1, 28, 28), "cifar10": (3, 32, 32)}
PAPER = {f"paper-{name}": (3, 224, 224) for name in ("256", "384", "jitter")}


def test_every_named_dataset_has_a_recipe():
    assert set(recipes.RECIPES) == set(data.NAMES) | set(PAPER)


@pytest.mark.parametrize("name", SHAPES)
def test_the_net_takes_the_images(name):
    recipe = recipes.recipe_for(name, SHAPES[name])
    assert models.vgg(recipe.net, 10, SHAPES[name]).output_shape(SHAPES[name]) == (10,)
    assert recipe.schedule in recipes.SCHEDULES


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 9, 40), (3, 16, 16), (3, 31, 33), (3, 100, 64), (3, 224, 224)])
def test_other_images_get_a_net_that_fits_their_size(shape):
    recipe = recipes.recipe_for("photos", shape)
    assert models.vgg(recipe.net, 7, shape, initializer="zeros").output_shape(shape) == (7,)
