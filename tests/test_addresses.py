"""The address of the repository stands in pyproject.toml; everything else takes it from there."""

import re
import tomllib
from pathlib import Path

import pytest

import minivgg
from minivgg.classroom import lessons
from minivgg.utils.installation import is_placeholder, lines_for_notebooks

ROOT = Path(__file__).parent.parent
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
ADDRESS = URLS["Repository"]
REAL = "https://github.com/somebody/minivgg"
WRITTEN = [".ci", ".github", "benchmarks", "docs", "lessons", "minivgg"]  # and the top level
SUFFIXES = {"", ".cff", ".ipynb", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}
FILES = sorted(
    path
    for path in [*ROOT.iterdir(), *(p for name in WRITTEN for p in (ROOT / name).rglob("*"))]
    if path.is_file() and path.suffix in SUFFIXES and path.name != "pyproject.toml"
)
# from an index, by its name alone, so not ".", "minivgg @ git+..." or a wheel "minivgg-..."
BY_NAME = re.compile(
    r"""pip["',\s]+install["',\s]+(?:-\S+["',\s]+)*minivgg(?!-)(?!(?:\[[^]]*\])? @ git\+)"""
)


def texts():
    for path in FILES:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_the_urls_of_the_project_begin_with_the_address_of_the_repository():
    assert all(url.startswith(ADDRESS) for url in URLS.values())


def test_no_other_address_of_the_repository_is_written_anywhere():
    found = [
        (name, url)
        for name, text in texts()
        for url in re.findall(r"https://github\.com/[\w.-]+/minivgg\b", text)
        if url != ADDRESS
    ]
    assert found == []


def test_nothing_installs_this_package_from_an_index_by_its_name():
    assert len(FILES) > 100
    assert [(name, found) for name, text in texts() for found in BY_NAME.findall(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pip install minivgg", True),
        ('pip install -q "minivgg[lessons]"', True),
        ('[sys.executable, "-m", "pip", "install", "-q", "minivgg"]', True),
        ('pip install -e ".[lessons]"', False),
        ("pip install dist/minivgg-1.0-py3-none-any.whl", False),
        (f'pip install "minivgg[onnx] @ git+{REAL}@v1"', False),
    ],
)
def test_an_installation_by_name_is_recognised(text, found):
    assert bool(BY_NAME.search(text)) == found


@pytest.mark.parametrize("source", lessons.sources(), ids=lambda path: path.stem)
def test_the_first_cell_of_a_lesson_takes_the_address_from_pyproject(source):
    """``minivgg lessons --notebooks`` writes it there."""
    text = source.read_text(encoding="utf-8")
    assert lines_for_notebooks(ADDRESS, minivgg.__version__) in text
    renamed = lessons.with_address(text, REAL)
    assert lines_for_notebooks(REAL, minivgg.__version__) in renamed
    assert lessons.with_address(renamed, ADDRESS) == text


def test_no_badge_is_shown_before_there_is_an_address():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not is_placeholder(ADDRESS) or not re.search(r"badge|shields\.io", readme)
