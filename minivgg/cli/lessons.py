"""``minivgg lessons``: copy the lessons and open them, or write them as HTML or as slides."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from minivgg.classroom import lessons
from minivgg.classroom.lesson_copies import copy_lessons, holds_copies
from minivgg.classroom.slides import write_slides
from minivgg.cli.arguments import Commands, command, quoted
from minivgg.cli.command_parser import program
from minivgg.utils import tables
from minivgg.utils.installation import how_to_install

FOLDER = "minivgg-lessons"


def add(commands: Commands) -> None:
    """Add the command ``lessons``."""
    p = command(
        commands,
        "lessons",
        run,
        "copy the lessons to a folder of yours, and open them in JupyterLab",
        """
        minivgg lessons
        minivgg lessons 3
        minivgg lessons --to course --no-open
        minivgg lessons 3 --jupyter --no-browser --port 9999
        minivgg lessons 3 4 --html pages
        minivgg lessons 3 --slides slides
        """,
    )
    p.add_argument(
        "lessons",
        nargs="*",
        metavar="N",
        help="the number of the lesson to open, or of those for --html or --slides (default: all)",
    )
    p.add_argument("--list", action="store_true", help="list the lessons and their run times")
    p.add_argument(
        "--to",
        metavar="DIR",
        help="folder of the copies; what you changed there is kept (default: the current folder "
        f"if it holds copies, else {FOLDER})",
    )
    p.add_argument("--no-open", action="store_true", help="only copy the lessons")
    p.add_argument(
        "--jupyter",
        nargs=argparse.REMAINDER,
        default=[],
        metavar="OPTION",
        help="options for JupyterLab: all that follows",
    )
    p.add_argument(
        "--html",
        metavar="DIR",
        nargs="?",
        const=f"{FOLDER}/html",
        help="run the lessons and write them as HTML with all outputs, for reading offline "
        f"(default folder: {FOLDER}/html)",
    )
    p.add_argument(
        "--slides",
        metavar="DIR",
        nargs="?",
        const=f"{FOLDER}/slides",
        help="run the lessons and write a slide deck of each as one HTML file, to show in class "
        f"(default folder: {FOLDER}/slides)",
    )
    p.add_argument(
        "--notebooks",
        action="store_true",
        help="generate the notebooks of a checkout from their sources, after editing a lesson",
    )


def run(args: argparse.Namespace) -> int:
    """Copy the lessons and open them, or list them, or write HTML, slides or notebooks of them."""
    if args.list:
        print(tables.text(("", "lesson", "seconds"), lessons.table()))
        return 0
    try:
        if args.notebooks:
            changed = lessons.write_notebooks(args.lessons)
            for path in changed:
                print(f"wrote {path}")
            current = len(lessons.sources(args.lessons)) - len(changed)
            print(f"notebooks: {len(changed)} changed, {current} current")
        for out, write in ((args.html, lessons.write_html), (args.slides, write_slides)):
            for source in lessons.sources(args.lessons) if out else ():
                started = time.perf_counter()
                path = write(source, out)
                print(f"wrote {path} ({time.perf_counter() - started:.0f} s)", flush=True)
    except ImportError as error:
        raise RuntimeError(f"this needs Jupyter: {how_to_install('lessons')} ({error})") from error
    only_written = args.html or args.slides or args.notebooks
    return 0 if only_written else _copy_and_open(args)


def _copy_and_open(args: argparse.Namespace) -> int:
    chosen = lessons.sources(args.lessons)
    if len(args.lessons) > 1:
        raise ValueError(f"one lesson can be opened at a time, got {' '.join(args.lessons)}")
    folder = _folder(args.to)
    copies = copy_lessons(folder)
    if copies.written:
        print(f"wrote {len(copies.written)} files to {folder}")
        where = "" if folder.parent == Path() else f" {quoted(folder)}"
        print(f"what is done, and the next step: {program()} progress{where}")
    if copies.kept:
        names = ", ".join(path.name for path in copies.kept)
        print(f"kept  {names}, which you have changed (--to DIR makes new copies elsewhere)")
    if args.no_open:
        return 0
    if args.lessons:
        name = f"{chosen[0].stem}.ipynb"
        print(f"JupyterLab starts with {name}; if no browser opens, choose it in the list of files")
        return _open(folder / name, args.jupyter)
    return _open(folder, args.jupyter)


def _folder(to: str | None) -> Path:
    """Where the copies are: not again in a folder inside of them."""
    if to is None and holds_copies(Path()):
        print("this folder holds your copies of the lessons: they are used")
        return Path()
    return Path(FOLDER if to is None else to)


def _open(path: Path, options: list[str]) -> int:
    try:
        import jupyterlab  # noqa: F401  (run as a module below)
    except ImportError as error:
        raise RuntimeError(
            f"the lessons are in {path}; to open them, install JupyterLab: "
            f"{how_to_install('lessons')} ({error})"
        ) from error
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in options:
        print("you are root: JupyterLab is started with --allow-root")
        options = ["--allow-root", *options]
    command = [sys.executable, "-m", "jupyterlab", str(path), *options]
    return subprocess.run(command, check=False).returncode
