"""How this package came here and where it comes from: the sentences about installing it.

The address of the repository stands in pyproject.toml alone. While its owner is the placeholder,
nothing is installed by the name of this package: nobody owns that name on the package index.

This file imports nothing of minivgg: building the wheel runs it by its path. It is imported with
minivgg, and imports what it seldom needs in the functions.
"""

from pathlib import Path

PLACEHOLDER = "github.com/OWNER/"


def checkout() -> Path | None:
    """The folder of the checkout (or of the unpacked sdist) that is used; None if installed.

    Returns
    -------
    Path or None
        Its root, with the folders ``lessons`` and ``minivgg``.
    """
    root = Path(__file__).parents[2]
    is_checkout = (root / "pyproject.toml").is_file() and (root / "lessons").is_dir()
    return root if is_checkout else None


def address() -> str:
    """The address of the repository.

    Returns
    -------
    str
        An URL; see ``is_placeholder``.
    """
    if root := checkout():
        import tomllib

        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return str(project["urls"]["Repository"])
    from importlib import metadata

    lines = metadata.metadata("minivgg").get_all("Project-URL", [])
    return dict(line.split(", ", 1) for line in lines)["Repository"]


def is_placeholder(address: str) -> bool:
    """Whether the repository has no address yet.

    Parameters
    ----------
    address : str
        The address in pyproject.toml.

    Returns
    -------
    bool
        True while OWNER has not been replaced.
    """
    return PLACEHOLDER in address


def how_to_install(extra: str) -> str:
    """How to install an extra, as the end of a sentence: "… needs …: " and this.

    Parameters
    ----------
    extra : str
        A name in ``[project.optional-dependencies]``.

    Returns
    -------
    str
        A command, or two of which one fits.
    """
    if root := checkout():
        return f'pip install -e ".[{extra}]" in {root}'
    from importlib import metadata

    version = metadata.version("minivgg")
    if is_placeholder(address()):
        wheel = f"minivgg-{version}-py3-none-any.whl"
        return f'pip install ".[{extra}]" in a checkout, or pip install "{wheel}[{extra}]"'
    return f'pip install "minivgg[{extra}] @ git+{address()}@v{version}"'


def lines_for_notebooks(address: str, version: str) -> str:
    """The lines in the first cell of a notebook for a machine without minivgg.

    Parameters
    ----------
    address : str
        The address of the repository. While it is a placeholder the lines install nothing.
    version : str
        The version that the notebook belongs to, which has a tag in the repository.

    Returns
    -------
    str
        An ``if`` statement, which needs ``import importlib.util``.
    """
    # a folder named minivgg beside the notebook, such as a clone, has a spec without an origin
    condition = 'if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:'
    if is_placeholder(address):
        return (
            f"{condition}\n"
            "    import sys\n"
            "\n"
            "    raise ModuleNotFoundError(\n"
            '        f"minivgg is not installed for {sys.executable}, the Python of this notebook. '
            'If it is "\n'
            '        "installed in a virtual environment (.venv), choose the kernel of that one. '
            'Otherwise "\n'
            '        "install it from a checkout (pip install .) or from a wheel."\n'
            "    )\n"
        )
    return (
        f"{condition}  # on Colab, for example\n"
        "    import subprocess\n"
        "    import sys\n"
        "\n"
        f'    source = "minivgg @ git+{address}@v{version}"\n'
        '    subprocess.run([sys.executable, "-m", "pip", "install", "-q", source], check=True)\n'
    )
