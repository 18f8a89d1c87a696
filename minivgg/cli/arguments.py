"""What the commands' arguments have in common."""

import argparse
import textwrap

HIDDEN = "sizes of the hidden fully connected layers (default: the net's own; for a list of layers 256, from 128×128 pixels on 4096 4096)"


def command(commands, name, function, about, examples):
    """A command's parser: ``function`` runs it, ``examples`` end its help."""
    lines = textwrap.dedent(examples).strip().splitlines()
    epilog = "\n  ".join(["examples:" if len(lines) > 1 else "example:", *lines])
    p = commands.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.set_defaults(command=function)
    return p


def device_options(parser):
    """Where to compute; returns the group, for what else belongs to the machine."""
    group = parser.add_argument_group("machine")
    group.add_argument(
        "--device",
        metavar="{cpu,gpu,gpu:N}",
        help="where to compute (default: $MINIVGG_DEVICE, else cpu)",
    )
    group.add_argument(
        "--threads", type=int, metavar="N", help="threads on the CPU (default: all cores)"
    )
    return group


def configuration(text):
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


def net_name(configuration):
    """What ``configuration`` reads as that net."""
    if isinstance(configuration, str):
        return configuration
    return ",".join(
        "x".join(map(str, item)) if isinstance(item, tuple | list) else str(item)
        for item in configuration
    )
