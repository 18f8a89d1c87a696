"""From the arguments of ``train`` to a run: a new one with all its settings, or one to resume."""

import math
import warnings
from argparse import Namespace
from pathlib import Path
from typing import cast

from minivgg import data, models
from minivgg.cli.arguments import InputShape, configuration
from minivgg.cli.train_options import DEFAULT_SIZE
from minivgg.data.folder import DifferentSizesError
from minivgg.models.pretrained.packaged import VGG16_POOL3
from minivgg.training import recipes
from minivgg.training.initial_weights import (
    WEIGHT_SUFFIXES,
    PixelOptions,
    StartingNet,
    require_start,
    starting_net,
)
from minivgg.training.run import CONFIG, PRETRAINED, Run, max_smaller_side
from minivgg.training.run_setup import configure_run
from minivgg.utils.notices import Notice, notify

Dataset = data.ArrayDataset | data.ImageFolder

DEFAULT_DATA, DEFAULT_VALIDATION, DEFAULT_TEST, DEFAULT_SEED = "digits", 0.1, 0.2, 0
MAX_SCALE_RATIO = 4  # of --scale to the net's input size; a larger scale is a mistake
FIXED_OPTIONS = (  # that cannot change when a run is resumed, besides those of the recipe
    "data", "size", "channels", "run", "recipe", "init", "pixels", "mean", "std", "freeze",
    "validation", "test", "seed",
)  # fmt: skip
FREE_SETTINGS = ("epochs", "early_stopping")  # of the recipe, that can


def new_run(args: Namespace, bars: bool) -> tuple[Run, Dataset]:
    """(run, training images); options that are not given come from the recipe of the data.

    Nothing is written yet.
    """
    _check_arguments(args)
    name = DEFAULT_DATA if args.data is None else args.data
    share = DEFAULT_VALIDATION if args.validation is None else args.validation
    seed = DEFAULT_SEED if args.seed is None else args.seed
    if name not in data.NAMES and Path(name).exists():
        name = str(Path(name).resolve())  # so that the run can be used from any folder
    run = Run(args.run, {})
    run.require_new()
    chosen = recipes.recipe(args.recipe) if args.recipe else None
    init = args.init and _absolute_init(args.init)
    pixels = _pixel_options(args, init)
    start = _take_from_start(args, init, name not in data.NAMES) if init else None
    images, shape = _training_images(args, name, chosen, bars)
    usual = chosen or recipes.recipe_for(name, shape)
    if start:
        usual = recipes.for_start(usual, start.batch_norm)
    if args.optimizer:
        usual = recipes.for_optimizer(usual, args.optimizer, bool(init))
    recipe = _settings(args, usual)
    _check_settings(recipe, seed, shape)
    recipe = _with_net(recipe, shape)
    validation, test = _held_out(args, images, share)
    run = configure_run(
        run.folder,
        name,
        images,
        shape,
        recipe,
        validation,
        seed,
        init,
        args.freeze,
        bars,
        test,
        pixels,
    )
    run.config["micro_batch"] = args.micro_batch
    return run, images


def _check_arguments(args: Namespace) -> None:
    """Raise ``ValueError`` for arguments of a new run that are wrong whatever the images are."""
    if (args.data is None or args.data in data.NAMES) and (args.size or args.channels):
        raise ValueError(
            "--size and --channels are for a folder or zip of images: "
            f"{args.data or DEFAULT_DATA} has its own"
        )
    if args.freeze is not None and not args.init:
        raise ValueError(
            "--freeze keeps weights unchanged, but those of a new net are untrained: choose the "
            "weights to start from with --init"
        )
    if args.scale and (min(args.scale) < 1 or len(args.scale) > 2):
        raise ValueError(
            f"--scale must be 1 or 2 numbers, each at least 1, got {' '.join(map(str, args.scale))}"
        )


def _take_from_start(args: Namespace, init: str, is_folder: bool) -> StartingNet | None:
    """Set the options that are not given to those of the net that the run starts from.

    A recipe that is named has a net of its own, and named data have a size of their own.
    A file is only asked for its net where nothing else names one.
    Returns that net if all of it is taken.
    """
    whole = args.recipe is None and args.net is None and is_folder
    start = starting_net(init) if whole or not Path(init).is_file() else None
    if start is None:
        return None
    if args.recipe is None and is_folder:
        for option in ("net", "hidden", "batch_norm", "mean_only"):
            if getattr(args, option) is None:
                setattr(args, option, getattr(start, option))
    if is_folder:
        args.size = args.size or (start.size and list(start.size))
        args.channels = args.channels or start.channels
    return start if whole else None


def _pixel_options(args: Namespace, init: str | None) -> PixelOptions | None:
    """What the options say about the pixels that the weights in a file expect."""
    given = {name: getattr(args, name) for name in ("pixels", "mean", "std")}
    options = {name: value for name, value in given.items() if value is not None}
    if options and not init:
        raise ValueError(
            f"--{next(iter(options))} says what the weights of --init expect: without --init, the "
            "mean and standard deviation are those of the training images"
        )
    return cast(PixelOptions, options) or None


def _absolute_init(init: str) -> str:
    """What to start from, as a path or name that is valid in any folder."""
    if init in ("imagenet", VGG16_POOL3) or (init in models.IMAGENET and not Path(init).exists()):
        return init
    if Path(init).is_file():
        return str(Path(init).resolve())
    require_start(init)
    return str(Run.open(init).folder.resolve())


def _training_images(
    args: Namespace, name: str, recipe: recipes.Recipe | None, bars: bool
) -> tuple[Dataset, InputShape]:
    """(images, input shape of the net); images to be rescaled keep their own sizes until then."""
    channels, size = args.channels or 3, tuple(args.size) if args.size else None
    scale = (args.scale[0], args.scale[-1]) if args.scale else recipe and recipe.scale
    seed = DEFAULT_SEED if args.seed is None else args.seed
    share = DEFAULT_TEST if args.test is None else args.test
    if args.test is not None and name in data.NAMES:
        raise ValueError(f"--test is for a folder of images without a test: {name} has its own")
    if name in data.NAMES or not scale:
        try:
            images = data.load(
                name, size=size, channels=channels, progress=bars, test_share=share, seed=seed
            )
        except DifferentSizesError as error:
            size = _default_size(args, recipe)
            with warnings.catch_warnings():  # the notices were given at the first attempt
                warnings.simplefilter("ignore", Notice)
                images = data.load(
                    name, size=size, channels=channels, progress=bars, test_share=share, seed=seed
                )
            notify(
                f"{error.difference}: all images are brought to {size[0]}×{size[1]} (--size "
                "chooses another size)"
            )
        return images, cast(InputShape, images.shape)  # only size="own" leaves sides open
    if size is None:
        net = configuration(args.net or (recipe.net if recipe else "A"))
        if isinstance(net, list):
            raise ValueError(
                "--scale needs the size of the crops from the rescaled images: set --size"
            )
        size = models.resolve(net)[0].input_shape[1:]
    shape = (channels, *size)
    rescale = data.Rescale(scale)
    images = data.load(
        name,
        "train",
        size="own",
        channels=channels,
        in_memory=False,
        progress=bars,
        shrink_to=max_smaller_side(rescale, shape),
        test_share=share,
        seed=seed,
    )
    return images, shape


def _default_size(args: Namespace, recipe: recipes.Recipe | None) -> tuple[int, int]:
    """The size for images of several sizes: that of the net if it has one."""
    name = args.net or (recipe and recipe.net)
    net = configuration(name) if name else []
    if isinstance(net, list):
        return DEFAULT_SIZE, DEFAULT_SIZE
    _, height, width = models.resolve(net)[0].input_shape
    return height, width


def _held_out(
    args: Namespace, images: Dataset, share: float
) -> tuple[float | str, float | str | None]:
    """(validation, test) as ``configure_run`` takes them, from the folders that there are."""
    if not isinstance(images, data.ImageFolder):
        return share, None
    folder = images.splits.get("validation")
    validation = share if args.validation is not None or folder is None else folder
    if not images.splits:
        return validation, DEFAULT_TEST if args.test is None else args.test
    if args.test is not None:
        raise ValueError(
            f"--test is for images without a test: {images.path} has the folders "
            f"{', '.join(images.splits.values())}"
        )
    if "test" in images.splits:
        return validation, None
    notify(
        f"{images.path} has no test images: the accuracy on {folder} is reported at the end, which "
        "is a little too good, for the settings are chosen by the same images"
    )
    return validation, folder


def _settings(args: Namespace, recipe: recipes.Recipe) -> recipes.Recipe:
    """The recipe with the options that are given."""
    given = {name: getattr(args, name) for name in recipes.Recipe._fields}
    if args.momentum is not None and recipe.optimizer != "sgd":
        raise ValueError(
            f"--momentum is for --optimizer sgd: {recipes.OPTIMIZERS[recipe.optimizer]} has its own"
        )
    settings = recipe._replace(**{name: v for name, v in given.items() if v is not None})
    if args.scale:
        # a crop of a rescaled image needs no border of zeros
        crop = settings.crop if args.recipe or args.crop is not None else 0
        scale = tuple(args.scale) if len(args.scale) == 2 else args.scale[0]
        settings = settings._replace(scale=scale, crop=crop)
    return settings


def _with_net(recipe: recipes.Recipe, shape: InputShape) -> recipes.Recipe:
    """The recipe with its net parsed, and with hidden layers for a list of layers."""
    net, hidden = configuration(recipe.net), recipe.hidden
    if hidden is None and isinstance(net, list):
        hidden = recipes.hidden_for(shape)
    return recipe._replace(net=net, hidden=hidden)


def _check_settings(recipe: recipes.Recipe, seed: int, shape: InputShape) -> None:
    """Raise ``ValueError`` for settings that make no sense for images of ``shape``."""
    sides = f"{shape[1]}×{shape[2]}"
    for name, minimum in {"epochs": 1, "batch_size": 1, "crop": 0, "color": 0}.items():
        value = getattr(recipe, name)
        if value < minimum:
            raise ValueError(f"--{name.replace('_', '-')} must be at least {minimum}, got {value}")
    _check_training_settings(recipe)
    if recipe.crop >= min(shape[1:]):
        raise ValueError(
            f"--crop {recipe.crop} could shift all of a {sides} image away: use less than "
            f"{min(shape[1:])}"
        )
    if recipe.scale:
        low, side = data.Rescale(recipe.scale).range[0], max(shape[1:])
        if low < side:
            raise ValueError(
                f"--scale {low} is smaller than the net's input, {sides}: no crop would "
                "fit (--size sets the input size)"
            )
        if low > MAX_SCALE_RATIO * side:
            raise ValueError(
                f"--scale {low} is far larger than the net's input, {sides}: a crop would show "
                "almost nothing of the image"
            )
    if recipe.color and shape[0] != 3:
        raise ValueError(
            "--color shifts colours, and these images are grey: --color 0 leaves them as they are"
        )
    if seed < 0:
        raise ValueError(f"--seed must be at least 0, got {seed}")


def _check_training_settings(recipe: recipes.Recipe) -> None:
    """Raise ``ValueError`` for settings of the steps that make no sense."""
    if not 0 <= recipe.warmup < recipe.epochs:
        raise ValueError(
            f"--warmup must be at least 0 and smaller than --epochs ({recipe.epochs}), got "
            f"{recipe.warmup}"
        )
    if recipe.clip_norm is not None and not 0 < recipe.clip_norm < math.inf:
        raise ValueError(f"--clip-norm must be a number above 0, got {recipe.clip_norm}")
    if not 0 <= recipe.label_smoothing < 1:
        raise ValueError(
            f"--label-smoothing must be at least 0 and below 1, got {recipe.label_smoothing}"
        )
    if recipe.early_stopping is not None and recipe.early_stopping < 1:
        raise ValueError(f"--early-stopping must be at least 1, got {recipe.early_stopping}")


def resumed_run(args: Namespace, bars: bool) -> tuple[Run, Dataset]:
    """(run, training images) of the run folder to continue."""
    if args.resume in PRETRAINED and not Path(args.resume).exists():
        raise ValueError(
            f"{args.resume} comes with the package and stays as it is: start from it with --init "
            f"{args.resume}"
        )
    _refuse_file(args.resume)
    run = Run.open(args.resume)
    fixed = [
        name for name in (*recipes.Recipe._fields, *FIXED_OPTIONS) if name not in FREE_SETTINGS
    ]
    given = [name for name in fixed if getattr(args, name) is not None]
    if given:
        raise ValueError(
            f"--{given[0].replace('_', '-')} cannot change in the middle of a run; with --resume "
            "only --epochs, --early-stopping, --device, --threads and --micro-batch can"
        )
    if args.epochs is not None:
        if args.epochs < 1:
            raise ValueError(f"--epochs must be at least 1, got {args.epochs}")
        run.config |= {"epochs": args.epochs, "step_size": recipes.step_size(args.epochs)}
    if args.early_stopping is not None:
        if args.early_stopping < 0:
            raise ValueError(
                f"--early-stopping must be at least 1, or 0 for none, got {args.early_stopping}"
            )
        run.config["early_stopping"] = args.early_stopping or None
    if args.micro_batch is not None:
        run.config["micro_batch"] = args.micro_batch
    return run, run.dataset("train", bars)


def _refuse_file(resume: str) -> None:
    """Say what to do with a file that is named in the place of a run folder."""
    path = Path(resume)
    if not path.is_file():
        return
    for folder in list(path.resolve().parents)[:2]:  # checkpoints are one folder further down
        if (folder / CONFIG).is_file():
            raise ValueError(
                f"{resume} is a file of the run {folder}: continue that with --resume {folder}"
            )
    if path.suffix.lower() in WEIGHT_SUFFIXES:
        raise ValueError(f"{resume} is a file of weights: start from it with --init {resume}")
