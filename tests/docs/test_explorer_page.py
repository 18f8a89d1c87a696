"""The explorer on the site: written once, and shown at the end of lessons with an address."""

from sitetools import explorer_page, lesson_pages

from minivgg.classroom import lessons


def test_the_page_is_written(tmp_path):
    size = explorer_page.write(tmp_path)
    text = (tmp_path / "explorer.html").read_text(encoding="utf-8")
    assert size == len(text.encode())
    assert '"name":"cifar10"' in text


def test_only_lessons_that_there_are_show_it():
    names = {path.stem for path in lessons.sources()}
    assert set(explorer_page.ADDRESSES) < names


def test_a_lesson_ends_with_its_address():
    notebook = lessons.parse_notebook("# %% [markdown]\n# # 4 · Tiny\n# text\n", "04")
    page = lesson_pages.page(notebook, "04_parameter_counts")
    assert 'src="../explorer.html#mode=build&preset=D"' in page.cells[-1].source
    assert "explorer" not in lesson_pages.page(notebook, "05_other").cells[-1].source
