"""The folder of the site: a build that is interrupted or fails leaves the site as it was."""

import shutil
from contextlib import contextmanager


@contextmanager
def replaced(site):
    """A folder beside ``site`` to build in, which takes its place unless an error is raised.

    A folder that is neither empty nor a site of Sphinx is refused before.
    """
    if site.exists() and any(site.iterdir()) and not (site / ".buildinfo").is_file():
        raise SystemExit(f"{site} holds other files: choose an empty or a new folder for --out")
    new = site.with_name(f"{site.name}.new")
    if new.exists():  # of a build that was interrupted
        shutil.rmtree(new)
    yield new
    if site.exists():
        shutil.rmtree(site)
    new.rename(site)
