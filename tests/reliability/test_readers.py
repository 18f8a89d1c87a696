"""Damaged files are refused or read, and nothing else happens.

``pytest tests/reliability --mutants 10000`` gives so many to each reader.
"""

import contextlib
import gc
import gzip
import io
import random
import time
import warnings

import pytest
from PIL import Image

from minivgg import models
from reliability import damage, image_readers, readers, survival, weight_files

HEADER = b'{"cases": [{"shape": [2, 3], "dtype": "<f4", "offset": 0}], "error": null}'
WHOLE = {  # a file of each format
    "bytes": bytes(range(200)),
    "zip": readers.zips()[4],
    "tar": gzip.decompress(readers.tars()[0]),
    "tar.gz": readers.tars()[0],
    "json": HEADER,
    "notebook": readers.notebooks()[1],
    "python": readers.sources()[1],
    "hidden checks": readers.hidden_checks()[0],
    "pickle": weight_files.npy()[0],
    "zip with a pickle": weight_files.of_torch()[0],
    "hdf5": weight_files.hdf5()[0],
    "jpeg": image_readers.of_format("JPEG")()[0],
    "png": image_readers.of_format("PNG")()[0],
    "tiff": image_readers.of_format("TIFF")()[1],
    "protobuf": weight_files.onnx()[-1],
    "container": len(HEADER).to_bytes(8, "little") + HEADER + bytes(48),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", readers.READERS)
def test_a_reader_survives_damaged_files(name, mutant_count):
    found = readers.survive(readers.READERS[name], mutant_count)
    assert found.failures == [], str(found)
    assert found.accepted  # the damage does not hide everything behind the first check
    assert found.refused


@pytest.mark.parametrize("name", readers.PICTURES)
def test_a_reader_of_pictures_survives_a_few_damaged_files(name):
    found = readers.survive(readers.READERS[name], 12)
    assert found.failures == [], str(found)


@pytest.mark.parametrize("name", readers.READERS)
def test_a_reader_accepts_the_whole_files(name, tmp_path):
    reader = readers.READERS[name]
    for data in reader.originals():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            reader.read(data, tmp_path)


@pytest.mark.parametrize("format", damage.FORMATS)
def test_mutants_can_be_made_again_by_their_number_and_are_nearly_all_different(format):
    data = WHOLE[format]
    mutants = damage.mutants(data, format, 60, seed=3)
    found = list(mutants)
    assert found == list(damage.mutants(data, format, 60, seed=3))
    assert mutants[17] == found[17]
    assert found != list(damage.mutants(data, format, 60, seed=4))
    assert len(set(found)) > 50
    assert sum(mutant != data for mutant in found) > 50


@pytest.mark.parametrize("format", damage.FORMATS)
def test_every_mutator_of_a_format_does_something_with_a_whole_file(format):
    """One that always failed would be replaced by general damage, and nobody would see it."""
    for number, mutator in enumerate(damage.FORMATS[format]):
        worked = 0
        for seed in range(30):
            with contextlib.suppress(Exception):
                worked += mutator(WHOLE[format], random.Random(seed)) != WHOLE[format]
            if worked:
                break
        assert worked, f"mutator {number} of {format}"


def test_what_a_reader_does_wrong_is_reported_with_the_number_of_the_mutant():
    def read(data):
        if data == b"fails":
            raise KeyError("x")
        if data == b"refuses":
            raise ValueError
        if data == b"hangs":
            time.sleep(5)
        if data == b"swallows":
            with contextlib.suppress(Exception):
                time.sleep(5)

    found = survival.survives(
        read, [b"whole", b"refuses", b"fails", b"hangs", b"swallows"], seconds=0.05
    )
    assert (found.count, found.accepted, dict(found.refused)) == (5, 1, {"ValueError": 1})
    assert [(f.number, f.kind) for f in found.failures] == [
        (2, "uncaught"),
        (3, "hang"),
        (4, "hang"),
    ]
    assert "KeyError" in str(found)


@pytest.mark.skipif(not survival.measures_memory(), reason="this system does not report its peak")
def test_memory_that_a_reader_takes_and_frees_is_reported():
    gc.collect()  # what other tests have left must not be freed meanwhile
    sizes = {b"little": 1 << 10, b"much": 256 << 20, b"again little": 1 << 10}
    found = survival.survives(lambda data: b"x" * sizes[data], sizes, memory=32 << 20)
    assert [(f.number, f.kind) for f in found.failures] == [(1, "memory")]


@pytest.mark.slow
@pytest.mark.skipif(not survival.measures_memory(), reason="this system does not report its peak")
@pytest.mark.parametrize(("mode", "format"), [("CMYK", "JPEG"), ("RGBA", "PNG"), ("P", "GIF")])
def test_a_large_picture_takes_4_bytes_for_each_pixel(mode, format, tmp_path):
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x112] = 6
    Image.new(mode, (8000, 6000), 9).save(file, format, exif=exif)
    memory = image_readers.memory_of_picture(file.getvalue())
    assert memory == 4 * 8000 * 6000 + (100 << 20)
    (tmp_path / "x").write_bytes(file.getvalue())
    file.close()

    def read(data):
        models.preprocess(tmp_path / "x", "imagenet")

    found = survival.survives(read, [b""] * 2, seconds=60, memory=memory)
    assert found.accepted == 2
    assert not found.failures, str(found)


def test_a_format_can_be_added(monkeypatch):
    monkeypatch.setattr(damage, "FORMATS", dict(damage.FORMATS))
    damage.register("letters", [lambda data, rng: data.replace(b"a", b"b")])
    found = list(damage.mutants(b"aaaa", "letters", 40, seed=0))
    assert b"bbbb" in found
