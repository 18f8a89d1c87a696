"""Deleted files that a process still uses are counted."""

import ctypes
import os
import subprocess
import sys

import pytest

from minivgg.classroom.isolation.child_results import MAX_SCRATCH_BYTES, is_too_large
from minivgg.classroom.isolation.open_files import MAX_FILE_BYTES, deleted_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is read from /proc")


def open_file(path, size):
    number = os.open(path, os.O_RDWR | os.O_CREAT)
    os.write(number, bytes(size))
    os.fsync(number)  # some file systems assign the blocks later
    return number


def test_an_open_file_counts_once_it_is_deleted(tmp_path):
    before = deleted_bytes(os.getpid(), tmp_path)
    number = open_file(tmp_path / "a", 2**20)
    try:
        assert deleted_bytes(os.getpid(), tmp_path) == before
        (tmp_path / "a").unlink()
        assert deleted_bytes(os.getpid(), tmp_path) >= before + 2**20
    finally:
        os.close(number)
    assert deleted_bytes(os.getpid(), tmp_path) == before


def test_a_mapped_file_counts_as_the_largest_one(tmp_path):
    before = deleted_bytes(os.getpid(), tmp_path)
    libc = ctypes.CDLL(None)
    libc.mmap.restype, libc.mmap.argtypes = ctypes.c_void_p, [
        ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long,
    ]  # fmt: skip
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    number = open_file(tmp_path / "a", 4096)
    place = libc.mmap(None, 4096, 1, 1, number, 0)
    os.close(number)
    (tmp_path / "a").unlink()
    try:
        assert deleted_bytes(os.getpid(), tmp_path) == before + MAX_FILE_BYTES
    finally:
        libc.munmap(place, 4096)


def test_the_files_of_processes_that_it_started_count(tmp_path):
    program = (
        "import os\n"
        "number = os.open('a', os.O_RDWR | os.O_CREAT)\n"
        "os.write(number, bytes(2**20)), os.fsync(number), os.unlink('a')\n"
        "print(flush=True)\n"
        "input()\n"
    )
    command = f'{sys.executable} -c "{program}"; true'
    with subprocess.Popen(
        ["/bin/sh", "-c", command], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        assert deleted_bytes(process.pid, tmp_path) >= 2**20
        process.communicate(b"\n")


def test_they_count_with_those_in_the_folder(tmp_path):
    (tmp_path / "a").write_bytes(bytes(10))
    assert not is_too_large(tmp_path, MAX_SCRATCH_BYTES - 10)
    assert is_too_large(tmp_path, MAX_SCRATCH_BYTES - 9)
