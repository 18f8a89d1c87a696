"""Keras' .keras files: zips of a configuration and of weights in HDF5."""

import io
import zipfile

import numpy as np
import pytest

from minivgg import weights
from minivgg.weights import keras_zip

h5py = pytest.importorskip("h5py")


def content(**arrays):
    file = io.BytesIO()
    with h5py.File(file, "w") as opened:
        for name, array in arrays.items():
            opened[name] = array
    return file.getvalue()


@pytest.fixture
def read(tmp_path):
    """Write the files into a zip, and read it."""

    def of(files):
        with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return weights.read(tmp_path / "x.keras")

    return of


ONE = np.ones((2, 3), np.float32)


def test_the_arrays_of_all_parts_and_the_configuration(read):
    file = read({
        "config.json": '{"a": "ä"}', "model_00000.weights.h5": content(a=ONE),
        "model_00001.weights.h5": content(b=ONE * 2),
    })  # fmt: skip
    assert (file.kind, list(file)) == ("Keras zip", ["a", "b"])
    assert np.array_equal(file["b"], ONE * 2)
    assert file.metadata == {"keras_config": '{"a": "ä"}'}


def test_without_weights_it_is_refused(read):
    with pytest.raises(OSError, match=r"it lacks model\.weights\.h5"):
        read({"config.json": "{}", "model.weights.h5.other": b""})


def test_a_zip_without_a_configuration_is_none_of_keras(read):
    with pytest.raises(OSError, match="it is a zip of other files"):
        read({"model.weights.h5": content(a=ONE)})
    file = read({"my_config.json": "{}", "model.weights.h5": content(a=ONE)})
    assert (list(file), file.metadata) == (["a"], {})


def test_a_long_configuration_is_refused(read, monkeypatch):
    files = {"config.json": '{"a": 1}', "model.weights.h5": content(a=ONE)}
    monkeypatch.setattr(keras_zip, "MAX_CONFIG_BYTES", 8)
    read(files)
    monkeypatch.setattr(keras_zip, "MAX_CONFIG_BYTES", 7)
    with pytest.raises(OSError, match=r"its config\.json is too long"):
        read(files)
