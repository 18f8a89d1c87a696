"""``minivgg explore``: one page, one sentence."""

from contextlib import nullcontext

import pytest

from minivgg.cli import main


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_page_is_written_and_one_sentence_said(tmp_path, capsys):
    assert main(["explore"]) == 0
    size = (tmp_path / "explorer.html").stat().st_size
    assert capsys.readouterr().out == (
        f"wrote explorer.html, {size / 1e6:.1f} MB: open it in a browser, it needs nothing else\n"
    )
    text = (tmp_path / "explorer.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.rstrip().endswith("</html>")


def test_the_options_reach_the_page(tmp_path):
    command = ["explore", "64,M,128", "--input", "1", "28", "28", "--language", "ko"]
    assert main([*command, "--to", "a.htm"]) == 0
    text = (tmp_path / "a.htm").read_text(encoding="utf-8")
    assert '<html lang="ko">' in text
    assert '"text":"64,M,128","input":{"channels":1,"height":28,"width":28}' in text
    assert len(text.encode()) < 300_000


def test_layers_of_a_net_can_be_chosen(tmp_path):
    assert main(["explore", "digits", "--layers", "2", "--to", "two.html"]) == 0
    text = (tmp_path / "two.html").read_text(encoding="utf-8")
    assert '"name":"conv1_2"' in text
    assert '"name":"conv2_1"' not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "page.png"], "--to writes .html or .htm, not page.png"),
        (["--to", "no/page.html"], "there is no folder no"),
        (["cifra10"], "did you mean 'cifar10'"),
        (["--language", "fr"], "--language"),
        (["--layers", "0"], "--layers must be from 1 to 6"),
        (["vgg16-pool3", "cifar10", "vgg16-pool3"], "and at most 8 MB are allowed"),
    ],
)
def test_mistakes_are_said_in_one_sentence_and_nothing_is_written(
    arguments, message, tmp_path, capsys
):
    with pytest.raises(SystemExit) if "--language" in arguments else nullcontext():
        assert main(["explore", *arguments]) == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
