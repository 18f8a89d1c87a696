"""``python -m minivgg lessons``: open them in JupyterLab, or make HTML or notebooks of them."""

import subprocess
import sys
import time
from pathlib import Path

from minivgg.classroom import lessons
from minivgg.cli.arguments import command

NEEDED = "the lessons need Jupyter: pip install -r requirements.txt, or minivgg[lessons]"


def add(commands):
    """The arguments of ``lessons``."""
    p = command(commands, "lessons", run, "open the lessons in JupyterLab", """
        python -m minivgg lessons
        python -m minivgg lessons --html build/lessons
        python -m minivgg lessons --html build/lessons --only 3 4""")  # fmt: skip
    p.add_argument("--html", metavar="DIR", nargs="?", const="lessons/html", help="run them and write HTML with all outputs, which needs "
                   "no network to be read (default folder: lessons/html)")  # fmt: skip
    p.add_argument(
        "--notebooks",
        action="store_true",
        help="make the notebooks anew from the sources, for whoever changes a lesson",
    )
    p.add_argument(
        "--only", nargs="+", metavar="N", default=(), help="only these lessons, by number"
    )


def run(args):
    """Open the lessons, or make something of them."""
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
        import jupyterlab  # noqa: F401  (asked for by name below; without it, say so)
    except ImportError as error:
        raise RuntimeError(f"{NEEDED} ({error})") from error
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab", str(Path(target))], check=False
    ).returncode
