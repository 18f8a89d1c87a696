"""The page: one file, small, without requests, and made of modules whose names do not collide."""

import importlib
import json
import re
from html import unescape
from importlib.resources import files

import pytest

from minivgg.explorer import page, sources
from minivgg.explorer.document import LARGEST_PAGE

NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}  # names, not addresses
LARGEST_WITHOUT_WEIGHTS = 300_000
page_module = importlib.import_module("minivgg.explorer.page")  # the package has the function
WEB = files("minivgg.explorer") / "web"


@pytest.fixture(scope="module")
def default():
    """The page that the command writes by default."""
    return page(sources.content_of(sources.DEFAULT).nets)


def element(html, name):
    """The text of a script element."""
    return re.search(rf'<script[^>]* id="{name}">(.*?)</script>', html, re.DOTALL)[1]


def test_the_page_names_no_other_address(default):
    addresses = set(re.findall(r"https?://[^\s\"'`<>)]*", default))
    assert addresses <= NAMESPACES


def test_the_page_forbids_itself_every_request(default):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', default)[1]
    rules = dict(rule.split(maxsplit=1) for rule in unescape(policy).split("; "))
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    allowed = {source for rule in rules.values() for source in rule.split()}
    assert allowed == {"'none'", "'unsafe-inline'", "blob:", "data:"}


def test_nothing_is_loaded_from_a_file(default):
    data_and_comments = r'<script type="application/json".*?</script>|/\*.*?\*/|^// [^\n]*'
    code = re.sub(data_and_comments, "", default, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"<link\b|<script[^>]*\bsrc=|\bimport\b", code)
    assert not re.search(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon)\b", default)


def test_all_placeholders_are_filled(default):
    assert "{{" not in re.sub(r"<script.*?</script>", "", default, flags=re.DOTALL)


def test_pages_have_the_promised_sizes(default):
    assert len(page([], {"preset": "D"}).encode()) < LARGEST_WITHOUT_WEIGHTS
    assert len(default.encode()) < LARGEST_PAGE
    all_nets = page(sources.content_of(sources.SHIPPED).nets)
    assert len(all_nets.encode()) < LARGEST_PAGE


def test_a_page_that_is_too_large_is_refused():
    nets = sources.content_of(["vgg16-pool3"]).nets
    with pytest.raises(ValueError, match=r"would have 9\.\d MB, and at most 8 MB .* --layers N"):
        page(nets * 2)


def test_the_data_can_be_read_back(default):
    content = json.loads(element(default, "explorer-data"))
    assert [net["name"] for net in content["nets"]] == ["digits", "cifar10"]
    assert len([s for s in content["samples"] if s["nets"] == ["digits"]]) == 10
    assert all(s["src"].startswith("data:image/") for s in content["samples"])
    assert json.loads(element(default, "explorer-strings")) == json.loads(
        (WEB / "strings.json").read_text(encoding="utf-8")
    )


def test_a_page_without_nets_leaves_out_the_texts_of_modes_with_nets(default):
    every = json.loads(element(default, "explorer-strings"))
    left = json.loads(element(page([]), "explorer-strings"))
    first = {key.partition(".")[0] for key in every["en"]}
    assert first >= page_module.TEXTS_OF_NETS
    for language in ("en", "ko"):
        kept = {key.partition(".")[0] for key in left[language]}
        assert not kept & page_module.TEXTS_OF_NETS
        assert {"app", "mode", "build", "table", "error", "problem"} <= kept


def test_names_from_outside_cannot_end_the_element():
    net = sources.content_of(["digits"], layers=1).nets[0]
    html = page([net | {"name": "</script><script>alert(1)</script>"}])
    assert "</script><script>alert" not in html
    content = json.loads(element(html, "explorer-data"))
    assert content["nets"][0]["name"] == "</script><script>alert(1)</script>"


def test_data_are_written_without_blanks_and_with_their_letters():
    assert page_module._json_element("a", {"b": ["é", "<", 1]}) == (
        '<script type="application/json" id="a">{"b":["é","\\u003c",1]}</script>'
    )


def test_the_stack_and_the_language_by_default():
    content = json.loads(element(page([], {"preset": "D"}), "explorer-data"))
    assert (content["stack"], content["language"]) == ({"preset": "D"}, "en")
    assert content["samples"] == content["nets"] == []
    assert json.loads(element(page([]), "explorer-data"))["stack"] is None


def test_the_language_is_that_of_the_page():
    html = page([], language="ko")
    assert '<html lang="ko">' in html
    assert json.loads(element(html, "explorer-data"))["language"] == "ko"
    with pytest.raises(ValueError, match="language must be one of en, ko"):
        page([], language="fr")


def test_both_languages_have_the_same_texts():
    strings = json.loads((WEB / "strings.json").read_text(encoding="utf-8"))
    assert set(strings) == {"en", "ko"}
    only_korean = set(strings["ko"]) - set(strings["en"])  # classes have English names already
    assert set(strings["en"]) < set(strings["ko"])
    assert {name.partition(".")[0] for name in only_korean} == {"class"}
    for key, text in strings["en"].items():
        assert text.strip(), key
        assert strings["ko"][key].strip(), key


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"app.js": "const a = 1;", "worker.js": "function a() {}"}, "both declare a"),
        ({"app.js": 'import * as x from "./worker.js";'}, "only named imports"),
        ({"app.js": 'import { a as b } from "./worker.js";\n'}, "gives names of worker.js other"),
        ({"app.js": "export default 1;"}, "only named imports and exports"),
        ({"app.js": "const a = '</script>';"}, "the end of a script element"),
        ({"app.js": "const a = '</SCRIPT>';"}, "the end of a script element"),
    ],
)
def test_modules_that_cannot_be_put_together_are_refused(monkeypatch, modules, message):
    every = {"worker.js": "", **modules}
    monkeypatch.setattr(page_module, "_read", every.__getitem__)
    with pytest.raises(ValueError, match=message):
        page_module.script.__wrapped__()


def test_a_module_comes_after_those_that_it_imports(monkeypatch):
    modules = {
        "worker.js": 'import { b } from "./b.js";\nexport const w = b;\n',
        "app.js": 'import {\n  w,\n} from "./worker.js";\nimport { b } from "./b.js";\nw + b;\n',
        "b.js": "export const b = 1;\n",
    }
    monkeypatch.setattr(page_module, "_read", modules.__getitem__)
    text = page_module.script.__wrapped__()
    assert text.index("const b = 1") < text.index("const w = b") < text.index("w + b")
    assert text.count("const b = 1") == 1
    assert "import" not in text
    assert "export" not in text


def test_comments_with_lines_of_their_own_and_indentation_are_left_out(monkeypatch):
    modules = {
        "worker.js": (
            "/** Long.\n *\n * @type {a} */\nlet a = 1; // kept\n\n  // gone\n"
            "    /** @type {b} */ (b) = a; /* kept */\n"
        ),
        "app.js": 'const c = "/* kept */";\n/** gone */\nconst d = /\\/*x/; /* kept\n*/\n',
    }
    monkeypatch.setattr(page_module, "_read", modules.__getitem__)
    code = page_module.script.__wrapped__().splitlines()[2:-1]
    assert code == [
        "// worker.js",
        "let a = 1; // kept",
        "/** @type {b} */ (b) = a; /* kept */",
        "// app.js",
        'const c = "/* kept */";',
        "const d = /\\/*x/; /* kept",
        "*/",
    ]


def test_no_text_of_a_module_goes_on_in_the_next_line():
    # what looks like a comment in it would be left out
    for path in WEB.iterdir():
        if path.name.endswith(".js"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                assert line.count("`") % 2 == 0 or line.lstrip().startswith(("//", "*")), (
                    f"{path.name}:{number}"
                )


def test_every_module_is_part_of_the_page():
    modules = {path.name for path in WEB.iterdir() if path.name.endswith(".js")}
    with_nets, without_nets = (
        set(re.findall(r"^// (\S+\.js)$", page_module.script(has_nets), re.MULTILINE))
        for has_nets in (True, False)
    )
    assert with_nets | without_nets == modules
    assert without_nets - with_nets == {"no_net_modes.js"}
    assert {"worker.js", "net.js", "see_mode.js", "why_mode.js"} <= with_nets - without_nets


def test_modules_have_at_most_300_lines():
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines())
               for path in WEB.iterdir() if path.name.endswith(".js")}  # fmt: skip
    assert max(lengths.values()) <= 300, lengths
