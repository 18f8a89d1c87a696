"""What is known of a file on a server, and what its download may take by default."""

import hashlib
from dataclasses import FrozenInstanceError

import pytest

from minivgg.utils.remote_file import Limits, RemoteFile, sha256


def test_a_download_that_is_told_nothing_is_encrypted_patient_and_ends_within_a_quarter_of_a_day():
    limits = Limits()
    assert limits.schemes == ("https",)
    assert (limits.idle_seconds, limits.slow_bytes, limits.slow_seconds) == (30, 65536, 60)
    assert limits.total_seconds == 21600
    assert (limits.attempts, limits.first_wait_seconds, limits.longest_wait_seconds) == (4, 1, 60)


def test_a_file_without_a_rounding_has_one_size():
    file = RemoteFile("https://example.org/a/b.bin", "00", 100)
    assert [file.may_have(size) for size in (99, 100, 101)] == [False, True, False]
    assert (file.name, file.largest, file.rounding) == ("b.bin", 100, 0)


def test_only_a_file_with_the_checksum_is_the_file(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    digits = hashlib.sha256(b"abc").hexdigest()
    assert sha256(path) == digits
    file = RemoteFile("https://example.org/x", digits, 3)
    assert file.is_at(str(path))
    assert file._replace(sha256=digits[:8].upper()).is_at(path)
    assert not file._replace(sha256=digits[1:9]).is_at(path)
    assert not file._replace(size=4).is_at(path)
    assert not file.is_at(tmp_path)


def test_limits_cannot_be_changed_by_a_download_that_is_given_them():
    with pytest.raises(FrozenInstanceError):
        Limits().attempts = 5
    assert hash(Limits()) == hash(Limits())
