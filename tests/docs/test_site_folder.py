"""A new site takes the place of the old one, all at once and only when it is complete."""

import pytest
from sitetools import site_folder


@pytest.fixture
def site(tmp_path):
    """An older site, with a page that the new one does not have."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / ".buildinfo").touch()
    (folder / "old.html").touch()
    return folder


def build(folder, page="new.html"):
    folder.mkdir()
    (folder / ".buildinfo").touch()
    (folder / page).touch()


def interrupted_build(site, error):
    with site_folder.replaced(site) as new:
        build(new, "half.html")
        raise error


def pages(folder):
    return sorted(path.name for path in folder.glob("*.html"))


def test_a_new_site_has_no_page_of_the_old_one(site):
    with site_folder.replaced(site) as new:
        build(new)
    assert pages(site) == ["new.html"]
    assert not new.exists()


def test_there_need_not_be_an_old_one(tmp_path):
    with site_folder.replaced(tmp_path / "site") as new:
        build(new)
    assert pages(tmp_path / "site") == ["new.html"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_interrupted_build_leaves_the_old_site_and_the_next_one_succeeds(site, error):
    with pytest.raises(error):
        interrupted_build(site, error)
    assert pages(site) == ["old.html"]
    with site_folder.replaced(site) as new:
        build(new)
    assert pages(site) == ["new.html"]


def test_a_folder_with_other_files_is_refused_and_keeps_them(tmp_path):
    (tmp_path / "thesis.html").touch()
    with pytest.raises(SystemExit, match="holds other files: choose an empty or a new folder"):
        interrupted_build(tmp_path, ValueError)
    assert pages(tmp_path) == ["thesis.html"]
