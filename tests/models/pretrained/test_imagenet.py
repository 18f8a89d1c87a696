"""Logits become ImageNet's names."""

import json

import numpy as np
import pytest

from minivgg import models
from minivgg.models.pretrained import registry


@pytest.fixture
def names(tmp_path, monkeypatch):
    """A file of class names in $MINIVGG_DATA, with ImageNet's two pairs of names alike."""
    entries = {str(k): [f"n{k:08d}", f"thing_{k}"] for k in range(1000)}
    entries |= {
        "134": ["n02012849", "crane"],
        "517": ["n03126707", "crane"],
        "638": ["n1", "maillot"],
        "639": ["n2", "maillot"],
    }
    (tmp_path / registry.CLASSES.name).write_text(json.dumps(entries))
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    return tmp_path / registry.CLASSES.name


def test_names_are_read_and_all_differ(names):
    found = models.class_names()
    assert found[7] == ("n00000007", "thing 7")
    assert found[134] == ("n02012849", "crane (n02012849)")
    assert len({name for _, name in found}) == 1000


def test_a_file_that_is_not_here_is_downloaded(names, tmp_path, monkeypatch):
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path / "none"))
    fetched = []

    def fetch(file, path, progress):
        fetched.append((file, path.name, progress))
        return names

    monkeypatch.setattr("minivgg.utils.downloads.fetch", fetch)
    assert models.class_names()[7] == ("n00000007", "thing 7")
    assert fetched == [(registry.CLASSES, registry.CLASSES.name, False)]


def test_predictions_best_first(names):
    logits = np.zeros((2, 1000), np.float32)
    logits[0, [134, 517]] = 9, 8
    logits[1, 7] = 20
    first, second = models.decode_predictions(logits, top=3)
    assert [guess.index for guess in first] == [134, 517, 0]
    assert first[0].synset == "n02012849"
    assert first[0].probability == pytest.approx(np.e**9 / (np.e**9 + np.e**8 + 998), rel=1e-5)
    assert second[0] == (7, "n00000007", "thing 7", pytest.approx(1, abs=1e-4))
    assert models.decode_predictions(logits[0])[0][0].index == 134
    with pytest.raises(ValueError, match=r"expects logits \(N, 1000\), got shape \(2, 10\)"):
        models.decode_predictions(logits[:, :10])


@pytest.mark.parametrize(
    "content", ["", "[]", '{"0": ["n0", "x"]}', json.dumps({str(k): 5 for k in range(1000)})]
)
def test_a_damaged_file_of_names_is_named(names, content):
    names.write_text(content)
    with pytest.raises(OSError, match=registry.CLASSES.name):
        models.class_names()
