"""The Python in the pages of docs/ runs, block after block, as a reader would run it.

A block after the comment ``<!-- not run: why -->`` is left out.
"""

import json
import re

import numpy as np
import pytest
from PIL import Image
from support import documents, foreign

from minivgg import models

NOT_RUN = re.compile(r"<!-- not run: .+? -->\n+```python\n.*?\n```", re.DOTALL)
IN_FILES_OF_THEIR_OWN = {
    f"docs/guides/{name}.md" for name in ("pytorch", "teaching", "your-own-data", "your-own-parts")
}
WITH_STAND_INS = documents.DOCS / "guides" / "published-weights.md"
PAGES = [
    page
    for page in documents.pages()
    if page not in (documents.README, WITH_STAND_INS)
    and documents.name(page) not in IN_FILES_OF_THEIR_OWN
    and documents.blocks(page, "python")
]


def run(page):
    """Run the blocks of a page in one namespace."""
    left_out = "".join(NOT_RUN.findall(page.read_text(encoding="utf-8")))
    code = [block for block in documents.blocks(page, "python") if block not in left_out]
    assert code
    exec(compile("\n".join(code), documents.name(page), "exec"), {"__name__": "__main__"})


def test_the_guides_have_examples():
    assert {page.stem for page in PAGES} >= {"architecture", "gpu", "performance", "protocol"}


@pytest.mark.parametrize("page", PAGES, ids=documents.name)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    run(page)
    out = capsys.readouterr().out
    if page.stem == "architecture":
        assert "the gradients are right" in out
    if page.stem == "performance":
        assert "winograd" in out


@pytest.mark.slow
def test_the_examples_with_published_weights_run(tmp_path, monkeypatch, capsys, rng):
    """With a VGG-16 of random weights and 8 hidden units for the published one, on noise."""
    build, classes = models.vgg16, {str(k): [f"n{k}", f"thing_{k}"] for k in range(1000)}
    monkeypatch.setattr(models, "vgg16", lambda *args: build(*args, hidden=(8, 8)))
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    foreign.torch_zip(tmp_path / models.IMAGENET["vgg16"].file, build(hidden=(8, 8)).state_dict())
    (tmp_path / "imagenet_class_index.json").write_text(json.dumps(classes))
    for name in [
        "photo.jpg",
        *(
            f"pets.zip/{split}/{pet}/{i}.jpg"
            for split in ("train", "test")
            for pet in ("cat", "dog")
            for i in (0, 1)
        ),
    ]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (240, 300, 3), np.uint8)).save(tmp_path / name)
    run(WITH_STAND_INS)
    out = capsys.readouterr().out.splitlines()
    assert len(documents.blocks(WITH_STAND_INS, "python")) == 5  # two are not run here
    assert all(re.fullmatch(r"thing \d+  [\d.]+ %", line) for line in out[:5])
    assert 0 <= float(out[5]) <= 1
