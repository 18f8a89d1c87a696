"""From the arguments of ``train`` to a run: a new one with all its settings, or one to resume."""

from argparse import Namespace
from pathlib import Path
from typing import cast

from minivgg import data, models
from minivgg.cli.arguments import InputShape, configuration
from minivgg.data.folder import DifferentSizesError
from minivgg.training import recipes
from minivgg.training.initial_weights import WEIGHT_SUFFIXES
from minivgg.training.run import PRETRAINED, Run, max_smaller_side
from minivgg.training.run_setup import configure_run

Dataset = data.ArrayDataset | data.ImageFolder

DEFAULT_DATA, DEFAULT_VALIDATION, DEFAULT_SEED = "digits", 0.1, 0
MAX_SCALE_RATIO = 4  # of --scale to the net's input size; a larger scale is a mistake
FIXED_OPTIONS = (  # that cannot change when a run is resumed, besides those of the recipe
    "data", "size", "channels", "run", "recipe", "init", "freeze", "validation", "seed"
)  # fmt: skip


def new_run(args: Namespace, bars: bool) -> tuple[Run, Dataset]:
    """(run, training images); options that are not given come from the recipe of the data.

    Nothing is written yet.
    """
    name = DEFAULT_DATA if args.data is None else args.data
    share = DEFAULT_VALIDATION if args.validation is None else args.validation
    seed = DEFAULT_SEED if args.seed is None else args.seed
    if name not in data.NAMES and Path(name).exists():
        name = str(Path(name).resolve())  # so that the run can be used from any folder
    run = Run(args.run, {})
    run.require_new()
    if name in data.NAMES and (args.size or args.channels):
        raise ValueError(
            f"--size and --channels are for a folder or zip of images: {name} has its own"
        )
    chosen = recipes.recipe(args.recipe) if args.recipe else None
    init = args.init and _absolute_init(args.init)
    if args.freeze is not None and not init:
        raise ValueError(
            "--freeze keeps weights unchanged, but those of a new net are untrained: choose the "
            "weights to start from with --init"
        )
    if args.scale and (min(args.scale) < 1 or len(args.scale) > 2):
        raise ValueError(
            f"--scale must be 1 or 2 numbers, each at least 1, got {' '.join(map(str, args.scale))}"
        )
    images, shape = _training_images(args, name, chosen, bars)
    recipe = _settings(args, chosen or recipes.recipe_for(name, shape))
    _check_settings(recipe, seed, shape)
    recipe = _with_net(recipe, shape)
    run = configure_run(
        run.folder, name, images, shape, recipe, share, seed, init, args.freeze, bars
    )
    run.config["micro_batch"] = args.micro_batch
    return run, images


def _absolute_init(init: str) -> str:
    """What to start from, as a path or name that is valid in any folder."""
    if init == "imagenet":
        return init
    if Path(init).is_file() or Path(init).suffix in WEIGHT_SUFFIXES:
        return str(Path(init).resolve())
    return str(Run.open(init).folder.resolve())


def _training_images(
    args: Namespace, name: str, recipe: recipes.Recipe | None, bars: bool
) -> tuple[Dataset, InputShape]:
    """(images, input shape of the net); images to be rescaled keep their own sizes until then."""
    channels, size = args.channels or 3, tuple(args.size) if args.size else None
    scale = (args.scale[0], args.scale[-1]) if args.scale else recipe and recipe.scale
    if name in data.NAMES or not scale:
        try:
            images = data.load(name, "train", size=size, channels=channels, progress=bars)
        except DifferentSizesError as error:
            raise ValueError(
                f"{error.difference}: add --size 64 64 (height, width) to bring them to one size"
            ) from error
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
    )
    return images, shape


def _settings(args: Namespace, recipe: recipes.Recipe) -> recipes.Recipe:
    """The recipe with the options that are given."""
    given = {name: getattr(args, name) for name in recipes.Recipe._fields}
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


def resumed_run(args: Namespace, bars: bool) -> tuple[Run, Dataset]:
    """(run, training images) of the run folder to continue."""
    if args.resume in PRETRAINED and not Path(args.resume).exists():
        raise ValueError(
            f"{args.resume} comes with the package and stays as it is: start from it with --init "
            f"{args.resume}"
        )
    run = Run.open(args.resume)
    fixed = [name for name in (*recipes.Recipe._fields, *FIXED_OPTIONS) if name != "epochs"]
    given = [name for name in fixed if getattr(args, name) is not None]
    if given:
        raise ValueError(
            f"--{given[0].replace('_', '-')} cannot change in the middle of a run; with --resume "
            "only --epochs, --device, --threads and --micro-batch can"
        )
    if args.epochs is not None:
        if args.epochs < 1:
            raise ValueError(f"--epochs must be at least 1, got {args.epochs}")
        run.config |= {"epochs": args.epochs, "step_size": recipes.step_size(args.epochs)}
    if args.micro_batch is not None:
        run.config["micro_batch"] = args.micro_batch
    return run, run.dataset("train", bars)
