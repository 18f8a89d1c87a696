"""Images are read in chunks; one that cannot be read is left out, or stops the command."""

import numpy as np
import pytest

from minivgg.cli import image_reading
from minivgg.cli.image_arguments import Photographs
from minivgg.cli.image_reading import CHUNK_IMAGES, read_chunks


def read(path):
    if path.startswith("bad"):
        raise OSError(f"{path} is damaged")
    if path.startswith("none"):
        raise FileNotFoundError(f"there is no {path}")
    return np.array([int(path)])


def chunks(paths, named=()):
    found = list(read_chunks(Photographs(paths, list(named), []), read, "reading"))
    assert all(
        int(image[0]) == int(p) for ps, images in found for p, image in zip(ps, images, strict=True)
    )
    return [paths for paths, _ in found]


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (2, [2]), (64, [64]), (65, [64, 1]), (128, [64, 64]), (129, [64, 64, 1])],
)
def test_every_image_is_in_one_chunk(count, sizes):
    assert CHUNK_IMAGES == 64
    paths = [str(k) for k in range(count)]
    found = chunks(paths)
    assert [len(chunk) for chunk in found] == sizes
    assert [path for chunk in found for path in chunk] == paths


def test_what_cannot_be_read_is_left_out_with_a_line(capsys):
    assert chunks(["0", "bad1", "2", "none3"], named=["bad1", "."]) == [["0", "2"]]
    err = capsys.readouterr().err
    assert err == "minivgg: left out: bad1 is damaged\nminivgg: left out: there is no none3\n"


def test_a_chunk_of_which_nothing_can_be_read_is_not_there():
    paths = [f"bad{k}" for k in range(64)] + ["1"]
    assert chunks(paths) == [["1"]]
    with pytest.raises(OSError, match=r"^none of these images can be read$"):
        chunks(paths[:64])
    with pytest.raises(OSError, match=r"^none of these images can be read$"):
        chunks([])


@pytest.mark.parametrize(
    ("paths", "named", "error"),
    [
        (["bad1"], ["bad1"], "bad1 is damaged"),
        (["bad1"], ["folder"], "none of these images can be read"),
        (["0", "none1"], ["none1"], "there is no none1"),
        (["none1"], ["folder"], "none of these images can be read"),
    ],
)
def test_the_error_of_a_named_file_is_raised(paths, named, error):
    with pytest.raises(OSError, match=error):
        chunks(paths, named)


@pytest.mark.parametrize(
    ("count", "is_terminal", "is_shown"), [(2, True, True), (1, True, False), (2, False, False)]
)
def test_a_bar_is_shown_for_several_images_on_a_terminal(count, is_terminal, is_shown, monkeypatch):
    bars = []

    class Bar:
        def __init__(self, **options):
            self.options, self.updates = options, 0
            bars.append(self)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def update(self):
            self.updates += 1

    monkeypatch.setattr(image_reading, "tqdm", Bar)
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
    chunks([str(k) for k in range(count)])
    (bar,) = bars
    assert bar.updates == count
    assert bar.options == {
        "total": count, "desc": "reading", "unit": " images", "leave": False,
        "disable": not is_shown,
    }  # fmt: skip
