"""The command line: arguments in, tables and pictures out.

``minivgg COMMAND --help`` shows examples of each command.
"""

import atexit
import contextlib
import io
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import NoReturn

import minivgg
from minivgg import backend, data
from minivgg.cli import (
    assignment,
    compare,
    describe,
    doctor,
    evaluate,
    explore,
    export,
    features,
    grade,
    lessons,
    predict,
    progress,
    style,
    train,
)
from minivgg.cli.command_parser import CommandParser, program
from minivgg.cli.notice_lines import notices_as_lines
from minivgg.cli.printable_streams import printable_streams
from minivgg.cli.wrong_values import require_values
from minivgg.utils.early_interrupt import raise_on_ctrl_c

ENDED_BY_SIGNAL = 128  # the exit status is this and the number of the signal
INTERRUPTED = ENDED_BY_SIGNAL + 2  # by Ctrl-C
USER_ERRORS = (ValueError, TypeError, OSError, RuntimeError, ArithmeticError, MemoryError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: success, 1: a check failed, 2: wrong input, 130: interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal without "×" or "─" shows "?" instead of failing
            stream.reconfigure(errors="replace")
    with printable_streams():
        args = parser().parse_args(arguments)
        with notices_as_lines():
            return _run(args)


def run_program() -> NoReturn:
    """Run the command of the program's own arguments, and end the process with its exit status.

    After Ctrl-C or another signal an extension module may be half imported, and Python could abort
    while it tears such a module down: then what is registered for the end of the program is done,
    and no more.
    """
    status = main()
    if status > ENDED_BY_SIGNAL:
        with contextlib.suppress(OSError):
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def _run(args: Namespace) -> int:
    """Run the command of parsed arguments, and turn errors into a sentence and an exit status."""
    try:
        raise_on_ctrl_c()
        require_values(args, args.parser._actions)
        if getattr(args, "device", None):
            backend.use(args.device)
        if getattr(args, "threads", None) is not None:
            backend.set_num_threads(args.threads)
        data.set_max_pixels(getattr(args, "max_pixels", None))
        return args.command(args)
    except KeyboardInterrupt as stop:
        print(f"\n{stop}" if str(stop) else "\ninterrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as "head", has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except USER_ERRORS as error:
        if os.environ.get("MINIVGG_DEBUG"):
            raise
        print(f"minivgg: {_message(error)}", file=sys.stderr)
        return 2


def _message(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def parser() -> CommandParser:
    """The parser of all commands."""
    p = CommandParser(
        prog=program(),
        description="The VGG paper from scratch, in NumPy and CuPy.",
        epilog=f"example: {program()} train      "
        "(trains a small VGG on handwritten digits, in seconds)",
    )
    p.add_argument("--version", action="version", version=f"minivgg {minivgg.__version__}")
    p.set_defaults(command=_print_help, parser=p)  # for no command
    commands = p.add_subparsers(metavar="COMMAND")
    for add in (
        train.add,
        doctor.add,
        evaluate.add,
        compare.add,
        predict.add,
        features.add,
        style.add,
        export.add,
        explore.add,
        lessons.add,
        assignment.add,
        progress.add,
        grade.add,
        describe.add_summary,
        describe.add_gradcheck,
    ):
        add(commands)
    p.commands = commands.choices
    return p


def _print_help(args: Namespace) -> int:
    args.parser.print_help()
    return 0
