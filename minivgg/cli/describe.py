"""``minivgg summary`` and ``gradcheck``: tables about nets and their gradients."""

from argparse import Namespace
from pathlib import Path

from minivgg import gradcheck, models
from minivgg.cli.arguments import HIDDEN_HELP, Commands, InputShape, command, configuration
from minivgg.training import recipes
from minivgg.training.run import CONFIG, Run


def add_summary(commands: Commands) -> None:
    """Add the command ``summary``."""
    p = command(
        commands,
        "summary",
        summary,
        "show a net as a table: shapes, parameters, multiply-adds, receptive fields",
        """
        minivgg summary D
        minivgg summary "64,64,M,128,M" --input 3 32 32 --classes 10
        """,
    )
    p.add_argument(
        "net",
        nargs="?",
        default="small-8x8",
        metavar="NET",
        help="a name, a list of layers such as 64,M,128,M, or a run folder (default: small-8x8)",
    )
    p.add_argument(
        "--input",
        type=int,
        nargs=3,
        metavar=("C", "H", "W"),
        help="shape of one image (default: the input shape of the named net)",
    )
    p.add_argument("--hidden", type=int, nargs="*", metavar="N", help=HIDDEN_HELP)
    p.add_argument(
        "--classes",
        type=int,
        metavar="K",
        help="number of classes (default: 1000 for 224×224 images, else 10)",
    )
    p.add_argument("--batch-norm", action="store_true", help="add batch norm to each convolution")
    p.add_argument("--plot", metavar="FILE", help="also draw the net as a row of boxes (PNG)")


def add_gradcheck(commands: Commands) -> None:
    """Add the command ``gradcheck``."""
    p = command(
        commands,
        "gradcheck",
        check_gradients,
        "check the gradients of every layer with central differences, at random weights and inputs",
        """
        minivgg gradcheck
        minivgg gradcheck Conv2d MaxPool2d
        """,
    )
    p.add_argument(
        "layers", nargs="*", metavar="LAYER", help="check only these kinds of layer (default: all)"
    )
    p.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of the inputs and weights (default: 0)",
    )


def summary(args: Namespace) -> int:
    """Print a net as a table."""
    net, shape = _run_net(args) if (Path(args.net) / CONFIG).is_file() else _new_net(args)
    if args.plot:
        from minivgg import plots

        plots.save(plots.architecture(net, shape, args.net), args.plot)
    print(models.summary(net, shape))
    if args.plot:
        print(f"wrote {args.plot}")
    return 0


def _run_net(args: Namespace) -> tuple[models.Net, InputShape]:
    """(net, input shape) of a run folder."""
    if args.input or args.classes is not None or args.batch_norm or args.hidden is not None:
        raise ValueError(
            "--input, --classes, --hidden and --batch-norm have no meaning for a run folder: "
            "it has its own"
        )
    run = Run.open(args.net)
    return run.new_net("zeros"), run.shape


def _new_net(args: Namespace) -> tuple[models.Net, InputShape]:
    """(net, input shape) of a configuration."""
    layers, hidden, classes = configuration(args.net), args.hidden, args.classes
    shape = tuple(args.input) if args.input else models.resolve(layers)[0].input_shape
    if classes is None:
        classes = 1000 if shape == (3, 224, 224) else 10
    if hidden is None and isinstance(layers, list):
        hidden = recipes.hidden_for(shape)
    net = models.vgg(
        layers, classes, shape, hidden, batch_norm=args.batch_norm, initializer="zeros"
    )
    return net, shape


def check_gradients(args: Namespace) -> int:
    """Check the gradients of layers; returns 1 when one is wrong."""
    if args.seed < 0:
        raise ValueError(f"--seed must be at least 0, got {args.seed}")
    examples = gradcheck.examples(args.seed)
    kinds = {type(layer).__name__.lower(): (layer, x) for layer, x in examples}
    unknown = [name for name in args.layers if name.lower() not in kinds]
    if unknown:
        raise ValueError(
            f"there is no layer {unknown[0]!r}; the layers are "
            f"{', '.join(type(layer).__name__ for layer, _ in examples)}"
        )
    results = [
        gradcheck.gradcheck(*kinds[name.lower()], seed=args.seed) for name in args.layers or kinds
    ]
    print(*results, sep="\n")
    worst = max(results, key=lambda r: r.error)
    print(
        f"\n{sum(map(bool, results))} of {len(results)} layers correct (seed {args.seed}); "
        f"largest relative error {worst.error:.1e} ({worst.subject}), allowed {worst.tolerance:.0e}"
    )
    return 0 if all(results) else 1
