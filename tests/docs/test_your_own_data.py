"""The guide "Your own data": its code and commands run, and its errors are those of the package."""

import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import pages

from minivgg import backend, data
from minivgg.cli import main, parser

# the images have no splits, and the page says what is assumed then
pytestmark = pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")

PAGE = "docs/guides/your-own-data.md"
COMMANDS = [
    line.removeprefix("minivgg ")
    for block in pages.blocks(PAGE, "bash")
    for line in block.splitlines()
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """What the page leaves behind when "photos" holds zeros and ones, and the folder."""
    folder = tmp_path_factory.mktemp("page")
    digits = data.load("digits")
    for number, name in enumerate(["zero", "one"]):
        (folder / "photos" / name).mkdir(parents=True)
        for i, k in enumerate(np.flatnonzero(digits.labels == number)[:40]):
            pixels = Image.fromarray(digits.images[k, 0]).resize((40, 40 + i % 3))
            suffix = ("png", "JPG")[i % 2]
            pixels.convert("RGB").save(folder / "photos" / name / f"{i}.{suffix}")
    (folder / "photos" / "one" / "notes.txt").write_text("not an image")
    shutil.copytree(folder / "photos" / "zero", folder / "New Photos" / "today")
    backend.seed(0)  # the page's own training begins from random weights
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return pages.run(PAGE) | {"folder": folder}


def test_a_fifth_of_each_class_becomes_test_images_and_none_is_lost(page):
    assert np.bincount(page["images"].labels).tolist() == [32, 32]
    assert np.bincount(page["test"].labels).tolist() == [8, 8]
    assert not set(page["images"].files) & set(page["test"].files)


def test_training_in_python_learns(page):
    assert page["images"].shape == (3, 32, 32)
    assert page["images"].classes == ["one", "zero"]
    assert page["history"][-1]["loss"] < page["history"][0]["loss"]


def test_features_of_the_packaged_net_tell_the_classes_apart(page):
    """Zeros from ones: easy, but not for a classifier that learned nothing."""
    found = page["features"](page["trained"], page["test"], "pool3")
    assert found.shape == (16, 160)
    assert page["classifier"].accuracy(found, page["test"].labels) > 0.9


def test_new_photographs_get_names_from_both_classifiers(page):
    """All of them are zeros; the packaged net knows other classes."""
    assert len(page["files"]) == 40
    names = [
        page["classifier"].classes[k] for k in page["classifier"].logits(page["found"]).argmax(1)
    ]
    assert names.count("zero") > 36
    assert all(len(guesses) == 2 for guesses in page["guesses"])
    assert {name for guesses in page["guesses"] for name, _ in guesses} <= set(
        page["predictor"].classes
    )


@pytest.mark.parametrize("number", range(len(pages.blocks(PAGE))))
def test_a_block_can_be_copied_alone(page, number, monkeypatch):
    """But the one for new photographs, which goes on with the classifier of the block above it."""
    block = pages.blocks(PAGE)[number]
    goes_on = "classifier.predict(" in block
    names = {name: page[name] for name in ("trained", "features", "classifier") if goes_on}
    monkeypatch.chdir(page["folder"])
    exec(compile(block, f"{PAGE}, block {number + 1}", "exec"), names)


def test_the_digits_are_as_many_as_the_page_says(page):
    assert (len(page["digits"]), len(page["tests"]), page["digits"].shape) == (1438, 359, (1, 8, 8))


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_parse(command):
    assert parser().parse_args(shlex.split(command)).command


@pytest.mark.slow
def test_a_run_starts_from_the_packaged_net(page, tmp_path, monkeypatch, capsys):
    """Its last layer is new, because there are two classes; all others are copied."""
    monkeypatch.chdir(page["folder"])
    command = next(line for line in COMMANDS if "--freeze" in line)
    arguments = shlex.split(command.replace("runs/head", str(tmp_path / "run")))
    assert main([*arguments, "--epochs", "1"]) == 0
    started = next(line for line in capsys.readouterr().out.splitlines() if line[:4] == "from")
    assert started.endswith("; new: fc6 for 2 classes")


def shown(number):
    """A line of the block of errors, on the page."""
    errors = next(block for block in pages.blocks(PAGE, "text") if "is empty" in block)
    return errors.replace("to\nbring", "to bring").splitlines()[number]


def test_errors_are_those_on_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "test/dog/1.png"):
        Path("photos", name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (32, 32)).save(Path("photos", name))
    Image.new("RGB", (40, 40)).save("photos/train/cat/3.jpg")
    with pytest.raises(ValueError) as raised:  # noqa: PT011 (the whole text is compared)
        data.load("photos", progress=False)
    assert str(raised.value) == shown(0)
    Path("photos/train/cat/3.jpg").unlink()
    Path("photos/train/cat/5.jpg").write_bytes(b"")
    with pytest.raises(OSError) as raised:  # noqa: PT011
        data.load("photos", progress=False)
    assert str(raised.value) == shown(1)
