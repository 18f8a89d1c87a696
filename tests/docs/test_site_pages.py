"""The Sphinx extensions of the site: formulas, alternative text, links to the code, the API."""

import io
import re
from pathlib import Path

import pytest
from sitetools import alternative_text, api_pages, repository_links, source_links
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

import minivgg

PAGE = """
A page
======

The formula :math:`x_i^2`, the file ``minivgg/ops/conv.py``, its neighbour ``loss.py``, the function
``ops.relu(x)``, the package ``minivgg/ops/``, and ``nothing.py``.

.. math:: \\frac{a}{b}

.. currentmodule:: minivgg.ops
.. autofunction:: relu
"""


@pytest.fixture
def build(tmp_path):
    """A function that builds a page (reStructuredText) with the site's extensions."""

    def build(text, name="index"):
        (tmp_path / "api" / "ops").mkdir(parents=True, exist_ok=True)
        (tmp_path / "api" / "ops" / "index.rst").write_text(":orphan:\n\nops\n===\n")
        (tmp_path / f"{name}.rst").write_text(text, encoding="utf-8")
        (tmp_path / "picture.png").write_bytes(b"")
        warnings = io.StringIO()
        with docutils_namespace():
            make(name, warnings).build()
        html = (tmp_path / "out" / f"{name}.html").read_text(encoding="utf-8")
        return html, warnings.getvalue()

    def make(name, warnings):
        tools = ("alternative_text", "mathml", "source_links")
        return Sphinx(
            srcdir=tmp_path,
            confdir=None,
            outdir=tmp_path / "out",
            doctreedir=tmp_path / "trees",
            buildername="html",
            confoverrides={
                "extensions": [
                    "numpydoc",
                    "sphinx.ext.autodoc",
                    "sphinx.ext.viewcode",
                    *(f"sitetools.{tool}" for tool in tools),
                ],
                "html_math_renderer": "mathml",
                "root_doc": name,
            },
            status=None,
            warning=warnings,
        )

    return build


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that build the page
def test_formulas_and_names_of_the_code_in_a_page(build):
    html, warnings = build(PAGE)
    assert not warnings
    assert "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>" in html
    assert '<div class="math-block"><math display="block"' in html
    assert "mathjax" not in html.lower()
    links = dict(
        re.findall(
            r'<a class="reference internal" href="([^"]*)"><code.*?>(?:<span.*?>)?([^<]*)', html
        )
    )
    texts = {text: target for target, text in links.items()}
    assert texts["minivgg/ops/conv.py"] == "_modules/minivgg/ops/conv.html"
    assert texts["loss.py"] == "_modules/minivgg/ops/loss.html"
    assert texts["ops.relu(x)"] == "#minivgg.ops.relu"
    assert texts["minivgg/ops/"] == "api/ops/index.html"
    assert "nothing.py" not in texts


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_picture_without_alternative_text_is_a_warning_except_in_a_lesson(
    build, tmp_path, monkeypatch
):
    """Three pages in one build: only the page without the text is named."""
    monkeypatch.setattr(alternative_text, "LESSONS_WITHOUT_DESCRIPTIONS", {"course/12_fast"})
    picture = ":orphan:\n\nPage\n====\n\n.. image:: {}picture.png\n"
    (tmp_path / "described.rst").write_text(picture.format("") + "   :alt: a picture\n")
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "12_fast.rst").write_text(picture.format("../"))
    (warning,) = build(picture.format(""))[1].splitlines()
    assert "index.rst" in warning
    assert "picture without alternative text: picture.png" in warning
    html = (tmp_path / "out" / "course" / "12_fast.html").read_text(encoding="utf-8")
    assert 'alt="Figure drawn by the code above"' in html


@pytest.mark.parametrize("package", api_pages.PACKAGES)
def test_the_reference_describes_every_public_name(package, tmp_path):
    module = getattr(minivgg, package, None) or __import__(f"minivgg.{package}", fromlist=["x"])
    api_pages.write(tmp_path)
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / package).glob("*.rst")]
    described = re.findall(
        r"^\.\. (?:autofunction|autoclass|py:data):: (\w+)", "\n".join(pages), re.M
    )
    assert described
    missing = set(getattr(module, "__all__", ())) - set(described)
    elsewhere = {name for name in missing if isinstance(getattr(module, name), type)}
    assert missing == elsewhere, "described neither here nor in the package that they come from"


def test_constants_are_shown_as_the_source_assigns_them(tmp_path):
    api_pages.write(tmp_path)
    page = (tmp_path / "models" / "models.configurations.rst").read_text(encoding="utf-8")
    assert ".. py:data:: CONFIGURATIONS" in page
    assert "# Simonyan & Zisserman 2014, Table 1" in page


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("minivgg/ops/conv.py", "minivgg.ops.conv"),
        ("textbook/loops.py", "minivgg.textbook.loops"),
        ("minivgg/ops/__init__.py", "minivgg.ops"),
        ("tests/test_readme.py", None),
        ("minivgg/ops/missing.py", None),
        ("conv2d(x)", None),
    ],
)
def test_names_of_files_lead_to_modules(text, module):
    assert source_links.module_of(text) == module


def test_a_program_with_a_version_is_no_name():
    """Text such as "python3.12" looks like a name of a module, and cannot be one."""
    assert list(source_links._names("python3.12")) == ["minivgg.python3.12"]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[lesson 3](../../lessons/03_x.ipynb)", "[lesson 3](../course/03_x.ipynb)"),
        ("[the list](../../lessons/README.md)", "[the list](../course/index.md)"),
        (
            "[claims](../../lessons/README.md#what-popular-write-ups-get-wrong)",
            "[claims](../course/claims.md)",
        ),
        ("[all](../../lessons/assignments/README.md#x)", "[all](../course/assignments.md#x)"),
        ("[`sgd.py`](../../minivgg/optim/sgd.py)", "`minivgg/optim/sgd.py`"),
        ("[speed](performance.md#threads)", "[speed](performance.md#threads)"),
        ("[paper](https://arxiv.org/abs/1409.1556)", "[paper](https://arxiv.org/abs/1409.1556)"),
        ("```\n[x](../../lessons/03_x.ipynb)\n```", "```\n[x](../../lessons/03_x.ipynb)\n```"),
    ],
)
def test_links_to_files_of_the_repository_lead_to_pages_of_the_site(link, shown):
    assert repository_links.rewritten(f"a\n{link}\nb", "guides") == f"a\n{shown}\nb"


def test_each_page_that_such_a_link_leads_to_exists():
    docs = Path(api_pages.__file__).parents[1]
    for _, page in repository_links.PAGES:
        assert "\\1" in page or (docs / page).is_file()
