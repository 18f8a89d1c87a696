"""Names of files, classes, runs and students are shown by all commands, and nothing acts on them.

A terminal gets no control character, a table no formula, and Markdown and HTML no tag.
"""

import csv
import io
import json
import re
import sys

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import main
from minivgg.cli.printable_streams import PrintableStream, printable_streams
from minivgg.utils.printable_text import BYTE_ORDER_MARK, CONTROL_CHARACTERS, NUMBER

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names that Windows refuses")

CLASSES = ["=HYPERLINK(1)", "<img src=x onerror=y>", "\x1b]0;owned\x07", "\u202e@SUM\x9b31m;=1|-2"]
RUN = "\x1b[31m-2+3<b>\n# h"
IMAGE = "=1\r\n\x1b]0;x\x07<script>`|"
STUDENT = "=cmd\x1b[2J<script>x\u2066\rb"
TAG = re.compile(r"(?<!\\)<\s*(img(?! alt=')|script|b\b)", re.IGNORECASE)
LOSS = "def softmax_cross_entropy(logits, labels):\n    return 0.0, logits\n"


def check_text(text, where):
    assert not CONTROL_CHARACTERS.findall(text), (where, CONTROL_CHARACTERS.findall(text))
    text.encode("utf-8")


def check_file(path):
    """What a program that opens the file would act on."""
    text = path.read_bytes().decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    check_text(text, path)
    if path.suffix == ".csv":
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert cells
        for cell in cells:
            parts = [part.strip() for part in re.split("[;|]", cell)]
            assert not [p for p in parts if p[:1] in tuple("=+-@") and not NUMBER.fullmatch(p)]
    if path.suffix in (".md", ".html"):
        assert not TAG.search(text), (path, TAG.search(text))
        assert not re.search(r"^# h", text, re.MULTILINE)


@pytest.fixture
def run(capsys):
    """Runs a command, checks what it prints, and returns that."""

    def command(*arguments, status=0):
        capsys.readouterr()
        assert main([str(a) for a in arguments]) == status
        out, err = capsys.readouterr()
        check_text(out, arguments)
        check_text(err, arguments)
        return out + err

    return command


@pytest.fixture
def place(tmp_path, monkeypatch, rng):
    """Class folders of small images, in the current folder."""
    monkeypatch.chdir(tmp_path)
    for k, name in enumerate(CLASSES):
        folder = tmp_path / "photos" / name
        folder.mkdir(parents=True)
        for i in range(10):
            pixels = (rng.normal(60 * k + 30, 9, (8, 8, 3))).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{i}{IMAGE}.png")
    return tmp_path


def test_predictions_and_features(place, run):
    images = place / "photos" / CLASSES[0]
    for suffix in ("csv", "md"):
        said = run("predict", images, "--run", "cifar10", "--out", f"names.{suffix}")
        assert r"=1\r\n\x1b]0;x\x07<script>`|.png" in said
        check_file(place / f"names.{suffix}")
    run("features", images, "--run", "cifar10", "--layer", "pool3", "--out", "features.csv")
    check_file(place / "features.csv")
    first = next(csv.reader((place / "features.csv").read_text().splitlines()[1:]))
    assert first[0].endswith(r"/=HYPERLINK(1)/0=1\r\n\x1b]0;x\x07<script>`|.png")


@pytest.mark.slow
def test_commands_about_images(place, run):
    run("train", "--data", "photos", "--size", 8, "--net", "8,M", "--hidden", 8, "--epochs", 1,
        "--run", RUN)  # fmt: skip
    run("train", "--data", "photos", "--size", 8, "--net", "8,M", "--hidden", 8, "--epochs", 1,
        "--run", "second", "--init", RUN)  # fmt: skip
    images = place / "photos" / CLASSES[2]
    for suffix in ("csv", "md"):
        said = run("evaluate", RUN, "--out", f"classes.{suffix}")
        assert r"\x1b]0;owned\x07" in said
        run("evaluate", RUN, "second", "--out", f"protocol.{suffix}")
        run("compare", RUN, "second", "--out", f"compared.{suffix}", "--plot", "compared.svg")
        run("predict", images, "--run", RUN, "--out", f"names.{suffix}", "--grid", "grid.svg")
    run("predict", images / f"0{IMAGE}.png", "--run", RUN, "--plot", "one.svg", "--map", "map.svg")
    run("features", images, "--run", RUN, "--out", "features.csv")
    run("export", RUN, "--out", "net.safetensors")
    run("summary", RUN)
    for arguments in (["evaluate", RUN], ["compare", RUN, "second"], ["predict", images]):
        document = json.loads(run(*arguments, "--json").partition("\n}\n")[0] + "\n}")
        # what is written as an escape is read as it was
        names = json.dumps(document)
        assert json.dumps(RUN if arguments[1] == RUN else CLASSES[2])[1:-1] in names
    run("predict", f"none{IMAGE}", status=2)
    run("predict", images, "--run", RUN, "--map", "a.svg", "--map-class", CLASSES[3], status=2)
    run("evaluate", f"none{RUN}", status=2)
    written = [p for p in place.rglob("*") if p.suffix in (".csv", ".md", ".json", ".svg")]
    assert {p.name for p in written} >= {
        "classes.csv", "classes.md", "protocol.csv", "protocol.md", "compared.csv", "compared.md",
        "names.csv", "names.md", "features.csv", "history.csv", "MODEL_CARD.md", "config.json",
        "one.svg", "map.svg", "grid.svg", "compared.svg",
    }  # fmt: skip
    for path in written:
        check_file(path)


@pytest.mark.slow
def test_grading(place, run):
    folder = place / "class" / STUDENT
    folder.mkdir(parents=True)
    (folder / "loss.py").write_text(LOSS)
    (place / "class" / f"not read{STUDENT}.rar").write_text("")
    for form in ("html", "md"):
        run("grade", "class", "--out", form, "--format", form, "--isolation", "audit")
    written = [
        path for path in place.rglob("*") if path.suffix in (".csv", ".md", ".html", ".json")
    ]
    assert {path.name for path in written} >= {"marks.csv", "class.md", "class.html"}
    assert len(written) >= 6
    for path in written:
        check_file(path)


def test_arguments_that_are_wrong(run, capsys):
    with pytest.raises(SystemExit):
        main(["predict\x1b]0;x\x07"])
    with pytest.raises(SystemExit):
        main(["train", "--net\x9b1m", "\u202e"])
    check_text(capsys.readouterr().err, "arguments")


def test_progress_bars_stay_what_they_are():
    """A bar begins with a return to the start of its line; only its text is changed."""
    screen = io.StringIO()
    stream = PrintableStream(screen)
    for text in ("\rcats\x1b]0;x\x07: 5 %", "\n\x1b[A", "a\rb\tc\n", "\x1b[Ax"):
        assert stream.write(text) == len(text)
    assert screen.getvalue() == (
        "\rcats\\x1b]0;x\\x07: 5 %" "\n\x1b[A" "a\\rb\tc\n" "\\x1b[Ax"
    )  # fmt: skip


def test_streams_are_as_before_afterwards(capsys):
    before = sys.stdout, sys.stderr
    with printable_streams():
        assert sys.stdout.isatty() == before[0].isatty()
        print("\x07", file=sys.stderr)
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr().err == "\\x07\n"
