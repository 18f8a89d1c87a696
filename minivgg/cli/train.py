"""``python -m minivgg train``."""

import argparse
import io
import shlex
import sys
from pathlib import Path

from minivgg import backend, data, models
from minivgg.cli.arguments import HIDDEN, command, configuration, device_options, net_name
from minivgg.layers.initializers import INITIALIZERS
from minivgg.models import CONFIGURATIONS
from minivgg.training import distributed, recipes
from minivgg.training.run import PRETRAINED, WEIGHT_SUFFIXES, WEIGHTS, Run, free_folder, most_pixels

FAR = 4  # times what the net sees: a scale beyond that is a mistake
SWITCH = {"action": argparse.BooleanOptionalAction, "default": None}


def add(commands):
    """The arguments of ``train``."""
    p = command(commands, "train", train, "train a net and leave a run folder", """
        python -m minivgg train
        python -m minivgg train --data cifar10 --epochs 2
        python -m minivgg train --data photos.zip --size 64 64 --net 32,32,M,64,64,M --hidden 256
        python -m minivgg train --data photos.zip --recipe paper-256 --micro-batch 32
        python -m minivgg train --data photos.zip --net vgg16 --size 224 224 --init imagenet --freeze
        python -m minivgg train --resume runs/digits --epochs 40""")  # fmt: skip
    named = ", ".join(data.NAMES)
    p.add_argument(
        "--data",
        metavar="NAME",
        help=f"{named}, or a folder or zip laid out split/class/image (default: digits)",
    )
    p.add_argument(
        "--size",
        type=int,
        nargs=2,
        metavar=("H", "W"),
        help="pixels that the net sees; a folder's images are brought to it",
    )
    p.add_argument(
        "--channels",
        type=int,
        choices=(1, 3),
        help="read the images of a folder or zip as grey (1) or RGB (3, default)",
    )
    p.add_argument("--run", metavar="DIR", help="the run folder to make (default: runs/NAME)")
    p.add_argument("--init", metavar="RUN", help="start from the weights of this run: of all layers if the nets are alike, else, as the "
                   "paper started its deeper nets from A, of the first four convolutions and the fully connected layers; or from a file "
                   "of weights (.pth, .safetensors, .h5, .npz), or imagenet for published ones; other classes get a new head")  # fmt: skip
    p.add_argument("--freeze", metavar="LAYER", nargs="?", const="", help="leave the layers up to this one (pool5, fc7, ...) as they are; "
                   "without a name all but the last")  # fmt: skip
    p.add_argument("--resume", metavar="DIR", help="go on with the run in this folder; of the settings only --epochs can change, and the "
                   "schedule with it")  # fmt: skip
    s = p.add_argument_group("settings (default: the recipe of the data)")
    s.add_argument(
        "--recipe",
        metavar="NAME",
        help=f"take the settings from another recipe: {', '.join(recipes.RECIPES)}",
    )
    s.add_argument(
        "--net",
        metavar="NAME",
        help=f"{', '.join(CONFIGURATIONS)}, or layers such as 32,32,M,64x1,M (64x1: 64 filters of 1×1)",
    )
    s.add_argument("--hidden", type=int, nargs="*", metavar="N", help=HIDDEN)
    s.add_argument(
        "--epochs", type=int, metavar="N", help="how often to go through the training images"
    )
    s.add_argument("--batch-size", type=int, metavar="N", help="images a step")
    s.add_argument("--lr", type=float, metavar="RATE", help="learning rate at the start")
    s.add_argument("--schedule", choices=recipes.SCHEDULES, help="divide the rate by 10 after every 40 %% of the epochs (step) or by the "
                   "paper's rule (plateau), let it fall to nothing (cosine), or keep it")  # fmt: skip
    s.add_argument("--momentum", type=float, metavar="M", help="momentum (paper: 0.9)")
    s.add_argument("--weight-decay", type=float, metavar="D", help="weight decay (paper: 5e-4)")
    s.add_argument(
        "--dropout",
        type=float,
        metavar="P",
        help="probability to drop after hidden fully connected layers (paper: 0.5)",
    )
    s.add_argument("--batch-norm", **SWITCH, help="batch norm after each convolution")
    s.add_argument("--initializer", choices=INITIALIZERS, help="how weights are drawn")
    s.add_argument("--scale", type=int, nargs="+", metavar="S", help="rescale training images to this smaller side before a random crop; "
                   "two numbers: to one drawn between them for each image (paper: 256, 384, or 256 512)")  # fmt: skip
    s.add_argument(
        "--crop",
        type=int,
        metavar="PIXELS",
        help="shift training images at random by up to so many pixels",
    )
    s.add_argument("--flip", **SWITCH, help="mirror training images at random")
    s.add_argument(
        "--color",
        type=float,
        metavar="STD",
        help="shift colours at random along their principal directions (paper: 0.1)",
    )
    s.add_argument("--mean-only", **SWITCH, help="subtract the mean colour, as the paper, but do not divide by the deviation: "
                   "inputs are 60 times as large, which suits deep nets with --initializer glorot")  # fmt: skip
    share = "share of the training images kept for validation (default: 0.1)"
    s.add_argument("--validation", type=float, metavar="SHARE", help=share)
    s.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="decides weights, order, dropout and augmentation (default: 0)",
    )
    machine = device_options(p)
    machine.add_argument("--micro-batch", type=int, metavar="N", help="take batches through the net in parts of N images and add the "
                         "gradients up: less memory, the same step (but for batch norm)")  # fmt: skip


def train(args):
    """Train a net, or go on with one; leaves a run folder."""
    world = distributed.world()
    if world.rank:
        sys.stdout = io.StringIO()  # rank 0 speaks for all
    if world.size > 1:
        threads = distributed.settle(world)
        backend.set_num_threads(args.threads or threads)
    if world.size > 1 and backend.device() == "gpu":
        backend.use(f"gpu:{world.local_rank}")
    with distributed.together(world):
        return _train(args, world, bars=sys.stderr.isatty() and world.rank == 0)


def _train(args, world, bars):
    from minivgg.evaluation.metrics import (
        evaluate,
    )  # --help answers at once: what takes time to import comes when it is needed

    if not args.resume and not args.run:
        args.run = world.broadcast(str(free_folder(_stem(args))))  # before any rank has made it
    run, images = _resumed(args, bars) if args.resume else _new_run(args, bars)
    c, test_set = run.config, run.dataset("test", bars)
    world.require_same(c)
    trainer, loader, validation, started = run.training(
        images, progress=bars, on_epoch=_print_row, world=world
    )
    net = trainer.net
    if world.rank:
        pass
    elif not args.resume:
        run.create()  # only now: settings that make no sense leave no folder behind
    elif args.epochs is not None or args.micro_batch is not None:
        run.write_config()  # the next --resume goes on to the new end
    _say_what(
        run,
        net,
        [len(loader.dataset), len(validation.dataset) if validation else 0, len(test_set)],
        started,
        world,
    )
    try:
        trainer.fit(loader, validation, c["epochs"], bool(args.resume))
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            f"{stop}; go on with: python -m minivgg train --resume {shlex.quote(str(run.folder))}"
        ) from None
    if trainer.done_before >= c["epochs"]:
        print(
            f"nothing to train: the run has {trainer.done_before} epochs already (--epochs {trainer.done_before + 10} would go on)"
        )
    if world.rank:
        return 0
    result = evaluate(net, run.loader(test_set, workers=loader.workers), progress=bars)
    print(
        f"\ntest accuracy {100 * result.accuracy:.2f} % ({result.wrong} of {len(test_set):,} images wrong), loss {result.loss:.4f}"
    )
    _write_results(run, net, trainer.history, result, test_set)
    return 0


def _stem(args):
    return Path(args.data or "digits").stem


def _new_run(args, bars):
    """(run, training images): the settings are the recipe of the data for all that was not given. Nothing is written yet."""
    name, share, seed = (
        given if given is not None else usual
        for given, usual in ((args.data, "digits"), (args.validation, 0.1), (args.seed, 0))
    )
    if name not in data.NAMES and Path(name).exists():
        name = str(Path(name).resolve())  # so that the run can be used from any folder
    run = Run(args.run, {})
    run.require_new()
    if name in data.NAMES and (args.size or args.channels):
        raise ValueError(
            f"--size and --channels are for a folder or zip of images: {name} has its own"
        )
    chosen = recipes.recipe(args.recipe) if args.recipe else None
    init = args.init and _place_of(args.init)
    if args.freeze is not None and not init:
        raise ValueError(
            "--freeze leaves layers as they are, and fresh ones have learned nothing: say with --init what to start from"
        )
    if args.scale and (min(args.scale) < 1 or len(args.scale) > 2):
        raise ValueError(
            f"--scale is one number or two, each at least 1, got {' '.join(map(str, args.scale))}"
        )
    images, shape = _training_images(args, name, chosen, bars)
    given = {
        name: getattr(args, name)
        for name in recipes.Recipe._fields
        if getattr(args, name) is not None
    }
    recipe = (chosen or recipes.recipe_for(name, shape))._replace(**given)
    if args.scale:
        crop = (
            recipe.crop if args.recipe or args.crop is not None else 0
        )  # no black border where the crop has room to move
        recipe = recipe._replace(
            scale=tuple(args.scale) if args.scale[1:] else args.scale[0], crop=crop
        )
    _check_settings(recipe, seed, shape)
    net = configuration(recipe.net)
    hidden = (
        recipes.hidden_for(shape)
        if recipe.hidden is None and isinstance(net, list)
        else recipe.hidden
    )
    recipe = recipe._replace(net=net, hidden=hidden)
    run = Run.plan(run.folder, name, images, shape, recipe, share, seed, init, args.freeze, bars)
    run.config["micro_batch"] = args.micro_batch
    return run, images


def _place_of(init):
    """What to start from, by a name that holds from any folder."""
    if init == "imagenet":
        return init
    if Path(init).is_file() or Path(init).suffix in WEIGHT_SUFFIXES:
        return str(Path(init).resolve())
    return str(Run.open(init).folder.resolve())


def _training_images(args, name, recipe, bars):
    """(images, shape that the net sees): in their own sizes where they are to be rescaled, else all in one size."""
    channels, size = args.channels or 3, tuple(args.size) if args.size else None
    if name in data.NAMES or not (args.scale or (recipe and recipe.scale)):
        images = data.load(name, "train", size=size, channels=channels, progress=bars)
        return images, images.shape
    if size is None:
        net = configuration(args.net or (recipe.net if recipe else "A"))
        if isinstance(net, list):
            raise ValueError(
                "--scale needs to know what is cut out of the rescaled images: give --size"
            )
        size = models.resolve(net)[0].input_shape[1:]
    shape = (channels, *size)
    most = most_pixels(
        data.Rescale((args.scale[0], args.scale[-1]) if args.scale else recipe.scale), shape
    )
    return data.load(
        name, "train", size="own", channels=channels, in_memory=False, progress=bars, most=most
    ), shape


def _resumed(args, bars):
    """(run, training images) of the run folder to go on with."""
    if args.resume in PRETRAINED and not Path(args.resume).exists():
        raise ValueError(
            f"{args.resume} comes with the package and stays as it is: start from it with --init {args.resume}"
        )
    run = Run.open(args.resume)
    settings = (
        *recipes.Recipe._fields,
        "data",
        "size",
        "channels",
        "run",
        "recipe",
        "init",
        "freeze",
        "validation",
        "seed",
    )
    fixed = [name for name in settings if name != "epochs" and getattr(args, name) is not None]
    if fixed:
        raise ValueError(
            f"--{fixed[0].replace('_', '-')} cannot change in the middle of a run; with --resume only --epochs, --device, --threads and "
            "--micro-batch can"
        )
    if args.epochs is not None:
        if args.epochs < 1:
            raise ValueError(f"--epochs is at least 1, got {args.epochs}")
        run.config |= {"epochs": args.epochs, "step_size": recipes.step_size(args.epochs)}
    if args.micro_batch is not None:
        run.config["micro_batch"] = args.micro_batch
    return run, run.dataset("train", bars)


def _check_settings(recipe, seed, shape):
    least, sides = {"epochs": 1, "batch_size": 1, "crop": 0, "color": 0}, f"{shape[1]}×{shape[2]}"
    for name, minimum in least.items():
        if getattr(recipe, name) < minimum:
            raise ValueError(
                f"--{name.replace('_', '-')} is at least {minimum}, got {getattr(recipe, name)}"
            )
    if recipe.crop >= min(shape[1:]):
        raise ValueError(
            f"--crop {recipe.crop} could shift all of a {sides} image away: use less than {min(shape[1:])}"
        )
    if recipe.scale:
        low, least = data.Rescale(recipe.scale).range[0], max(shape[1:])
        if low < least:
            raise ValueError(
                f"--scale {low} is smaller than what the net sees, {sides}: nothing could be cut out (--size says what it sees)"
            )
        if low > FAR * least:
            raise ValueError(
                f"--scale {low} is far larger than what the net sees, {sides}: crops would show next to nothing of an image"
            )
    if recipe.color and shape[0] != 3:
        raise ValueError(
            "--color shifts colours, and these images are grey: --color 0 leaves them as they are"
        )
    if seed < 0:
        raise ValueError(f"--seed is at least 0, got {seed}")


def _say_what(run, net, counts, started, world):
    c, totals = run.config, models.summary(net, run.shape)
    shape = "×".join(map(str, run.shape))
    sets = "{:,} training, {:,} validation and {:,} test images".format(*counts)
    print(f"data    {c['data']}: {sets} of {shape}, {len(c['classes'])} classes")
    print(
        f"net     {net_name(c['net'])}: {totals.parameters:,} parameters, {totals.macs:,} multiply-adds an image"
    )
    if started:
        print(f"from    {c['init']}: {', '.join(started)}")
    frozen = sum(p.data.size for p in net.parameters().values() if p.frozen)
    if frozen:
        print(
            f"frozen  {frozen:,} of {totals.parameters:,} parameters{', up to ' + c['freeze'] if c['freeze'] else ', all but the head'}"
        )
    ranks = f"{world.size} ranks, each on " if world.size > 1 else ""
    print(
        f"on      {ranks}{backend.device()}"
        + (f", {backend.get_num_threads()} threads" if backend.device() == "cpu" else "")
    )
    print(f"folder  {run.folder}\n\nepoch     loss  training  validation  learning rate  images/s")


def _print_row(row):
    from tqdm.auto import tqdm

    validation = (
        f"{100 * row['validation_accuracy']:.1f} %"
        if row["validation_accuracy"] is not None
        else "–"
    )
    numbers = f"{row['epoch']:5}  {row['loss']:7.4f}  {100 * row['train_accuracy']:6.1f} %  {validation:>10}"
    tqdm.write(f"{numbers}  {row['learning_rate']:13.3g}  {row['images_per_second'] or 0:8,.0f}")


def _write_results(run, net, history, result, test_set):
    """The weights and the pictures of a finished run."""
    from minivgg import plots

    net.preprocessing = run.normalize
    models.save_weights(net, run.folder / WEIGHTS, {"net": net_name(run.config["net"])})
    wrong = (result.predicted != result.labels).nonzero()[0]
    shown = wrong[plots.most_confident(result.confidence[wrong])]
    images = test_set.batch(shown) if len(shown) else []
    said = (a[shown] for a in (result.labels, result.predicted, result.confidence))
    filters = [p.data for p in net["features"].parameters().values() if p.data.ndim == 4]
    pictures = {
        "curves.png": plots.curves(history),
        "confusion.png": plots.confusion(result.confusion, result.classes),
        "mistakes.png": plots.mistakes(images, *said, result.classes, total=len(wrong)),
    }
    if filters:
        pictures["filters.png"] = plots.filters(backend.to_numpy(filters[0]))
    for name, figure in pictures.items():
        plots.save(figure, run.folder / name)
    _write_samples(run.folder / "samples", test_set)
    print(
        f"wrote   {run.folder}: {WEIGHTS}, history.csv, config.json, {', '.join(pictures)}, samples/"
    )
    print(f"try     python -m minivgg predict {shlex.quote(str(run.folder))}/samples/*.png")


def _write_samples(folder, test_set, most=10):
    """The first test image of each class, to try ``predict`` on."""
    from PIL import Image

    folder.mkdir(exist_ok=True)
    for k, name in enumerate(test_set.classes[:most]):
        found = (test_set.labels == k).nonzero()[0]
        if len(found):
            image = test_set[found[0]][0]
            picture = Image.fromarray(image[0] if len(image) == 1 else image.transpose(1, 2, 0))
            picture.save(folder / f"{name.replace('/', '-').replace(' ', '-')}.png")
