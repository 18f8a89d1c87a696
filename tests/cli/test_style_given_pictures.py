"""What ``style`` asks of the library, prints and writes, for pictures that are given."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import main, style
from minivgg.cli.feature_nets import Extractor

NET = SimpleNamespace(input_shape=(3, 224, 224))


class Bar:
    """What a progress bar is told."""

    def __init__(self, made, options):
        self.options, self.told = options, []
        made.append(self)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def update(self):
        """One step."""
        self.told.append("step")

    def set_postfix(self, **options):
        """Before the step."""
        self.told.append(options)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """What is asked for; the pictures after ``steps`` steps are grey, as bright as the step."""
    fake = SimpleNamespace(read=[], problems=[], solved=[], written=[], bars=[], steps=3)
    monkeypatch.chdir(tmp_path)

    def read_image(path, channels, shrink_to):
        fake.read.append((path, channels, shrink_to))
        return path

    def problem_of(kind):
        def make(*given, **options):
            fake.problems.append((kind, given, options))
            return SimpleNamespace(start=np.zeros((1, 3, 5, 7)))

        return make

    def solve(problem, steps, optimizer, on_step):
        fake.solved.append((steps, optimizer))
        for step in range(1, fake.steps + 1):
            on_step(step, 1 / step, step)
        return np.full((3, 5, 7), fake.steps, np.uint8)

    monkeypatch.setattr(style, "extractor_of", lambda args: Extractor("a net", NET, None, True))
    monkeypatch.setattr(style, "tqdm", lambda **options: Bar(fake.bars, options))
    monkeypatch.setattr(style.data, "read_image", read_image)
    monkeypatch.setattr(style, "_write", lambda *given: fake.written.append(given))
    for name in ("inversion", "texture", "style_transfer"):
        monkeypatch.setattr(style.synthesis, name, problem_of(name))
    monkeypatch.setattr(style.synthesis, "solve", solve)
    monkeypatch.setattr(style.synthesis, "to_pixels", lambda picture: picture)
    return fake


SIZES = {"size": 256, "smoothness": 1.0}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a.png b.png", ("style_transfer", (NET, "a.png", "b.png"), SIZES)),
        ("a.png b.png --style-weight 2 --style-layers x y --content-layer z --size 8",
         ("style_transfer", (NET, "a.png", "b.png"),
          {"size": 8, "smoothness": 1.0, "style_weight": 2.0, "style_layers": ["x", "y"],
           "content_layer": "z"})),
        ("a.png --texture", ("texture", (NET, "a.png"), SIZES | {"layers": None})),
        ("a.png --texture --style-layers x --seed 0 --smoothness 0",
         ("texture", (NET, "a.png"), {"size": 256, "smoothness": 0.0, "layers": ["x"], "seed": 0})),
        ("a.png --invert x --seed 3", ("inversion", (NET, "a.png", "x"), SIZES | {"seed": 3})),
    ],
)  # fmt: skip
def test_the_options_of_each_kind_of_picture(words, expected, fake, capsys):
    assert main(["style", *words.split(), "--to", "o.png"]) == 0
    assert fake.problems == [expected]
    size = expected[2]["size"]
    assert fake.read == [(path, 3, 2 * size) for path in words.split(" --")[0].split()]
    assert capsys.readouterr().out == (
        "by a net, 5×7 pixels\nwrote o.png after 3 steps, loss 0.3333\n"
    )


def test_the_least_values_are_allowed(fake):
    words = "a.png --texture --to o.png --size 1 --steps 1 --every 1 --seed 0 --smoothness 0"
    assert main(["style", *words.split()]) == 0
    assert fake.solved == [(1, "adam")]
    words = "a.png b.png --to o.png --style-weight 0 --optimizer lbfgs --steps 5"
    assert main(["style", *words.split()]) == 0
    assert fake.solved[1] == (5, "lbfgs")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("a.png b.png --style-weight inf", "--style-weight is a number of at least 0, got inf"),
        ("a.png b.png --style-weight -1", "--style-weight is a number of at least 0, got -1.0"),
        ("a.png b.png --smoothness nan", "--smoothness is a number of at least 0, got nan"),
        ("a.png", "give two images, the photograph and the one whose style it gets (or --texture"),
        ("a.png b.png c.png", "for one), got 3"),
        ("a.png b.png --texture", "--texture is of a single image, got 2"),
        ("a.png --texture --content-layer x", "--content-layer has no meaning for --texture: lea"),
        ("a.png --invert x --style-layers y", "--style-layers has no meaning for --invert: leave"),
        ("a.png b.png --seed 0", "--seed has no meaning for the style of another picture: leave"),
    ],
)
def test_what_makes_no_sense_is_told_before_a_net_is_read(words, sentence, fake, capsys):
    assert main(["style", *words.split(), "--to", "o.png"]) == 2
    assert sentence in capsys.readouterr().err
    assert not fake.problems


@pytest.mark.parametrize(
    ("every", "expected"), [([], [5]), (["--every", "2"], [2, 4, 5]), (["--every", "5"], [5, 5])]
)
def test_pictures_on_the_way(every, expected, fake):
    fake.steps = 5
    assert main(["style", "a.png", "--texture", "--to", "o.png", *every]) == 0
    assert [path for path, _ in fake.written] == ["o.png"] * len(expected)
    assert [int(np.max(picture)) for _, picture in fake.written] == expected


def test_without_a_better_picture_there_is_no_loss(fake, capsys):
    """As with L-BFGS, which may find none."""
    fake.steps = 0
    assert main(["style", "a.png", "--texture", "--to", "o.png"]) == 0
    assert capsys.readouterr().out.endswith("\nwrote o.png after 0 steps\n")
    assert len(fake.written) == 1


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_bar_shows_the_steps_and_the_loss_on_a_terminal(is_terminal, fake, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
    assert main(["style", "a.png", "--invert", "x", "--to", "o.png", "--steps", "9"]) == 0
    (bar,) = fake.bars
    assert bar.options == {
        "total": 9, "desc": "invert", "unit": " steps", "leave": False, "disable": not is_terminal,
    }  # fmt: skip
    assert bar.told == [
        {"loss": "1", "refresh": False}, "step", {"loss": "0.5", "refresh": False}, "step",
        {"loss": "0.3333", "refresh": False}, "step",
    ]  # fmt: skip


def test_a_jpeg_is_written_with_little_loss(tmp_path, monkeypatch, rng):
    monkeypatch.chdir(tmp_path)
    image = rng.integers(0, 256, (3, 9, 14), np.uint8)
    style._write("o.JPG", image)
    Image.fromarray(image.transpose(1, 2, 0)).save("expected", "JPEG", quality=95)
    assert Path("o.JPG").read_bytes() == Path("expected").read_bytes()
    style._write("o.png", image[:1])
    with Image.open("o.png") as picture:
        assert (picture.format, picture.mode) == ("PNG", "L")
        assert np.array_equal(np.asarray(picture), image[0])
