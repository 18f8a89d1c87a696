"""A folder in a run folder may be missing or new, but it must not lead out of it."""

import pytest

from minivgg.training.own_files import require_inside


def test_a_folder_leads_nowhere_else(tmp_path):
    run, outside = tmp_path / "run", tmp_path / "outside"
    (run / "inner").mkdir(parents=True)
    outside.mkdir()
    assert require_inside(run, "new") == run / "new"
    assert require_inside(str(run), "inner") == run / "inner"
    (run / "link").symlink_to(run / "inner")
    assert require_inside(run, "link") == run / "link"
    (tmp_path / "other").symlink_to(run)
    assert require_inside(tmp_path / "other", "inner") == tmp_path / "other" / "inner"
    (run / "samples").symlink_to(outside)
    with pytest.raises(OSError, match="is a link") as refused:
        require_inside(run, "samples")
    assert str(refused.value) == (
        f"{run / 'samples'} is a link that leads out of the run folder, to {outside.resolve()}: "
        "files there are not written or deleted; replace the link by a folder"
    )
