"""Build the site: ``python docs/build.py`` writes build/site/index.html.

It needs no network, and neither has the site: a browser shows it from the folder. Lessons that
the tests have executed (build/lessons) are not executed again. Requires ``.[docs,lessons]``.
"""

import argparse
import sys
import time
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(DOCS)]

from sitetools import api_pages, check_pages, explorer_page, lesson_pages, site_folder  # noqa: E402
from sphinx.cmd.build import main as sphinx  # noqa: E402


def build(site, executed, again=False):
    """Execute lessons where needed, write the generated pages, run Sphinx, check the result."""
    started = time.perf_counter()
    ran = lesson_pages.execute_where_needed(executed, again)
    count = lesson_pages.write(executed, DOCS / "course")
    print(f"lessons: {count}, of which executed now: {len(ran)} {' '.join(ran)}".rstrip())
    print(f"pages of the API reference: {api_pages.write(DOCS / 'api')}", flush=True)
    executing = time.perf_counter() - started
    options = ["-b", "html", "-W", "--keep-going", "-q", "-E", "-j", "auto"]
    doctrees = str(ROOT / "build" / "doctrees")
    with site_folder.replaced(site) as new:
        if sphinx([*options, "-d", doctrees, str(DOCS), str(new)]):
            raise SystemExit(f"the build failed: its pages are in {new}, {site} is as it was")
        explorer_page.write(new)
    problems = check_pages.problems(site)
    print(*problems, sep="\n", end="\n" if problems else "")
    pages = list(site.rglob("*.html"))
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
    print(
        f"{site / 'index.html'}: {len(pages)} pages, {size:.1f} MB, "
        f"{time.perf_counter() - started:.0f} s ({executing:.0f} s of them for the lessons)"
    )
    return 1 if problems else 0


def main():
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site")
    parser.add_argument(
        "--execute", action="store_true", help="execute all lessons, also those that are current"
    )
    args = parser.parse_args()
    return build(args.out.resolve(), ROOT / "build" / "lessons", args.execute)


if __name__ == "__main__":
    sys.exit(main())
