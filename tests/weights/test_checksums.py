"""Checksums of zips are compared with what is in them, and the memory of a file has a limit."""

import mmap
import threading
import zipfile
import zlib

import numpy as np
import pytest

from minivgg import models, weights
from minivgg.backend import get_num_threads, set_num_threads
from minivgg.weights.checksums import Checksums
from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.zip_archive import MAX_DIRECTORY_BYTES


def small_net(initializer="zeros"):
    return models.vgg([2, "M", 3], 3, (1, 8, 8), (4,), initializer=initializer)


def load(net, path):
    models.load_weights(net, path, mean=(0,), std=(1,))


def saved(folder):
    """A .pth of a net of ones, and where its last tensor is in it."""
    path = folder / "net.pth"
    weights.save_torch(path, small_net("ones").arrays())
    return path


def with_a_bit_changed(path, member):
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(member)
    lengths = [int.from_bytes(data[entry.header_offset + at :][:2], "little") for at in (26, 28)]
    data[entry.header_offset + 30 + sum(lengths) + entry.file_size // 2] ^= 1
    path.write_bytes(data)


def test_one_changed_bit_is_named_and_the_net_is_unchanged(tmp_path):
    path, net = saved(tmp_path), small_net()
    load(net, path)
    assert net.arrays()["classifier.3.weight"].sum() == 12
    net = small_net()
    with_a_bit_changed(path, "archive/data/7")
    message = r"net\.pth .*the checksum of archive/data/7 in it is wrong"
    with pytest.raises(OSError, match=message):
        load(net, path)
    assert not any(array.any() for array in net.arrays().values())
    with pytest.raises(OSError, match=message):
        weights.load(path)
    file = weights.read(path)
    for _ in range(2):  # it is not forgotten once it was said
        with pytest.raises(OSError, match=message):
            weights.copy_into(np.empty(3, np.float32), file["classifier.3.bias"], file)


def test_a_file_without_checksums_is_read(tmp_path):
    """torch.serialization.set_crc32_options(False) writes zeros instead."""
    path = saved(tmp_path)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            data = data.replace(entry.CRC.to_bytes(4, "little"), bytes(4))
    path.write_bytes(data)
    net = small_net()
    load(net, path)
    assert net.arrays()["classifier.3.weight"].sum() == 12


def test_checksums_are_compared_once_and_by_several_threads(tmp_path, monkeypatch):
    arrays = {f"a{k}": np.full(9_000_000, k, np.uint8) for k in range(3)}
    np.savez(tmp_path / "x.npz", **arrays)
    file = weights.read(tmp_path / "x.npz")
    sizes, threads = [], set()
    met = threading.Barrier(2, timeout=60)

    def crc32(data, value=0):
        sizes.append(len(data))
        if threading.get_ident() not in threads:
            threads.add(threading.get_ident())
            met.wait()  # for a second thread
        return real(data, value)

    real = zlib.crc32
    monkeypatch.setattr("minivgg.weights.checksums.zlib.crc32", crc32)
    before = get_num_threads()
    set_num_threads(2)
    try:
        file.check()
    finally:
        set_num_threads(before)
    with zipfile.ZipFile(tmp_path / "x.npz") as archive:
        assert sum(sizes) == sum(entry.file_size for entry in archive.infolist())
    assert max(sizes) <= 4 << 20  # so that memory can be freed meanwhile
    read = len(sizes)
    file.check()
    weights.copy_into(np.empty(9_000_000, np.uint8), file["a1"], file)
    assert len(sizes) == read


def test_the_first_wrong_part_is_named_and_those_that_are_right_are_not_read_again(monkeypatch):
    memory, checksums = mmap.mmap(-1, 100), Checksums()  # of zeros
    checksums.add("right", 0, 10, zlib.crc32(bytes(10)))
    checksums.add("first", 20, 10, 1)
    checksums.add("a later one", 50, 20, 1)
    assert checksums.wrong(memory) == "first"
    read = []
    real = zlib.crc32
    monkeypatch.setattr(
        "minivgg.weights.checksums.zlib.crc32",
        lambda data, value=0: read.append(len(data)) or real(data, value),
    )
    assert checksums.wrong(memory) == "first"
    assert sorted(read) == [10, 20]


@pytest.mark.parametrize("order", [1, -1])
def test_two_parts_at_one_place_are_both_checked(order):
    """A damaged header can lead to the numbers of another part, whose checksum is right."""
    checksums, parts = Checksums(), [("its own", zlib.crc32(bytes(10))), ("another's", 1)]
    for name, crc in parts[::order]:
        checksums.add(name, 20, 10, crc)
    assert checksums.wrong(mmap.mmap(-1, 100)) == "another's"


def test_a_compressed_array_may_be_larger_than_a_table_of_contents(tmp_path):
    array = np.random.default_rng(0).integers(0, 256, 5 << 20, np.uint8)
    np.savez_compressed(tmp_path / "x.npz", a=array)
    assert (tmp_path / "x.npz").stat().st_size > MAX_DIRECTORY_BYTES
    found = weights.load(tmp_path / "x.npz")["a"]
    assert np.array_equal(found, array)


def test_what_a_file_may_become_when_it_is_unpacked():
    megabyte = 1 << 20
    for file_bytes, net_bytes, most in (
        (1, None, 64),
        (10 * megabyte, None, 200),
        (1, 30 * megabyte, 130),  # the net, and 100 MB
        (50 * megabyte, 30 * megabyte, 200),  # float8, which becomes float32
    ):
        Budget(file_bytes, net_bytes).take("a", most * megabyte)
        budget = Budget(file_bytes, net_bytes)
        budget.take("a", megabyte)
        with pytest.raises(CorruptFileError, match=r"b would take .* far more than the "):
            budget.take("b", most * megabyte)


def test_tied_arrays_are_read_but_not_one_array_a_thousand_times():
    array = np.zeros(1 << 20, np.float32)
    file_bytes = array.nbytes
    Budget(file_bytes).check_total({"a": array, "b": array})
    many = {f"a{k}": array for k in range(1000)}
    with pytest.raises(CorruptFileError, match="its arrays would take 4,194,304,000 bytes"):
        Budget(file_bytes).check_total(many)
    large = np.broadcast_to(np.float32(0), (100 << 20,))
    Budget(large.nbytes).check_total({"a": large, "b": large})
    with pytest.raises(CorruptFileError, match="its arrays would take"):
        Budget(large.nbytes).check_total({"a": large, "b": large, "c": large})
