"""Downloads from hostile servers end with the right file or one sentence, and lose nothing.

``pytest tests/reliability --downloads 1000`` tries so many.
"""

import pytest

from reliability import downloads


@pytest.mark.slow
def test_hostile_downloads(download_count, tmp_path):
    found = downloads.survive(download_count, 0, tmp_path)
    assert found.failures == [], str(found)
    assert found.right
    assert found.refused


def test_a_download_can_be_made_again_by_its_number():
    assert downloads.attack(5, 17) == downloads.attack(5, 17)
    assert len({downloads.attack(5, number)[0] for number in range(40)}) > 30


def test_what_goes_wrong_is_reported_with_its_number(tmp_path, monkeypatch):
    """A program that accepts what comes, and another that removes what was there."""

    def careless(file, path, progress, limits):
        path.write_bytes(b"what came")

    monkeypatch.setattr(downloads.downloads, "fetch", careless)
    found = downloads.survive(3, 0, tmp_path)
    assert [(f.number, f.kind) for f in found.failures] == [(k, "wrong") for k in range(3)]

    def wasteful(file, path, progress, limits):
        path.with_name(f"{path.name}.part").unlink(missing_ok=True)
        raise OSError("there is no connection")

    monkeypatch.setattr(downloads.downloads, "fetch", wasteful)
    found = downloads.survive(40, 0, tmp_path / "again")
    assert found.kinds()["loss"] > 10
    assert found.kinds()["not downloaded"] > 0
