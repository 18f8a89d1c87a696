"""``python -m minivgg lessons``: open the lessons in JupyterLab, or write HTML or notebooks."""

import subprocess
import sys
import time
from pathlib import Path

from minivgg.classroom import lessons
from minivgg.cli.arguments import command

NEEDED = "the lessons need Jupyter: pip install -r requirements.txt, or minivgg[lessons]"


def add(commands):
    """Add the command ``lessons``."""
    p = command(
        commands,
        "lessons",
        run,
        "open the lessons in JupyterLab",
        """
        python -m minivgg lessons
        python -m minivgg lessons --html build/lessons
        python -m minivgg lessons --html build/lessons --only 3 4
        """,
    )
    p.add_argument(
        "--html",
        metavar="DIR",
        nargs="?",
        const="lessons/html",
        help="run the lessons and write them as HTML with all outputs, for reading offline "
        "(default folder: lessons/html)",
    )
    p.add_argument(
        "--notebooks",
        action="store_true",
        help="generate the notebooks from the sources, after editing a lesson",
    )
    p.add_argument(
        "--only", nargs="+", metavar="N", default=(), help="only these lessons, by number"
    )


def run(args):
    """Open the lessons, or write HTML or notebooks of them."""
    chosen = lessons.sources(args.only)
    try:
        if args.notebooks:
            for path in lessons.write_notebooks(args.only):
                print(f"wrote {path}")
        if args.html:
            for source in chosen:
                started = time.perf_counter()
                path = lessons.write_html(source, args.html)
                print(f"wrote {path} ({time.perf_counter() - started:.0f} s)", flush=True)
        if args.html or args.notebooks:
            return 0
        target = chosen[0].with_suffix(".ipynb") if args.only else lessons.folder()
        import jupyterlab  # noqa: F401  (run as a module below; an error here explains what to do)
    except ImportError as error:
        raise RuntimeError(f"{NEEDED} ({error})") from error
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab", str(Path(target))], check=False
    ).returncode
