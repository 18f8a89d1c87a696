"""What ``compare`` concludes from given results: no net is run."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.cli import compare, main
from minivgg.cli.compare import Comparison
from minivgg.evaluation.metrics import Evaluation
from minivgg.evaluation.significance import mcnemar, two_proportions

CLASSES = ["a", "b"]
CONFIG = {
    "data": "digits", "test": None, "seed": 0, "classes": CLASSES, "net": [4, "M"], "init": None,
    "mean": [0.5], "std": [1], "colors": None, "minivgg": "1", "lr": 0.1, "hidden": [8, 9],
}  # fmt: skip
LABELS = np.arange(100) % 2


def result(right, labels=LABELS):
    """An evaluation that is right for the first images, or for those given."""
    is_right = np.arange(100) < right if isinstance(right, int) else np.asarray(right)
    predicted = np.where(is_right, labels, 1 - labels)
    return Evaluation.from_probabilities(np.eye(2)[predicted] * 0.8 + 0.1, labels, CLASSES)


@pytest.fixture
def begin(monkeypatch):
    """Runs by their folders, and what was read and evaluated of them."""
    asked = []

    def start(**results):
        runs = {}
        for name, (config, found) in results.items():
            folder = Path(f"{name}/run" if name.startswith("same") else name)
            runs[str(folder)] = SimpleNamespace(
                name=str(folder), folder=folder, config=CONFIG | config, result=found,
                net=lambda found=found: found, loader=len,
                dataset=lambda *a, **o: asked.append((a, o)) or range(100),
            )  # fmt: skip
        monkeypatch.setattr(compare.Run, "open", runs.__getitem__)
        monkeypatch.setattr(compare.metrics, "evaluate", lambda net, count, progress: net)
        monkeypatch.setattr(compare, "limited", lambda images, limit: images[:limit])
        return list(runs), asked

    return start


def said(capsys, *words):
    assert main(["compare", *words]) == 0
    return capsys.readouterr().out


def test_the_page_about_two_runs(begin, tmp_path, capsys):
    names, asked = begin(worse=({"lr": 0.2}, result(40)), better=({"hidden": []}, result(90)))
    out = said(capsys, *names, "--out", str(tmp_path / "t.csv"))
    assert [line.rstrip() for line in out.splitlines()] == [
        "100 test images of digits",
        "",
        "net     images  accuracy, %  95 % interval    loss",
        "──────────────────────────────────────────────────",
        "worse      100        40.00  30.9 to 49.8   1.4237",
        "better     100        90.00  82.6 to 94.5   0.3251",
        "",
        "setting  worse  better",
        "──────────────────────",
        "lr       0.2       0.1",
        "hidden   8, 9",
        "",
        "better is 50.00 percentage points more accurate than worse; the difference is "
        "statistically significant (50 images only the first has right, 0 only the second; "
        "McNemar's exact test, p = 2e-15)",
        f"wrote {tmp_path / 't.csv'}",
    ]
    assert asked == [(("test", False), {"data": None})] * 2
    table = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert table[1].startswith("worse,100,40.00,30.9 to 49.8,")


def test_the_same_as_json(begin, tmp_path, capsys):
    names, _ = begin(worse=({"lr": 0.2}, result(40)), better=({}, result(90)))
    words = ["--json", "--out", str(tmp_path / "t.md"), "--data", "o", "--split", "train"]
    assert main(["compare", *names, *words]) == 0
    out, err = capsys.readouterr()
    assert err == f"wrote {tmp_path / 't.md'}\n"
    found = json.loads(out)
    worse, better = found["runs"]
    assert (worse["run"], worse["data"], worse["split"], worse["wrong"]) == (
        "worse",
        "o",
        "train",
        60,
    )
    assert better["accuracy"] == 0.9
    assert found["different_settings"] == {"lr": [0.2, 0.1]}
    assert found["comparisons"] == [
        {"better": "better", "other": "worse", "difference": 0.5, "same_images": True,
         "only_better_right": 50, "only_other_right": 0, "p": mcnemar(50, 0),
         "more_than_noise": True}
    ]  # fmt: skip


def test_three_runs_are_compared_in_pairs_from_the_best_on(begin, capsys):
    names, _ = begin(
        a=({"init": "x/y"}, result(50)), b=({"net": "A"}, result(70)), c=({}, result(60))
    )
    out = said(capsys, *names)
    lines = [line for line in out.splitlines() if "percentage" in line]
    assert [line.split(" more accurate than ")[0] for line in lines] == [
        "b is 10.00 percentage points", "b is 20.00 percentage points",
        "c is 10.00 percentage points",
    ]  # fmt: skip
    assert out.endswith("\n(3 comparisons: each counts as noise unless p < 0.017)\n")
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line}
    assert rows["net"] == ["4,M", "A", "4,M"]
    assert rows["init"] == ["x/y", "–", "–"]


def test_runs_of_one_name_are_told_apart_by_their_paths(begin, capsys):
    names, _ = begin(same1=({}, result(50)), same2=({}, result(50)))
    out = said(capsys, *names)
    assert "no setting differs\n\n" in out
    same = f"{names[0]} and {names[1]} are equally accurate; they are right on the same images"
    assert same in out


def named(name, found, **config):
    return compare.Tested(name, SimpleNamespace(name=name, config=CONFIG | config), "test", found)


@pytest.mark.parametrize(
    ("p", "comparisons", "only", "expected"),
    [
        (0.049, 1, (9, 4), "the difference is statistically significant"),
        (0.05, 1, (9, 4), "this may be chance: these images cannot tell which net is better"),
        (0.024, 2, (9, 4), "the difference is statistically significant"),
        (0.026, 2, (9, 4), "this may be chance: these images cannot tell which net is better"),
        (1.0, 1, (0, 0), "they are right on the same images"),
        (1.0, 1, (0, 1), "this may be chance: these images cannot tell which net is better"),
    ],
)
def test_what_is_concluded_from_p(p, comparisons, only, expected):
    pair = Comparison(named("x", result(9)), named("y", result(4)), *only, p)
    sentence = compare._sentence(pair, comparisons)
    assert f"; {expected} (" in sentence
    assert sentence.startswith("x is 5.00 percentage points more accurate than y; ")


@pytest.mark.parametrize(
    ("p", "text"),
    [(1.0, "1"), (0.0499, "0.05"), (1e-4, "0.0001"), (9.9e-5, "1e-04"), (2e-20, "2e-20"),
     (1e-300, "1e-300"), (9e-301, "0"), (0.0, "0")],
)  # fmt: skip
def test_probabilities_have_two_digits(p, text):
    assert compare._probability(p) == text


ARGS = SimpleNamespace(data=None)


def test_the_same_images_are_compared_one_by_one():
    first = np.arange(100) < 60
    second = (np.arange(100) < 50) | (np.arange(100) > 96)
    pair = compare._compared(ARGS, named("x", result(first)), named("y", result(second)))
    assert (pair.only_better, pair.only_other, pair.p) == (10, 3, mcnemar(10, 3))
    other = named("y", result(second), data="cifar10")
    pair = compare._compared(ARGS, named("x", result(first)), other)
    assert (pair.only_better, pair.only_other) == (None, None)
    assert (pair.better.name, pair.other.name) == ("x", "y")
    assert pair.p == two_proportions((60, 53), (100, 100))
    assert "on different images; test of two proportions, p = " in compare._sentence(pair, 1)


@pytest.mark.parametrize(
    ("first", "second", "data", "is_same"),
    [
        ({}, {}, None, True),
        ({"data": "x"}, {"data": "y"}, None, False),
        ({"data": "x"}, {"data": "y"}, "z", True),
        ({"test": "test"}, {"test": "val"}, None, False),
        ({"test": None, "seed": 1}, {"test": None, "seed": 2}, None, True),
        ({"test": 0.2, "seed": 1}, {"test": 0.2, "seed": 1}, None, True),
        ({"test": 0.2, "seed": 1}, {"test": 0.2, "seed": 2}, None, False),
        ({"test": 0.2, "seed": 1}, {"test": 0.3, "seed": 1}, None, False),
    ],
)
def test_which_images_are_the_same(first, second, data, is_same):
    pair = named("x", result(9), **first), named("y", result(9), **second)
    assert compare._same_images(SimpleNamespace(data=data), *pair) is is_same
    other = named("y", result(9, labels=1 - LABELS), **second)
    assert not compare._same_images(SimpleNamespace(data=data), pair[0], other)


def test_a_folder_is_the_same_by_two_paths(tmp_path):
    (tmp_path / "photos").mkdir()
    paths = [str(tmp_path / "photos"), str(tmp_path / "photos" / ".." / "photos")]
    sources = [compare._source(SimpleNamespace(config=CONFIG | {"data": path})) for path in paths]
    assert sources[0] == sources[1]


def test_other_classes_are_refused_in_a_sentence(begin, capsys):
    many = [f"k{k}" for k in range(6)]
    names, _ = begin(
        x=({}, result(9)), y=({"classes": many}, result(9)), z=({"classes": ["b", "a"]}, result(9))
    )
    assert main(["compare", *names]) == 2
    assert "y has other classes (k0, k1, k2, k3 and 2 more) than x (a, b): compare them on" in (
        capsys.readouterr().err
    )
    assert main(["compare", "x", "z"]) == 0


def test_curves_are_drawn_of_the_runs_that_have_a_history(begin, tmp_path, capsys, monkeypatch):
    from minivgg import plots

    monkeypatch.chdir(tmp_path)
    for name in ("x", "z"):
        Path(name).mkdir()
        (Path(name) / "history.csv").write_text("")
    drawn = []
    monkeypatch.setattr(compare, "read_history_csv", str)
    monkeypatch.setattr(plots, "compared_curves", lambda histories: drawn.append(histories))
    monkeypatch.setattr(plots, "save", lambda figure, path: drawn.append(path))
    names, _ = begin(x=({}, result(9)), y=({}, result(9)), z=({}, result(9)))
    assert main(["compare", *names, "--plot", "p.png"]) == 0
    out, err = capsys.readouterr()
    assert out.endswith("wrote p.png\n")
    assert err == "minivgg: no history.csv in y: their curves are left out\n"
    assert drawn == [{n: str(Path(n) / "history.csv") for n in ("x", "z")}, "p.png"]
    assert main(["compare", "x", "x"]) == 2
    assert "x is named twice: compare takes runs that differ" in capsys.readouterr().err
    (Path("x") / "history.csv").unlink()
    assert main(["compare", "x", "y", "--plot", "p.png"]) == 2
    assert capsys.readouterr().err == (
        "minivgg: none of these runs has a history.csv: there are no curves to draw\n"
    )
    assert main(["compare", "x"]) == 2
    assert "compare takes at least two runs; for one: evaluate x\n" in capsys.readouterr().err
