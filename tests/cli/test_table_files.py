"""Tables and pictures that commands write: their suffixes, and names that are not UTF-8."""

import pytest

from minivgg.cli.table_files import (
    PICTURES,
    check_picture_path,
    check_table_path,
    write_csv,
    write_table,
)
from minivgg.plots.figure import PICTURE_FORMATS


def test_the_formats_of_pictures_are_those_that_figures_are_saved_in():
    """They are listed twice, so that a command that draws nothing starts without matplotlib."""
    assert tuple(PICTURE_FORMATS) == PICTURES


@pytest.mark.parametrize("path", [None, "a.csv", "A.CSV", "b.md"])
def test_suffixes_of_tables_in_any_case(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_table_path(path)


@pytest.mark.parametrize(
    ("check", "path", "words"),
    [
        (check_table_path, "", "--out writes .csv or .md, not ''"),
        (check_table_path, "names.xlsx", "--out writes .csv or .md, not names.xlsx"),
        (check_table_path, "names", "--out writes .csv or .md, not names"),
        (check_table_path, "folder.csv", "cannot write folder.csv: it is a folder"),
        (check_table_path, "no/a.csv", "cannot write no/a.csv: there is no folder no"),
        (lambda p: check_picture_path("--plot", p), "a.tif", "--plot writes .png, .jpg, .jpeg, "),
    ],
)
def test_what_cannot_be_written_is_one_sentence(check, path, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises((ValueError, OSError)) as caught:
        check(path)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("suffix", [".csv", ".md", ".CSV"])
def test_a_byte_of_a_name_that_is_not_utf8_is_written_as_its_number(suffix, tmp_path):
    name = b"gr\xfcn/M\xc3\xbcller.png".decode("utf-8", "surrogateescape")
    path = tmp_path / f"a{suffix}"
    write_table(str(path), ("image", "class"), [(name, "고양이")])
    text = path.read_text(encoding="utf-8-sig")
    assert (r"gr\\xfcn" if suffix == ".md" else r"gr\xfcn") + "/Müller.png" in text
    assert "고양이" in text


def test_a_csv_is_written_row_by_row(tmp_path):
    """A row that was written is not kept: a table of features can be larger than the memory."""
    path = tmp_path / "a.csv"
    written = []

    class Row(tuple):
        def __del__(self):
            written.append(self[0])

    def rows():
        for k in range(5):
            assert len(written) >= k - 1, "earlier rows are still held"
            yield Row((k, "x"))

    write_csv(str(path), ("number", "text"), rows())
    assert path.read_text(encoding="utf-8").splitlines() == ["number,text"] + [
        f"{k},x" for k in range(5)
    ]
