"""``minivgg assignment gradescope``: the zip that Gradescope expects as an autograder."""

from argparse import Namespace
from pathlib import Path

from minivgg.classroom.reports.gradescope import AFTER_PUBLISHED, VISIBILITIES
from minivgg.cli.arguments import Commands, command
from minivgg.utils.files import make_folder, replacing


def add(actions: Commands) -> None:
    """Add the action ``gradescope``."""
    p = command(
        actions,
        "gradescope",
        write_autograder,
        "write an autograder for Gradescope",
        """
        minivgg assignment gradescope loss --hidden hidden/ --to autograder.zip
        minivgg assignment gradescope pooling relu_dropout --to autograder.zip
        """,
    )
    p.add_argument("names", nargs="+", metavar="NAME", help="names of assignments")
    p.add_argument("--to", metavar="FILE", required=True, help="the zip to write")
    p.add_argument(
        "--hidden",
        metavar="DIR",
        help="folder of hidden checks; those of NAME go into the zip (see: assignment hidden)",
    )
    p.add_argument("--scheme", metavar="FILE", help="TOML file with points and weights")
    p.add_argument(
        "--visibility",
        choices=VISIBILITIES,
        default=AFTER_PUBLISHED,
        help="when students see the results of the hidden checks (default: %(default)s)",
    )
    p.add_argument(
        "--time", type=float, metavar="S", help="time limit in seconds for each function"
    )
    p.add_argument("--force", action="store_true", help="replace an existing file")


def write_autograder(args: Namespace) -> int:
    """Write the zip."""
    from minivgg.classroom.reports.autograder import autograder_zip

    path = Path(args.to)
    if path.is_dir():
        raise ValueError(
            f"--to {path} is a folder: name the zip, such as {path / 'autograder.zip'}"
        )
    if path.suffix.lower() != ".zip":
        raise ValueError(f"--to {path} should end in .zip")
    if args.time is not None and not 0 < args.time < float("inf"):
        raise ValueError(f"--time must be greater than 0 seconds, got {args.time:g}")
    if path.exists() and not args.force:
        raise FileExistsError(f"{path} exists already: --force replaces it")
    content = autograder_zip(args.names, args.hidden, args.scheme, args.visibility, args.time)
    make_folder(path.parent)
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    if args.hidden is None:
        print("without --hidden, only the public checks count, and students have those")
    else:
        print(f"{path} contains hidden checks: do not share it")
    print(
        f"wrote {path} ({len(content) / 2**20:.1f} MB): upload it in Gradescope under Configure "
        "Autograder, and test it there with a submission"
    )
    return 0
