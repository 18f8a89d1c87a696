"""How much each deleted file counts: once, with its blocks, or as the largest one."""

import mmap
import os
import signal
import subprocess
import sys
import time

import pytest

from minivgg.classroom.isolation import open_files
from minivgg.classroom.isolation.open_files import deleted_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is read from /proc")


def open_file(path):
    number = os.open(path, os.O_RDWR | os.O_CREAT)
    os.write(number, bytes(100_000))
    os.fsync(number)
    return number


def test_an_open_file_counts_with_its_blocks_also_if_it_is_mapped(tmp_path):
    before = deleted_bytes(os.getpid(), tmp_path)
    numbers = [open_file(tmp_path / name) for name in ("a", "b")]
    mapped = mmap.mmap(numbers[0], 100_000)
    size = sum(os.fstat(number).st_blocks * 512 for number in numbers)
    for name in ("a", "b"):
        (tmp_path / name).unlink()
    try:
        assert deleted_bytes(os.getpid(), tmp_path) == before + size
    finally:
        mapped.close()
        for number in numbers:
            os.close(number)


def test_mapped_files_of_the_folder_count_as_the_largest_one(tmp_path, monkeypatch):
    """As the kernel writes them; the third is of another folder, the fourth is not deleted."""
    line = "7f00-7f01 rw-s 00000000 fe:01 {} {}\n"
    folder = tmp_path / "1"
    folder.mkdir()
    (folder / "maps").write_bytes(
        line.format(11, "/tmp/minivgg-x/a (deleted)").encode()
        + line.format(12, "/tmp/minivgg-x/\udcff (deleted)").encode("utf-8", "surrogateescape")
        + line.format(13, "/tmp/other/a (deleted)").encode()
        + line.format(14, "/tmp/minivgg-x/b").encode()
        + line.format(12, "/tmp/minivgg-x/\udcff (deleted)").encode("utf-8", "surrogateescape")
    )
    monkeypatch.setattr(open_files, "_processes", lambda number: [folder, tmp_path / "gone"])
    assert deleted_bytes(1, tmp_path / "minivgg-x") == 2 * 2**26


def test_all_processes_that_it_started_are_found():
    command = "sh -c 'sleep 60; true' & sh -c 'sleep 60; true' & wait"
    process = subprocess.Popen(["sh", "-c", command], start_new_session=True)
    try:
        end, names = time.monotonic() + 20, {}
        while sorted(names.values()) != ["sh", "sh", "sh", "sleep", "sleep"]:
            assert time.monotonic() < end, names
            time.sleep(0.01)
            found = open_files._processes(process.pid)
            names = {folder.name: (folder / "comm").read_text().strip() for folder in found}
        assert next(iter(names)) == str(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
