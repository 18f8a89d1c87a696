"""The images that a command is given, and the run around them."""

import warnings
from pathlib import Path

import pytest
from PIL import Image

from minivgg.cli.image_arguments import is_run, photographs, run_around


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current folder, with images in it and in a folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    for name in ("a.png", "b.png", "photos/c.png", "photos/d.png"):
        Image.new("RGB", (2, 2)).save(name)
    (tmp_path / "photos" / "notes.txt").write_text("")
    return tmp_path


def test_files_patterns_and_folders(here):
    with pytest.warns(UserWarning, match=r"left out: 1 file \(.txt\)"):
        found = photographs([Path("b.png"), "photos", "?.png"])
    inside = [str(Path("photos") / name) for name in ("c.png", "d.png")]
    assert [str(path) for path in found.paths] == ["b.png", *inside, "a.png", "b.png"]
    assert found.named == ["b.png", "photos", "a.png", "b.png"]
    assert found.folders == ["photos"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert photographs(["missing.png"]).paths == ["missing.png"]  # said when it is read


@pytest.mark.parametrize(
    ("argument", "kind", "sentence"),
    [
        ("https://x.org/a.png", FileNotFoundError, "is an address: download the image"),
        ("photos.ZIP", ValueError, "photos.ZIP is an archive, of which no images are read here"),
        (" a.png", FileNotFoundError, "^there is no image ' a.png'; without the blanks around it"),
        (" z.png", FileNotFoundError, "^there is no image ' z.png'$"),
        ("*.jpg", FileNotFoundError, r"no file matches \*.jpg"),
    ],
)
def test_what_is_no_image(argument, kind, sentence, here):
    (here / "photos.ZIP").write_bytes(b"")
    (here / "folder.zip").mkdir()
    Image.new("RGB", (2, 2)).save(here / "folder.zip" / "e.png")
    with pytest.raises(kind, match=sentence):
        photographs(["a.png", argument])
    assert photographs(["folder.zip"]).folders == ["folder.zip"]
    (here / "x ").mkdir()
    Image.new("RGB", (2, 2)).save(here / "x " / "e.png")
    assert photographs(["x "]).folders == ["x "]


@pytest.fixture
def runs(tmp_path):
    """Two run folders and one of another program."""
    for name in ("a", "b", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    (tmp_path / "a" / "weights.safetensors").write_bytes(b"")
    (tmp_path / "b" / "checkpoints").mkdir()
    return tmp_path


def test_a_run_has_settings_and_weights_or_checkpoints(runs):
    assert [is_run(runs / name) for name in ("a", "b", "other", ".")] == [True, True, False, False]
    (runs / "a" / "config.json").unlink()
    assert not is_run(runs / "a")


def test_the_run_around_all_images_is_at_most_three_folders_up(runs):
    a = runs / "a"
    assert run_around([a / "x.png"]) == a
    assert run_around([a / "samples" / "x.png", a / "y.png"]) == a
    assert run_around([a / "1" / "2" / "x.png"]) == a
    assert run_around([a / "1" / "2" / "3" / "x.png"]) is None
    assert run_around([a / "x.png", runs / "b" / "x.png"]) is None
    assert run_around([a / "x.png", runs / "other" / "x.png"]) is None
    assert run_around([runs / "other" / "x.png"]) is None
    assert run_around([]) is None
