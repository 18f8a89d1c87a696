"""Floor 6: the command line: arguments in, tables and pictures out. ``python -m minivgg COMMAND --help`` shows an example of each."""

import argparse
import io
import os
import sys

import minivgg
from minivgg import backend
from minivgg.cli import assignment, describe, evaluate, export, lessons, predict, train

USER_ERRORS = (ValueError, TypeError, OSError, RuntimeError, ArithmeticError, MemoryError)


def main(arguments=None):
    """Run one command; returns the exit status: 0, 1 (a check failed), 2 (wrong input) or 130 (interrupted)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal that lacks "×" or "─" shows "?" instead of failing
    args = parser().parse_args(arguments)
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
        text = (
            error.strerror
            if isinstance(error, OSError) and error.strerror and not error.filename
            else str(error)
        )
        print(f"minivgg: {text or type(error).__name__}", file=sys.stderr)
        return 2


def parser():
    """Of all commands."""
    whole = argparse.ArgumentParser(
        prog="python -m minivgg",
        description="The VGG paper from scratch, in NumPy and CuPy.",
        epilog="example: python -m minivgg train      (a small VGG on handwritten digits, in seconds)",
    )
    whole.add_argument("--version", action="version", version=f"minivgg {minivgg.__version__}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        train.add,
        evaluate.add,
        predict.add,
        export.add,
        lessons.add,
        assignment.add_assignment,
        assignment.add_grade,
        describe.add_summary,
        describe.add_gradcheck,
    ):
        add(commands)
    return whole
