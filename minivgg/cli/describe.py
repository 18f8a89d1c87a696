"""``minivgg summary`` and ``gradcheck``: tables about nets and their gradients."""

import sys
from argparse import Namespace
from pathlib import Path

from minivgg import gradcheck, models
from minivgg.cli.arguments import HIDDEN_HELP, Commands, InputShape, command, configuration
from minivgg.cli.json_output import Json, json_option, print_json
from minivgg.cli.table_files import check_picture_path
from minivgg.layers.initializers import without_memory
from minivgg.models.pretrained.file_net import net_in_file
from minivgg.models.pretrained.googlenet_names import NAME as GOOGLENET
from minivgg.models.vgg import OTHER_NETS
from minivgg.training import recipes
from minivgg.training.run import CONFIG, PRETRAINED, Run
from minivgg.utils.suggest import SIMILAR, suggest, which_there_are


def add_summary(commands: Commands) -> None:
    """Add the command ``summary``."""
    p = command(
        commands,
        "summary",
        summary,
        "show a net as a table: shapes, parameters, multiply-adds, receptive fields",
        """
        minivgg summary D
        minivgg summary googlenet
        minivgg summary "64,64,M,128,M" --input 3 32 32 --classes 10
        """,
    )
    p.add_argument(
        "net",
        nargs="?",
        default="small-8x8",
        metavar="NET",
        help="a VGG net's name, googlenet, a list of layers such as 64,M,128,M, a run folder, a "
        f"file of weights, or {', '.join(PRETRAINED)} (default: small-8x8)",
    )
    p.add_argument(
        "--input",
        type=int,
        nargs=3,
        metavar=("C", "H", "W"),
        help="shape of one image: channels, height and width, such as 3 224 224 (default: the "
        "input shape of the named net)",
    )
    p.add_argument("--hidden", type=int, nargs="*", metavar="N", help=HIDDEN_HELP)
    p.add_argument(
        "--classes",
        type=int,
        metavar="K",
        help="number of classes (default: 1000 for 224×224 images, else 10)",
    )
    p.add_argument("--batch-norm", action="store_true", help="add batch norm to each convolution")
    p.add_argument("--plot", metavar="FILE", help="also draw the net as a row of boxes")
    json_option(p)


def add_gradcheck(commands: Commands) -> None:
    """Add the command ``gradcheck``."""
    p = command(
        commands,
        "gradcheck",
        check_gradients,
        "check the gradients of every layer and loss with central differences, at random weights",
        """
        minivgg gradcheck
        minivgg gradcheck Conv2d MSELoss
        """,
    )
    p.add_argument(
        "layers",
        nargs="*",
        metavar="LAYER",
        help="check only these layers and losses (default: all)",
    )
    p.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of the inputs and weights (default: 0)",
    )


def summary(args: Namespace) -> int:
    """Print a net as a table, or as JSON."""
    check_picture_path("--plot", args.plot)
    net, shape = _described_net(args)
    table = models.summary(net, shape)
    if args.plot:
        from minivgg import plots

        names = models.layer_paths(net)
        plots.save(plots.architecture(net, shape, args.net, names), args.plot)
    if args.json:
        print_json(_document(table))
    else:
        print(table)
    if args.plot:
        print(f"wrote {args.plot}", file=sys.stderr if args.json else sys.stdout)
    return 0


def _document(table: models.Summary) -> Json:
    """The table as JSON: sizes are counts of numbers, receptive fields height and width in pixels.

    A number that a layer does not tell is null.
    """
    return {
        "input_shape": list(table.input_shape),
        "layers": [
            {
                "name": row.name,
                "layer": row.description,
                "output_shape": list(row.output_shape),
                "parameters": row.parameters,
                "multiply_adds": row.macs,
                "receptive_field": [field.size for field in row.receptive_field]
                if row.receptive_field
                else None,
                "outputs": row.activations,
            }
            for row in table.rows
        ],
        "parameters": table.parameters,
        "multiply_adds": table.macs,
        "outputs": table.activations,
    }


def _described_net(args: Namespace) -> tuple[models.Net, InputShape]:
    """(net, input shape) of what was named; no memory is taken for weights."""
    path = Path(args.net)
    if (path / CONFIG).is_file() or args.net in PRETRAINED:
        return _run_net(args)
    if args.net in models.PACKAGED:
        _refuse_options(args, "a packaged net")
        net = models.packaged_net(args.net)
        channels, height, width = net.input_shape
        return net, (channels, height, width)
    if path.is_file():
        return _file_net(args)
    if path.is_dir() or len(path.parts) > 1:
        Run.open(path)  # raises the error that says what is wrong with the folder
    if args.net.lower() == GOOGLENET:
        return _googlenet(args)
    return _new_net(args)


def _run_net(args: Namespace) -> tuple[models.Net, InputShape]:
    """(net, input shape) of a run folder."""
    _refuse_options(args, "a run folder")
    run = Run.open(args.net)
    return run.new_net(without_memory), run.shape


def _file_net(args: Namespace) -> tuple[models.Net, InputShape]:
    """(net, input shape) of a file of weights."""
    _refuse_options(args, "a file of weights")
    found = net_in_file(args.net)
    return found.build(without_memory), found.input_shape


def _refuse_options(args: Namespace, kind: str) -> None:
    """Raise ``ValueError`` for options that change an existing net."""
    if args.input or args.classes is not None or args.batch_norm or args.hidden is not None:
        raise ValueError(
            f"--input, --classes, --hidden and --batch-norm have no meaning for {kind}: it has its "
            "own"
        )


def _new_net(args: Namespace) -> tuple[models.Net, InputShape]:
    """(net, input shape) of a configuration."""
    layers, hidden, classes = configuration(args.net), args.hidden, args.classes
    names = [*models.CONFIGURATIONS, *models.ALIASES, *OTHER_NETS]
    if isinstance(layers, str) and suggest(layers, names, SIMILAR) == GOOGLENET:
        raise ValueError(f"there is no net {layers!r}: did you mean {GOOGLENET!r}?")
    shape = tuple(args.input) if args.input else models.resolve(layers)[0].input_shape
    _check_new_net(shape, classes)
    if classes is None:
        classes = 1000 if shape == (3, 224, 224) else 10
    if hidden is None and isinstance(layers, list):
        hidden = recipes.hidden_for(shape)
    net = models.vgg(
        layers, classes, shape, hidden, batch_norm=args.batch_norm, initializer=without_memory
    )
    return net, shape


def _googlenet(args: Namespace) -> tuple[models.Net, InputShape]:
    """(net, input shape) of GoogLeNet."""
    if args.batch_norm or args.hidden is not None:
        raise ValueError(
            "--hidden and --batch-norm have no meaning for googlenet: it has no hidden fully "
            "connected layers, and batch norm after each convolution"
        )
    shape = tuple(args.input or (3, 224, 224))
    _check_new_net(shape, args.classes)
    net = models.googlenet(None, args.classes or 1000, shape, initializer=without_memory)
    return net, shape


def _check_new_net(shape: InputShape, classes: int | None) -> None:
    """Raise ``ValueError`` for axes in another order, and for no classes."""
    if shape[2] in (1, 3) and shape[0] > shape[2]:
        raise ValueError(
            "--input is channels, height and width in this order: --input "
            f"{shape[2]} {shape[0]} {shape[1]}, got {' '.join(map(str, shape))}"
        )
    if classes is not None and classes < 1:
        raise ValueError(f"--classes must be at least 1, got {classes}")


def check_gradients(args: Namespace) -> int:
    """Check the gradients of layers and losses; returns 1 when one is wrong."""
    if args.seed < 0:
        raise ValueError(f"--seed must be at least 0, got {args.seed}")
    examples = [*gradcheck.examples(args.seed), *gradcheck.loss_examples(args.seed)]
    names = list(dict.fromkeys(type(part).__name__ for part, _ in examples))
    known = {name.lower(): name for name in names}
    unknown = [name for name in args.layers if name.lower() not in known]
    if unknown:
        name = unknown[0]
        raise ValueError(f"there is no layer or loss {name!r}: {which_there_are(name, names)}")
    results = [
        gradcheck.gradcheck(part, inputs, seed=args.seed)
        for name in ([known[name.lower()] for name in args.layers] or names)
        for part, inputs in examples
        if type(part).__name__ == name
    ]
    print(*results, sep="\n")
    worst = max(results, key=lambda r: r.error)
    print(
        f"\n{sum(map(bool, results))} of {len(results)} layers and losses correct "
        f"(seed {args.seed}); largest relative error {worst.error:.1e} ({worst.subject}), "
        f"allowed {worst.tolerance:.0e}"
    )
    return 0 if all(results) else 1
