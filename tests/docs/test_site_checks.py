"""The checks of the built site find what they are for, and nothing else."""

import json

import pytest
from sitetools import check_pages

HEAD = '<html><head><link rel="stylesheet" href="style.css"></head><body id="top">'


@pytest.fixture
def site(tmp_path):
    """A site of two pages, a style and a picture, and a function that fills its first page."""
    (tmp_path / "style.css").write_text("b { background: url(data:image/png;base64,x) }")
    (tmp_path / "picture.png").write_bytes(b"")
    (tmp_path / "other.html").write_text(f"{HEAD}<h1 id='anchor'>Other</h1>")

    def add(html="", style=""):
        (tmp_path / "index.html").write_text(HEAD + html)
        (tmp_path / "style.css").write_text(style)
        return check_pages.problems(tmp_path)

    return add


def test_a_sound_page_has_no_problems(site):
    assert not site(
        '<a href="https://arxiv.org/abs/1409.1556">a link that a reader may follow</a>'
        '<a href="other.html#anchor">a page</a> <a href="#top">here</a>'
        '<a href="other.html#mode=see&net=digits">a state of it</a>'
        '<img src="picture.png" alt="a picture"> <img src="data:image/png;base64,x" alt="inline">'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<img src="//img.example/x.png" alt="a picture">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<p style="background: url(https://img.example/x.png)">',
        "<style>@import 'https://fonts.example/x.css';</style>",
        '<iframe src="https://video.example"></iframe>',
    ],
)
def test_what_a_page_loads_from_another_host_is_a_problem(site, html):
    (problem,) = site(html)
    assert "from outside the site" in problem
    assert ".example" in problem


def test_what_a_style_loads_from_another_host_is_a_problem(site):
    (problem,) = site(style="@font-face { src: url('https://fonts.example/x.woff2') }")
    assert problem == "style.css: loads https://fonts.example/x.woff2 from outside the site"


@pytest.mark.parametrize("alt", ["", ' alt=""', ' alt=" "'])
def test_a_picture_without_alternative_text_is_a_problem(site, alt):
    (problem,) = site(f'<img src="picture.png"{alt}>')
    assert problem == "index.html: the picture 'picture.png' has no alternative text"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ('<a href="missing.html">a page</a>', "there is no such file"),
        ('<img src="missing.png" alt="a picture">', "there is no such file"),
        ('<a href="other.html#missing">a page</a>', "that page has no anchor 'missing'"),
        ('<a href="#missing">here</a>', "that page has no anchor 'missing'"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_problem(site, html, reason):
    (problem,) = site(html)
    assert problem.endswith(f"leads nowhere: {reason}")


class Browser:
    """A browser with these requests and these messages in its console."""

    def __init__(self, requests=(), messages=()):
        self.logs = {
            "performance": [
                {"message": json.dumps({"message": {"method": method, "params": params}})}
                for method, params in [
                    ("Page.loadEventFired", {}),
                    *(("Network.requestWillBeSent", {"request": {"url": url}}) for url in requests),
                ]
            ],
            "browser": [{"level": level, "message": text} for level, text in messages],
        }

    def get_log(self, name):
        """As Selenium's drivers."""
        return self.logs[name]


def test_the_browser_check_names_foreign_requests_and_errors_and_no_others():
    import check_in_browser

    calm = Browser(["file:///site/index.html", "data:image/png,x"], [("INFO", "hello")])
    assert not check_in_browser.complaints(calm)
    loud = Browser(["https://cdn.example/x.js"], [("SEVERE", "ReferenceError: x")])
    assert check_in_browser.complaints(loud) == [
        "a request to https://cdn.example/x.js",
        "in the console: ReferenceError: x",
    ]


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_without_a_browser_the_check_is_left_out_aloud_and_fails_in_ci(
    tmp_path, monkeypatch, capsys, ci, status
):
    import check_in_browser

    (tmp_path / "index.html").write_text(HEAD)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("sys.argv", ["check_in_browser.py", str(tmp_path)])
    monkeypatch.setenv("CI", ci)
    with pytest.raises(SystemExit) as ended:
        check_in_browser.main()
    assert ended.value.code == status
    assert "left out: the check of the site in a browser" in capsys.readouterr().out
