"""``minivgg explore``: write the page in which a net is built, and what its units see is shown."""

from argparse import Namespace
from pathlib import Path

from minivgg.cli.arguments import Commands, command
from minivgg.cli.table_files import check_output_path
from minivgg.utils.files import write_text

DEFAULT_PAGE = "explorer.html"
SUFFIXES = (".html", ".htm")


def add(commands: Commands) -> None:
    """Add the command ``explore``."""
    p = command(
        commands,
        "explore",
        explore,
        "write a page for the browser: build nets, and see what each unit of a net sees",
        """
        minivgg explore
        minivgg explore runs/digits --to digits.html
        minivgg explore vgg16
        minivgg explore "64,64,M,128,128,M" --input 3 32 32
        minivgg explore vgg16.pth --layers 7 --language ko
        """,
    )
    p.add_argument(
        "nets",
        nargs="*",
        metavar="NET",
        help="nets with weights: a run folder, a file of weights, digits, cifar10, vgg16-pool3 "
        "(blocks 1 to 3 of the authors' VGG-16), vgg16 (the same, and the whole net without "
        "weights); or one to build, without weights: A, A-LRN, B, B-5x5, C, D, E, AlexNet, or a "
        "list of layers such as 64,M,128 (default: digits cifar10)",
    )
    p.add_argument(
        "--to",
        metavar="FILE",
        default=DEFAULT_PAGE,
        help=f"page to write (default: {DEFAULT_PAGE})",
    )
    p.add_argument(
        "--layers",
        type=int,
        metavar="N",
        help="take only the first N convolutions and fully connected layers, for a net that is too "
        "large for a page (8 MB)",
    )
    p.add_argument(
        "--input",
        type=int,
        nargs=3,
        metavar=("C", "H", "W"),
        help="channels, height and width of the pictures for a list of layers (default: 3 224 224)",
    )
    p.add_argument(
        "--language",
        choices=("en", "ko"),
        default="en",
        help="language of the page, which its reader can change (default: en)",
    )


def explore(args: Namespace) -> int:
    """Write the page."""
    check_output_path("--to", args.to, SUFFIXES)
    from minivgg.explorer import page
    from minivgg.explorer.sources import DEFAULT, content_of

    shape = tuple(args.input) if args.input else None
    content = content_of(args.nets or DEFAULT, args.layers, shape)
    html = page(content.nets, content.stack, args.language)
    write_text(args.to, html)
    size = Path(args.to).stat().st_size / 1e6
    print(f"wrote {args.to}, {size:.1f} MB: open it in a browser, it needs nothing else")
    return 0
