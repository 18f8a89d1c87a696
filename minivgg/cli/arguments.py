"""Arguments that several commands share."""

import argparse
import glob
import os
import re
import shlex
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from minivgg.cli.command_parser import CommandParser, program
from minivgg.models.configurations import LayerSpec
from minivgg.utils.file_names import natural_order
from minivgg.utils.files import StrPath

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"
Options: TypeAlias = "argparse._ActionsContainer"  # a parser, or a group of its options
InputShape: TypeAlias = tuple[int, int, int]  # (C, H, W) of one image

LAYERS = re.compile(r"(?: *(?:\d+(?:x\d+)?|[a-z]+)? *(?:,|$))+", re.IGNORECASE)
MISWRITTEN_LAYERS = re.compile(
    r"[\s\[(]*\d+(?:[\s'\",;-]*(?:M|LRN|(?<!\d)\d+))+[\s'\"\])]*", re.IGNORECASE
)  # such as "[64, 'M']", "64 M" and "64-M"
PLAIN_ON_WINDOWS = re.compile(r"[\w:./\\~+-]+")

HIDDEN_HELP = (
    "sizes of the hidden fully connected layers (default: those of the named net; for a list of "
    "layers 256, or 4096 4096 for images of at least 128×128 pixels)"
)


def command(
    commands: Commands,
    name: str,
    function: Callable[[argparse.Namespace], int],
    about: str,
    examples: str,
) -> CommandParser:
    """Add the parser of a command: ``function`` runs it, ``examples`` end its help.

    Each line of the examples begins with "minivgg", and is shown as the user can type it.
    """
    lines = textwrap.dedent(examples).strip().splitlines()
    lines = [line.replace("minivgg", program(), 1) for line in lines]
    epilog = "\n  ".join(["examples:" if len(lines) > 1 else "example:", *lines])
    p = commands.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.set_defaults(command=function, parser=p)
    return p


def quoted(path: StrPath) -> str:
    """A path as an argument that the user's shell understands: sh, or cmd and PowerShell."""
    text = str(path)
    if os.name != "nt":
        return shlex.quote(text)
    # cmd keeps single quotes, and both act on & ( ) , ; outside of double ones
    return text if PLAIN_ON_WINDOWS.fullmatch(text) else f'"{text}"'


def expanded(paths: Iterable[StrPath]) -> list[str]:
    """Paths with *, ? and ** replaced by the files that match, as Windows' shells do not do.

    Raises ``FileNotFoundError`` for a pattern that nothing matches.
    """
    found: list[str] = []
    for path in map(str, paths):
        if not any(sign in path for sign in "*?[") or Path(path).exists():
            found.append(path)
        elif matching := glob.glob(path, recursive=True):  # noqa: PTH207 (it may be absolute)
            found += sorted(matching, key=lambda name: natural_order(Path(name)))
        else:
            raise FileNotFoundError(f"no file matches {path}")
    return found


def device_options(parser: argparse.ArgumentParser) -> Options:
    """Add the options of the machine; returns their group, for other options of it."""
    group = parser.add_argument_group("machine")
    group.add_argument(
        "--device",
        metavar="{cpu,gpu,gpu:N}",
        help="device to compute on (default: $MINIVGG_DEVICE, else cpu)",
    )
    group.add_argument(
        "--threads", type=int, metavar="N", help="number of CPU threads (default: all cores)"
    )
    group.add_argument(
        "--max-pixels",
        type=int,
        metavar="N",
        help="refuse images of more pixels, width times height (default: 178956970)",
    )
    return group


def best_option(parser: Options) -> None:
    """Add the option that chooses the weights of the best epoch of a run."""
    parser.add_argument(
        "--best",
        action="store_true",
        help="use the weights of the best epoch (best.safetensors), not of the last one: the epoch "
        "with the highest validation accuracy or, with --early-stopping, the lowest validation "
        "loss",
    )


def configuration(text: str | list[LayerSpec]) -> str | list[LayerSpec]:
    """Parse a net: a name as it is; "64,M,128x1" as the list [64, "M", (128, 1)]."""
    if isinstance(text, str) and MISWRITTEN_LAYERS.fullmatch(text) and not LAYERS.fullmatch(text):
        layers = ",".join(re.findall(r"M|LRN|\d+", text.upper()))
        raise ValueError(f"layers are separated by commas only: {layers}, got {text!r}")
    if not isinstance(text, str) or "," not in text:
        return text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [_layer(part) for part in parts]


def _layer(part: str) -> LayerSpec:
    numbers = part.split("x")
    if all(number.isascii() and number.isdigit() for number in numbers) and len(numbers) <= 2:
        return int(part) if len(numbers) == 1 else (int(numbers[0]), int(numbers[1]))
    return part.upper()
