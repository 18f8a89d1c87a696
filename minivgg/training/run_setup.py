"""From a recipe and training images to the settings of a new run."""

from pathlib import Path

import minivgg
from minivgg import data, models
from minivgg.training.initial_weights import (
    PixelOptions,
    find_initial_weights,
    needs_rescaling,
)
from minivgg.training.recipes import Recipe, step_size
from minivgg.training.rescaled_convolutions import is_in_pixels
from minivgg.training.run import Run
from minivgg.training.run_config import LATER_SETTINGS
from minivgg.utils.files import StrPath


def configure_run(
    folder: StrPath,
    name: str,
    images: data.Dataset,
    shape: tuple[int, int, int],
    recipe: Recipe,
    validation: float | str = 0.1,
    seed: int = 0,
    init: str | None = None,
    freeze: str | None = None,
    progress: bool = False,
    test: float | str | None = None,
    init_pixels: PixelOptions | None = None,
) -> Run:
    """A run that is to be trained by a recipe; nothing is written yet.

    Parameters
    ----------
    folder : path
        Of the run.
    name : str
        Of the data, as for ``data.load``.
    images : Dataset
        Its training images.
    shape : (int, int, int)
        (C, H, W) of the network's input.
    recipe : Recipe
        How to train.
    validation : float or str
        The fraction of the images that is kept for validation, or the split that is.
    seed : int
        Of the weights, the split, the order, the augmentation and dropout.
    init : str, optional
        What to start from: a run folder, a file of weights that ``models.load_weights`` reads, or
        "imagenet", or another name of published or packaged weights. Images are normalised as in
        that run, or as the weights in the file expect it. If a file has convolutions alone, for
        inputs in the unit of pixels, the input is in units of the images' standard deviation, and
        the convolutions are rescaled (``training/rescaled_convolutions.py``).
    freeze : str, optional
        The name of the last layer to freeze; "" for all but the head.
    progress : bool
        Show a progress bar while the mean colour is computed.
    test : float, str or None
        The share of test images that the seed decides on; the name of the split that is the test;
        or None for the split "test".
    init_pixels : dict, optional
        What the weights in a file expect of pixels, where the file does not say it: "pixels",
        "mean" and "std" as for ``models.load_weights``.

    Returns
    -------
    Run
        With all settings.

    Raises
    ------
    ValueError
        If there is only one class, no image is left to train on, or the run to start from has
        normalised colours to another unit.
    """
    start = find_initial_weights(init, recipe._asdict(), progress)
    _check_unit(start, init, recipe)
    train = _training_images(images, name, validation, seed)
    data.statistics(train, progress)  # computed once, for both transforms
    normalize = _normalization(start, init, train, shape, recipe, init_pixels)
    colors = data.PCAColorShift.from_dataset(train) if recipe.color else None
    config = {
        "minivgg": minivgg.__version__,
        "data": name,
        "classes": images.classes,
        "input_shape": list(shape),
        "mean": normalize.mean,
        "std": normalize.std,
        "validation": validation,
        "test": test,
        "seed": seed,
        "init": init,
        "init_pixels": init_pixels,
        "freeze": freeze,
        "colors": colors and [colors.values, colors.vectors],
        "step_size": step_size(recipe.epochs),
    }
    run = Run(folder, LATER_SETTINGS | config | recipe._asdict())
    if isinstance(start, Path) and needs_rescaling(run.new_net("zeros"), start, init_pixels):
        own = data.Normalize.from_dataset(train).std
        run.config["std"] = [sum(own) / len(own)] * len(own)  # one factor keeps the function
    run.config["mean_only"] = is_in_pixels(run.normalize)
    return run


def _check_unit(start: Run | Path | None, init: str | None, recipe: Recipe) -> None:
    """Raise ``ValueError`` if a run was trained on pixels in another unit than the recipe's."""
    if isinstance(start, Run) and start.config["mean_only"] != recipe.mean_only:
        other = "--no-mean-only" if recipe.mean_only else "--mean-only"
        raise ValueError(
            f"{init} was trained on colours in another unit (its input was about 60 times larger "
            f"or smaller): add {other}"
        )


def _training_images(
    images: data.Dataset, name: str, validation: float | str, seed: int
) -> data.Dataset:
    """The images that are not kept for validation; ``ValueError`` if nothing is to be learned."""
    if len(images.classes) < 2:
        raise ValueError(
            f"{name} has images of one class only, {images.classes[0]}: a net learns to tell at "
            "least two apart"
        )
    train = images
    if not isinstance(validation, str):
        train, _ = data.train_val_split(images, validation, seed)
    if not len(train):
        raise ValueError(
            f"keeping a share of {validation} for validation leaves none of the {len(images)} "
            "images to train on"
        )
    return train


def _normalization(
    start: Run | Path | None,
    init: str | None,
    train: data.Dataset,
    shape: tuple[int, int, int],
    recipe: Recipe,
    init_pixels: PixelOptions | None,
) -> data.Normalize:
    """The ``Normalize`` that the initial weights expect, or that of the training images."""
    if isinstance(start, Run):
        if init_pixels:
            raise ValueError(
                f"{init} is a run, which knows its pixels: leave out --pixels, --mean and --std"
            )
        same_channels = start.shape[0] == shape[0]  # else its first layer cannot be taken
        return start.normalize if same_channels else _of(train, recipe)
    if start is None:
        return _of(train, recipe)
    expected = models.preprocessing_of(start, **(init_pixels or {}))
    if len(expected.mean) != shape[0]:
        raise ValueError(
            f"{init} is for images with {len(expected.mean)} channels, but these have {shape[0]}"
        )
    return expected


def _of(train: data.Dataset, recipe: Recipe) -> data.Normalize:
    return data.Normalize.from_dataset(train, recipe.mean_only)
