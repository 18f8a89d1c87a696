"""Floor 6: the command line: arguments in, tables and pictures out. ``python -m minivgg COMMAND --help`` shows an example of each."""

import argparse
import io
import os
import shlex
import sys
import textwrap
from pathlib import Path

import minivgg
from minivgg import backend, data, gradcheck, models, optim, recipes
from minivgg.models import CONFIGURATIONS
from minivgg.run import CONFIG, WEIGHTS, Run, free_folder, newest_run

HIDDEN = "sizes of the hidden fully connected layers (default: the net's own; for a list of layers 256, from 128×128 pixels on 4096 4096)"
USER_ERRORS = (ValueError, TypeError, OSError, RuntimeError, ArithmeticError, MemoryError)


def main(arguments=None):
    """Run one command; returns the exit status: 0, 1 (a check failed), 2 (wrong input) or 130 (interrupted)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks "×" or "─" shows "?" instead of failing
    args = _parser().parse_args(arguments)
    try:
        if getattr(args, "device", None):
            backend.use(args.device)
        if getattr(args, "threads", None) is not None:
            backend.set_num_threads(args.threads)
        return args.command(args)
    except KeyboardInterrupt as stop:
        print(f"\n{stop}" if str(stop) else "\ninterrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, "head" for example, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except USER_ERRORS as error:
        if os.environ.get("MINIVGG_DEBUG"):
            raise
        text = error.strerror if isinstance(error, OSError) and error.strerror and not error.filename else str(error)
        print(f"minivgg: {text or type(error).__name__}", file=sys.stderr)
        return 2


# ---------------------------------------------------------------------------------------------- train


def train(args):
    """Train a net, or go on with one; leaves a run folder."""
    # matplotlib and the training loop are imported when a command needs them: --help answers at once
    from minivgg.evaluation import evaluate
    from minivgg.training import Trainer

    bars = sys.stderr.isatty()
    run, full_set = _resumed(args, bars) if args.resume else _new_run(args, bars)
    c = run.config
    train_set, validation_set = data.hold_out(full_set, c["validation"], c["seed"])
    augment = [data.RandomCrop(c["crop"])] if c["crop"] else []
    augment += [data.RandomHorizontalFlip()] if c["flip"] else []
    loader = data.Loader(train_set, c["batch_size"], shuffle=True, seed=c["seed"], transforms=[*augment, run.normalize])
    validation = data.Loader(validation_set, 256, transforms=[run.normalize]) if len(validation_set) else None
    test_set = run.dataset("test", bars)
    backend.seed(c["seed"])
    if c["schedule"] == "plateau" and not validation:
        raise ValueError("--schedule plateau needs validation images: give --validation a larger share")
    net = run.new_net()
    optimizer = optim.SGD(net.parameters(), c["lr"], c["momentum"], c["weight_decay"])
    trainer = Trainer(net, optimizer, None, _schedule(optimizer, c), run.folder, c["seed"], bars, on_epoch=_print_row)
    if not args.resume:
        run.create()  # only now: settings that make no sense leave no folder behind
    elif args.epochs is not None:
        run.write_config()  # the next --resume goes on to the new end
    _say_what(run, net, train_set, validation_set, test_set)
    try:
        trainer.fit(loader, validation, c["epochs"], bool(args.resume))
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(f"{stop}; go on with: python -m minivgg train --resume {shlex.quote(str(run.folder))}") from None
    if trainer.done_before >= c["epochs"]:
        print(f"nothing to train: the run has {trainer.done_before} epochs already (--epochs {trainer.done_before + 10} would go on)")
    result = evaluate(net, data.Loader(test_set, 256, transforms=[run.normalize]), progress=bars)
    print(f"\ntest accuracy {100 * result.accuracy:.2f} % ({result.wrong} of {len(test_set):,} images wrong), loss {result.loss:.4f}")
    _write_results(run, net, trainer.history, result, test_set)
    return 0


def _new_run(args, bars):
    """(run, training images): the settings are the recipe of the data for all that was not given. Nothing is written yet."""
    name, share, seed = (
        given if given is not None else usual for given, usual in ((args.data, "digits"), (args.validation, 0.1), (args.seed, 0))
    )
    if name not in data.NAMES and Path(name).exists():
        name = str(Path(name).resolve())  # so that the run can be used from any folder
    run = Run(args.run or free_folder(Path(name).stem), {})
    run.require_new()
    size = tuple(args.size) if args.size else None
    if name in data.NAMES and (size or args.channels):
        raise ValueError(f"--size and --channels are for a folder or zip of images: {name} has its own")
    train_set = data.load(name, "train", size=size, channels=args.channels or 3, progress=bars)
    recipe = recipes.recipe_for(name, train_set.shape)
    recipe = recipe._replace(**{name: getattr(args, name) for name in recipe._fields if getattr(args, name) is not None})
    _check_settings(recipe, seed, train_set.shape)
    net = _configuration(recipe.net)
    hidden = recipes.hidden_for(train_set.shape) if recipe.hidden is None and isinstance(net, list) else recipe.hidden
    kept = data.hold_out(train_set, share, seed)[0]
    if not len(kept):
        raise ValueError(f"--validation {share:g} leaves none of the {len(train_set)} images to train on")
    normalize = data.Normalize.of(kept)
    run.config |= {"minivgg": minivgg.__version__, "data": name, "classes": train_set.classes, "input_shape": list(train_set.shape)}
    run.config |= {"mean": normalize.mean, "std": normalize.std, "validation": share, "seed": seed}
    run.config |= recipe._asdict() | {"net": net, "hidden": hidden, "step_size": recipes.step_size(recipe.epochs)}
    return run, train_set


def _resumed(args, bars):
    """(run, training images) of the run folder to go on with."""
    run = Run.open(args.resume)
    settings = (*recipes.Recipe._fields, "data", "size", "channels", "run", "validation", "seed")
    fixed = [name for name in settings if name != "epochs" and getattr(args, name) is not None]
    if fixed:
        raise ValueError(
            f"--{fixed[0].replace('_', '-')} cannot change in the middle of a run; with --resume only --epochs, --device and --threads can"
        )
    if args.epochs is not None:
        if args.epochs < 1:
            raise ValueError(f"--epochs is at least 1, got {args.epochs}")
        run.config |= {"epochs": args.epochs, "step_size": recipes.step_size(args.epochs)}
    return run, run.dataset("train", bars)


def _check_settings(recipe, seed, shape):
    least = {"epochs": 1, "batch_size": 1, "crop": 0}
    for name, minimum in least.items():
        if getattr(recipe, name) < minimum:
            raise ValueError(f"--{name.replace('_', '-')} is at least {minimum}, got {getattr(recipe, name)}")
    if recipe.crop >= min(shape[1:]):
        raise ValueError(f"--crop {recipe.crop} could shift all of a {shape[1]}×{shape[2]} image away: use less than {min(shape[1:])}")
    if seed < 0:
        raise ValueError(f"--seed is at least 0, got {seed}")


def _schedule(optimizer, config):
    if config["schedule"] == "plateau":
        return optim.ReduceOnPlateau(optimizer)
    return optim.StepLR(optimizer, config["step_size"]) if config["schedule"] == "step" else None


def _say_what(run, net, train_set, validation_set, test_set):
    c, totals = run.config, models.summary(net, run.shape)
    shape = "×".join(map(str, run.shape))
    sets = f"{len(train_set):,} training, {len(validation_set):,} validation and {len(test_set):,} test images"
    print(f"data    {c['data']}: {sets} of {shape}, {len(c['classes'])} classes")
    print(f"net     {_net_name(c['net'])}: {totals.parameters:,} parameters, {totals.multiply_adds:,} multiply-adds an image")
    print(f"on      {backend.device()}" + (f", {backend.get_num_threads()} threads" if backend.device() == "cpu" else ""))
    print(f"folder  {run.folder}\n\nepoch     loss  training  validation  learning rate  images/s")


def _print_row(row):
    from tqdm.auto import tqdm

    validation = f"{100 * row['validation_accuracy']:.1f} %" if row["validation_accuracy"] is not None else "–"
    numbers = f"{row['epoch']:5}  {row['loss']:7.4f}  {100 * row['train_accuracy']:6.1f} %  {validation:>10}"
    tqdm.write(f"{numbers}  {row['learning_rate']:13.3g}  {row['images_per_second'] or 0:8,.0f}")


def _write_results(run, net, history, result, test_set):
    """The weights and the pictures of a finished run."""
    from minivgg import plots, weights

    weights.save(run.folder / WEIGHTS, net.state_dict(), {"format": "minivgg", "net": _net_name(run.config["net"])})
    wrong = (result.predicted != result.labels).nonzero()[0]
    images = test_set.batch(wrong) if len(wrong) else []
    filters = [p.data for p in net["features"].parameters().values() if p.data.ndim == 4]
    pictures = {
        "curves.png": plots.curves(history),
        "confusion.png": plots.confusion(result.confusion, result.classes),
        "mistakes.png": plots.mistakes(images, result.labels[wrong], result.predicted[wrong], result.confidence[wrong], result.classes),
    }
    if filters:
        pictures["filters.png"] = plots.filters(backend.to_numpy(filters[0]))
    for name, figure in pictures.items():
        plots.save(figure, run.folder / name)
    _write_samples(run.folder / "samples", test_set)
    print(f"wrote   {run.folder}: {WEIGHTS}, history.csv, config.json, {', '.join(pictures)}, samples/")
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


# ---------------------------------------------------------------------------------------------- evaluate, predict


def evaluate(args):
    """The accuracy of a run's net on its data."""
    from minivgg import evaluation

    run = Run.open(args.run or newest_run())
    net = run.net()
    loader = data.Loader(run.dataset(args.split, sys.stderr.isatty()), 256, transforms=[run.normalize])
    result = evaluation.evaluate(net, loader, progress=sys.stderr.isatty())
    print(f"{run.folder}: {len(result.labels):,} {args.split} images of {run.config['data']}")
    print(f"accuracy {100 * result.accuracy:.2f} %, top-5 {100 * result.top5:.2f} %, loss {result.loss:.4f}, {result.wrong} wrong\n")
    width = max(5, *map(len, result.classes))
    print(f"{'class':{width}}  images  right  most often taken for")
    for k, counts in enumerate(result.confusion):
        others = counts.copy()
        others[k] = 0
        taken = f"{result.classes[others.argmax()]} ({others.max()}×)" if others.any() else ""
        share = f"{100 * counts[k] / counts.sum():.1f} %" if counts.sum() else "–"
        print(f"{result.classes[k]:{width}}  {counts.sum():6,}  {share:>7}  {taken}".rstrip())
    return 0


def predict(args):
    """Name what is on images."""
    import numpy as np

    run = Run.open(args.run or newest_run())
    channels, *size = run.shape
    images = np.stack([data.read_image(path, channels, tuple(size)) for path in args.images])
    images = 255 - images if args.invert else images
    best = run.predict(run.net(), images)
    if args.plot:
        from minivgg import plots

        plots.save(plots.predictions(images, best), args.plot)
    if not args.run:
        print(f"by the net of {run.folder}")
    width = max(len(name) for guesses in best for name, _ in guesses)
    for path, guesses in zip(args.images, best, strict=True):
        print(f"{path}: {guesses[0][0]}")
        for name, p in guesses:
            print(f"    {name:{width}}  {100 * p:5.1f} %")
    if args.plot:
        print(f"wrote {args.plot}")
    return 0


# ---------------------------------------------------------------------------------------------- summary, gradcheck


def summary(args):
    """A net as a table."""
    if (Path(args.net) / CONFIG).is_file():
        if args.input or args.classes is not None or args.batch_norm or args.hidden is not None:
            raise ValueError("--input, --classes, --hidden and --batch-norm have no meaning for a run folder: it has its own")
        run = Run.open(args.net)
        net, shape = run.new_net("zeros"), run.shape
    else:
        configuration = _configuration(args.net)
        shape = tuple(args.input) if args.input else models.resolve(configuration)[0].input_shape
        classes = args.classes if args.classes is not None else 1000 if shape == (3, 224, 224) else 10
        hidden = recipes.hidden_for(shape) if args.hidden is None and isinstance(configuration, list) else args.hidden
        net = models.vgg(configuration, classes, shape, hidden, batch_norm=args.batch_norm, initializer="zeros")
    if args.plot:
        from minivgg import plots

        plots.save(plots.architecture(net, shape, args.net), args.plot)
    print(models.summary(net, shape))
    if args.plot:
        print(f"wrote {args.plot}")
    return 0


def check_gradients(args):
    """Check the gradients of every layer by central differences."""
    if args.seed < 0:
        raise ValueError(f"--seed is at least 0, got {args.seed}")
    examples = gradcheck.examples(args.seed)
    kinds = {type(layer).__name__.lower(): (layer, x) for layer, x in examples}
    unknown = [name for name in args.layers if name.lower() not in kinds]
    if unknown:
        raise ValueError(f"there is no layer {unknown[0]!r}; the layers are {', '.join(type(layer).__name__ for layer, _ in examples)}")
    results = [gradcheck.gradcheck(*kinds[name.lower()], seed=args.seed) for name in args.layers or kinds]
    print(*results, sep="\n")
    worst = max(results, key=lambda r: r.error)
    right = f"{sum(map(bool, results))} of {len(results)} layers right"
    print(f"\n{right}; largest relative error {worst.error:.1e} ({worst.subject}), allowed {worst.tolerance:.0e}")
    return 0 if all(results) else 1


# ---------------------------------------------------------------------------------------------- arguments


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m minivgg",
        description="The VGG paper from scratch, in NumPy and CuPy.",
        epilog="example: python -m minivgg train      (a small VGG on handwritten digits, in seconds)",
    )
    parser.add_argument("--version", action="version", version=f"minivgg {minivgg.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (_add_train, _add_evaluate, _add_predict, _add_summary, _add_gradcheck):
        add(commands)
    return parser


def _add_train(commands):
    p = _command(commands, "train", train, "train a net and leave a run folder", """
        python -m minivgg train
        python -m minivgg train --data cifar10 --epochs 2
        python -m minivgg train --data photos.zip --size 64 64 --net 32,32,M,64,64,M --hidden 256
        python -m minivgg train --resume runs/digits --epochs 40""")  # fmt: skip
    p.add_argument(
        "--data",
        metavar="NAME",
        help=f"{', '.join(data.NAMES)}, or a folder or zip laid out split/class/image (default: digits)",
    )
    p.add_argument("--size", type=int, nargs=2, metavar=("H", "W"), help="bring the images of a folder or zip to this size")
    p.add_argument("--channels", type=int, choices=(1, 3), help="read the images of a folder or zip as grey (1) or RGB (3, default)")
    p.add_argument("--run", metavar="DIR", help="the run folder to make (default: runs/NAME)")
    p.add_argument(
        "--resume",
        metavar="DIR",
        help="go on with the run in this folder; of the settings only --epochs can change, and the schedule with it",
    )
    settings = p.add_argument_group("settings (default: the recipe of the data)")
    settings.add_argument(
        "--net", metavar="NAME", help=f"{', '.join(CONFIGURATIONS)}, or layers such as 32,32,M,64x1,M (64x1: 64 filters of 1×1)"
    )
    settings.add_argument(
        "--hidden",
        type=int,
        nargs="*",
        metavar="N",
        help=HIDDEN,
    )
    settings.add_argument("--epochs", type=int, metavar="N", help="how often to go through the training images")
    settings.add_argument("--batch-size", type=int, metavar="N", help="images a step")
    settings.add_argument("--lr", type=float, metavar="RATE", help="learning rate at the start")
    settings.add_argument(
        "--schedule",
        choices=recipes.SCHEDULES,
        help="divide the rate by 10 after every 40 %% of the epochs (step), by the paper's rule (plateau), or never",
    )
    settings.add_argument("--momentum", type=float, metavar="M", help="momentum (paper: 0.9)")
    settings.add_argument("--weight-decay", type=float, metavar="D", help="weight decay (paper: 5e-4)")
    settings.add_argument("--dropout", type=float, metavar="P", help="probability to drop after hidden fully connected layers (paper: 0.5)")
    settings.add_argument("--batch-norm", action=argparse.BooleanOptionalAction, default=None, help="batch norm after each convolution")
    settings.add_argument("--crop", type=int, metavar="PIXELS", help="shift training images at random by up to so many pixels")
    settings.add_argument("--flip", action=argparse.BooleanOptionalAction, default=None, help="mirror training images at random")
    settings.add_argument(
        "--validation", type=float, metavar="SHARE", help="share of the training images kept for validation (default: 0.1)"
    )
    settings.add_argument("--seed", type=int, metavar="N", help="decides weights, order, dropout and augmentation (default: 0)")
    _device_options(p)


def _add_evaluate(commands):
    p = _command(commands, "evaluate", evaluate, "measure the accuracy of a trained net", """
        python -m minivgg evaluate runs/digits""")  # fmt: skip
    p.add_argument("run", nargs="?", metavar="RUN", help="a run folder (default: the newest in runs/)")
    p.add_argument("--split", default="test", help="which images: test (default) or train")
    _device_options(p)


def _add_predict(commands):
    p = _command(commands, "predict", predict, "name what is on images", """
        python -m minivgg predict runs/digits/samples/*.png
        python -m minivgg predict photo.jpg --run runs/cifar10 --plot answer.png""")  # fmt: skip
    p.add_argument("images", nargs="+", metavar="IMAGE", help="image files; each is scaled and cut to the size that the net was trained on")
    p.add_argument("--run", metavar="RUN", help="the run folder of the net (default: the newest in runs/)")
    p.add_argument(
        "--invert", action="store_true", help="swap dark and light: for dark ink on white paper, where the net learned light on dark"
    )
    p.add_argument("--plot", metavar="FILE", help="also draw the images with bars of their five most probable classes, as PNG")
    _device_options(p)


def _add_summary(commands):
    p = _command(commands, "summary", summary, "show a net as a table: shapes, parameters, multiply-adds, receptive fields", """
        python -m minivgg summary D
        python -m minivgg summary 64,64,M,128,M --input 3 32 32 --classes 10""")  # fmt: skip
    p.add_argument(
        "net", nargs="?", default="small-8x8", metavar="NET", help="a name, layers such as 64,M,128,M, or a run folder (default: small-8x8)"
    )
    p.add_argument("--input", type=int, nargs=3, metavar=("C", "H", "W"), help="shape of one image (default: what the net is meant for)")
    p.add_argument("--hidden", type=int, nargs="*", metavar="N", help=HIDDEN)
    p.add_argument("--classes", type=int, metavar="K", help="number of classes (default: 1000 for 224×224 images, else 10)")
    p.add_argument("--batch-norm", action="store_true", help="with batch norm after each convolution")
    p.add_argument("--plot", metavar="FILE", help="also draw the net as a row of boxes, as PNG")


def _add_gradcheck(commands):
    p = _command(commands, "gradcheck", check_gradients, "check every layer's gradient by central differences", """
        python -m minivgg gradcheck
        python -m minivgg gradcheck Conv2d MaxPool2d""")  # fmt: skip
    p.add_argument("layers", nargs="*", metavar="LAYER", help="only these kinds of layer")
    p.add_argument("--seed", type=int, default=0, metavar="N", help="of the inputs and weights (default: 0)")


def _command(commands, name, function, about, examples):
    lines = textwrap.dedent(examples).strip().splitlines()
    epilog = "\n  ".join(["examples:" if len(lines) > 1 else "example:", *lines])
    p = commands.add_parser(
        name, help=about, description=f"{about[0].upper()}{about[1:]}.", epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.set_defaults(command=function)
    return p


def _device_options(parser):
    group = parser.add_argument_group("machine")
    group.add_argument("--device", metavar="{cpu,gpu,gpu:N}", help="where to compute (default: $MINIVGG_DEVICE, else cpu)")
    group.add_argument("--threads", type=int, metavar="N", help="threads for matrix products on the CPU (default: all cores)")


def _configuration(text):
    """A name as it is; "64,M,128x1" as a list [64, "M", (128, 1)]."""
    if not isinstance(text, str) or "," not in text:
        return text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [_layer(part) for part in parts]


def _layer(part):
    numbers = part.split("x")
    if all(number.isascii() and number.isdigit() for number in numbers) and len(numbers) <= 2:
        return int(part) if len(numbers) == 1 else tuple(map(int, numbers))
    return part.upper()


def _net_name(configuration):
    if isinstance(configuration, str):
        return configuration
    return ",".join("x".join(map(str, item)) if isinstance(item, tuple | list) else str(item) for item in configuration)
