"""What the README and the pages of docs/ say can be done: commands, pictures, links."""

import re
import shlex
from urllib.parse import unquote

import pytest
from support import documents

from minivgg.cli import parser

EACH_PAGE = pytest.mark.parametrize("page", documents.pages(), ids=documents.name)
CASES = [(page, command) for page in documents.pages() for command in documents.commands(page)]


def test_there_are_pages_and_commands():
    assert {"CONTRIBUTING.md", "lessons/assignments/README.md", "benchmarks/results.md"} <= {
        documents.name(page) for page in documents.all_pages()
    }
    assert len(documents.pages()) > 15
    assert len(CASES) > 50


@pytest.mark.parametrize(
    ("page", "command"),
    CASES,
    ids=[f"{documents.name(page)}: {command}" for page, command in CASES],
)
def test_commands_parse(page, command):
    arguments = shlex.split(command)
    if arguments[-1] in ("--help", "--version"):
        with pytest.raises(SystemExit, match=r"^0$"):
            parser().parse_args(arguments)
    else:
        assert parser().parse_args(arguments).command


@EACH_PAGE
def test_commands_are_the_same_in_all_shells(page):
    """In bash, zsh, PowerShell and cmd, as far as their rules differ.

    zsh takes "#" on an interactive line as an argument, cmd always; zsh expands "[…]"; cmd and
    PowerShell do not expand "*"; PowerShell makes several arguments of "a,b"; cmd takes "'" as a
    letter; and each has its own sign at the end of a line that goes on.
    """
    for line in documents.shell_lines(page):
        if not re.match(r"(\S*[/\\])?(minivgg|pip|python|py|mpiexec)\b", line):
            continue
        assert " #" not in line
        assert not re.search(r"""^[^"]*("[^"]*"[^"]*)*[\[*,]""", line), f"quote this: {line}"
        assert "'" not in line
        assert not line.endswith(("\\", "`", "^"))


@pytest.mark.parametrize("page", documents.all_pages(), ids=documents.name)
def test_commands_have_no_comments(page):
    """An interactive zsh, the shell of macOS, takes "#" and what follows as arguments."""
    lines = documents.shell_lines(page)
    assert [line for line in lines if re.search(r"(^|\s)#", line)] == []


@EACH_PAGE
def test_pages_use_the_installed_command(page):
    assert "python -m minivgg" not in page.read_text(encoding="utf-8")


@EACH_PAGE
def test_pictures_exist_and_have_alternative_text(page):
    for address, text in documents.pictures(page):
        assert (page.parent / address).is_file(), address
        assert len(text.split()) >= 5, f"{address}: describe what the picture shows"


@EACH_PAGE
def test_links_inside_the_project_lead_somewhere(page):
    for address in documents.links(page):
        if re.match(r"\w+:", address):
            continue
        path, _, anchor = unquote(address).partition("#")
        target = (page.parent / path).resolve() if path else page
        if target.is_relative_to(documents.DOCS / "api") and target != page:
            continue  # written by the build, which checks its links itself
        assert target.exists(), address
        if anchor:
            assert anchor in documents.anchors(target), address


@EACH_PAGE
def test_included_files_exist(page):
    included = re.findall(r"^```\{(?:include|literalinclude)\} (.*)$", page.read_text(), re.M)
    for address in included:
        assert (page.parent / address).is_file(), address
