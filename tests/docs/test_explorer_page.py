"""The explorer on the site: written once, and shown at the end of lessons with an address."""

import json
import re
from importlib.resources import files
from pathlib import Path

from sitetools import explorer_page, lesson_pages

from minivgg.classroom import lessons
from minivgg.classroom.student_files import lesson_label

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "explorer.md"
WEB = files("minivgg.explorer") / "web"


def tasks():
    """(id, lesson) of each task of the explorer."""
    text = (WEB / "lesson_tasks.js").read_text(encoding="utf-8")
    found = re.findall(r'\bid: "(\w+)",\s*lesson: "(\w+)"', text)
    assert len(found) == 10
    return found


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


def test_each_task_is_used_by_its_lesson():
    named = []
    for source in lessons.sources():
        text = source.read_text(encoding="utf-8")
        label = lesson_label(source.name)
        named += [(task, label) for task in re.findall(r"`explorer\.html#task=(\w+)`", text)]
        for line in text.splitlines():
            if "explorer.html#task=" in line:
                assert "[how to open it](../docs/guides/explorer.md#tasks)" in line
    assert sorted(named) == sorted(tasks())


def test_the_guide_lists_the_tasks():
    strings = json.loads((WEB / "strings.json").read_text(encoding="utf-8"))["en"]
    rows = re.findall(r"\| `#task=(\w+)` \| (.+?) \| .+ \| \[(\w+)\]", GUIDE.read_text("utf-8"))
    assert rows == [(task, strings[f"task.{task}.title"], lesson) for task, lesson in tasks()]


def test_on_the_site_the_address_of_a_task_is_a_link():
    text = "# %% [markdown]\n# # 3 · Tiny\n#\n# open `explorer.html#task=field`\n"
    page = lesson_pages.page(lessons.parse_notebook(text, "03"), "03_receptive_fields")
    link = '<a href="../explorer.html#task=field"><code>explorer.html#task=field</code></a>'
    assert page.cells[0].source.endswith(f"open {link}")
