"""What ``evaluate`` prints and writes, for results that are given: no net is run."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.cli import evaluate, main
from minivgg.cli.evaluation_images import described, limited
from minivgg.data import ArrayDataset
from minivgg.evaluation.metrics import Evaluation

CLASSES = ["cat", "dog", "owl"]
LABELS = np.array([0, 0, 0, 1, 1])
PREDICTED = np.array([0, 1, 1, 1, 2])


def result(labels=LABELS, predicted=PREDICTED, classes=CLASSES):
    probabilities = np.full((len(labels), len(classes)), 0.1)
    probabilities[np.arange(len(labels)), predicted] = 0.6
    return Evaluation.from_probabilities(probabilities, labels, classes, loss=0.25)


class Net:
    """A run whose test images and results are given."""

    def __init__(self, name, **more):
        self.folder, self.name = Path(name), name
        self.config = {"data": "digits", "classes": CLASSES, "scale": None}
        self.shape, self.test_scale, self.scale, self.result = (3, 8, 8), 8, None, result()
        self.__dict__ |= more
        images = np.zeros((len(self.result.labels), 1, 8, 8), np.uint8)
        self.images = ArrayDataset(images, self.result.labels, self.result.classes)
        self.asked = []

    def dataset(self, *arguments, **options):
        """The given images."""
        self.asked.append((arguments, options))
        return self.images

    def loader(self, images):
        """How many images are to be evaluated."""
        return len(images)

    def net(self):
        """Itself, so that its result is found."""
        return self

    model_under_test = net

    def new_net(self, initializer):
        """Nothing but its name."""
        return initializer


@pytest.fixture
def begin(monkeypatch):
    """Make these runs the ones that there are; returns what they were opened and evaluated with."""

    def start(*runs):
        calls = SimpleNamespace(opened=[], evaluated=[])
        by_name = {run.name: run for run in runs}

        def open_run(folder, best):
            calls.opened.append((folder, best))
            return by_name[folder]

        def by_class(net, count, progress):
            calls.evaluated.append((net.name, count, progress))
            return net.result

        def by_protocol(model, images, protocol, scales, progress):
            calls.evaluated.append((model.name, len(images), protocol, scales, progress))
            return model.result

        monkeypatch.setattr(evaluate.Run, "open", open_run)
        monkeypatch.setattr(evaluate.metrics, "evaluate", by_class)
        monkeypatch.setattr(evaluate.protocols, "evaluate", by_protocol)
        return calls

    return start


TABLE = """\
class          images  precision, %  recall, %  F1, %  most often mistaken for
──────────────────────────────────────────────────────────────────────────────
cat                 3         100.0       33.3   50.0  dog (2×)
dog                 2          33.3       50.0   40.0  owl (1×)
owl                 0           0.0          –    0.0
macro average       5          66.7       41.7   45.0
"""


def lines(text):
    return [line.rstrip() for line in text.splitlines()]


def test_the_report_class_by_class(begin, capsys):
    run = Net("r")
    calls = begin(run)
    assert main(["evaluate", "r"]) == 0
    out = capsys.readouterr().out
    assert lines(out) == lines(
        "r: 5 test images of digits\n"
        "accuracy 40.00 % (95 % interval 11.8 to 76.9 %), loss 0.2500, 3 wrong\n\n" + TABLE
    )
    assert calls.opened == [("r", False)]
    assert calls.evaluated == [("r", 5, False)]
    assert run.asked == [(("test", False), {"data": None})]


def test_options_of_the_images(begin, capsys):
    run = Net("r")
    calls = begin(run)
    assert main(["evaluate", "r", "--best", "--data", "m", "--split", "train", "--limit", "2"]) == 0
    assert capsys.readouterr().out.startswith("r: 5 train images of m\n")
    assert calls.opened == [("r", True)]
    assert calls.evaluated == [("r", 2, False)]
    assert run.asked == [(("train", False), {"data": "m"})]


def test_the_report_as_json(begin, tmp_path, capsys):
    begin(Net("r"))
    assert main(["evaluate", "r", "--json", "--out", str(tmp_path / "t.md")]) == 0
    out, err = capsys.readouterr()
    assert err == f"wrote {tmp_path / 't.md'}\n"
    found = json.loads(out)
    interval = found.pop("accuracy_interval")
    assert interval == pytest.approx([0.118, 0.769], abs=1e-3)
    third = pytest.approx(1 / 3)
    assert found == {
        "run": "r", "data": "digits", "split": "test", "images": 5, "wrong": 3, "accuracy": 0.4,
        "top5_accuracy": None, "loss": 0.25,
        "macro": {"precision": pytest.approx(2 / 3), "recall": pytest.approx(5 / 12), "f1": 0.45},
        "classes": [
            {"class": "cat", "images": 3, "precision": 1.0, "recall": third, "f1": 0.5,
             "most_often_mistaken_for": "dog"},
            {"class": "dog", "images": 2, "precision": third, "recall": 0.5, "f1": 0.4,
             "most_often_mistaken_for": "owl"},
            {"class": "owl", "images": 0, "precision": 0.0, "recall": None, "f1": 0.0,
             "most_often_mistaken_for": None},
        ],
        "confusion": [[1, 2, 0], [0, 1, 1], [0, 0, 0]],
    }  # fmt: skip


@pytest.mark.parametrize(("count", "is_told"), [(5, False), (6, True)])
def test_the_top_5_error_is_told_where_it_can_be_more_than_0(count, is_told, begin, capsys):
    begin(Net("r", result=result(classes=[str(k) for k in range(count)])))
    main(["evaluate", "r"])
    assert (", top-5 100.00 %, loss" in capsys.readouterr().out) is is_told
    main(["evaluate", "r", "--json"])
    found = json.loads(capsys.readouterr().out)["top5_accuracy"]
    assert found == (1.0 if is_told else None)
    main(["evaluate", "r", "--protocol", "dense"])
    assert capsys.readouterr().out.split()[-1] == ("0.00" if is_told else "–")


def test_the_newest_run_is_evaluated_by_default(begin, capsys, monkeypatch):
    calls = begin(Net("new"))
    monkeypatch.setattr(evaluate, "newest_run", lambda: "new")
    assert main(["evaluate"]) == 0
    assert calls.opened == [("new", False)]


def test_the_table_of_a_protocol(begin, tmp_path, capsys):
    scale = SimpleNamespace(range=(256, 512))
    one = SimpleNamespace(range=(256, 256))
    runs = [
        Net("x/a"),
        Net("b", scale=scale, test_scale=384, result=result(predicted=LABELS)),
        Net("c", scale=one, test_scale=256),
    ]
    calls = begin(*runs)
    words = ["--fuse", "--protocol", "both", "--out", str(tmp_path / "t.csv"), "--limit", "4"]
    assert main(["evaluate", "x/a", "b", "c", *words]) == 0
    out = capsys.readouterr().out
    assert lines(out)[:-1] == lines(
        "4 test images of digits, 3 classes; protocol: both\n\n"
        "net           trained at S  tested at Q  top-1 error, %  top-5 error, %\n"
        "───────────────────────────────────────────────────────────────────────\n"
        "a             as they are             8           60.00               –\n"
        "b             [256; 512]            384            0.00               –\n"
        "c             256                   256           60.00               –\n"
        "all 3, fused                                      60.00               –\n"
    )
    assert lines(out)[-1] == f"wrote {tmp_path / 't.csv'}"
    assert calls.evaluated == [
        (name, 4, "both", (q,), False) for name, q in (("x/a", 8), ("b", 384), ("c", 256))
    ]
    assert runs[0].asked == [(("test", False), {"own_sizes": True, "largest": 384, "data": None})]
    assert not runs[1].asked


def test_a_protocol_as_json(begin, capsys):
    begin(Net("a"), Net("b", result=result(predicted=LABELS)))
    assert (
        main(["evaluate", "a", "b", "--fuse", "--json", "--scales", "9", "8,7", "--data", "o"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert (found["data"], found["split"], found["protocol"]) == ("o", "test", "centre")
    first, second, fused = found["nets"]
    assert (first["run"], first["scales"], first["wrong"]) == ("a", [9, 8, 7], 3)
    assert (second["run"], second["wrong"]) == ("b", 0)
    assert (fused["fused"], fused["images"]) == (["a", "b"], 5)


def test_the_average_is_of_probabilities(begin, capsys):
    sure = Net("a", result=result(predicted=LABELS))
    weights = 0.5 * sure.result.probabilities + 0.5 / 3
    unsure = Evaluation.from_probabilities(weights[:, [1, 2, 0]], LABELS, CLASSES)
    begin(sure, Net("b", result=unsure))
    main(["evaluate", "a", "b", "--fuse", "--json"])
    fused = json.loads(capsys.readouterr().out)["nets"][2]
    mean = (sure.result.probabilities + unsure.probabilities) / 2
    assert fused["accuracy"] == 1.0
    assert fused["loss"] == pytest.approx(-np.log(mean[np.arange(5), LABELS]).mean())


def test_the_papers_scales_are_those_around_the_training_scale(begin, capsys, monkeypatch):
    asked = []
    monkeypatch.setattr(evaluate, "stride", lambda net, shape: (net, shape))
    monkeypatch.setattr(
        evaluate.protocols, "paper_scales", lambda *arguments: asked.append(arguments) or (7, 8, 9)
    )
    own = Net("a", shape=(3, 8, 16))
    scaled = Net("b")
    scaled.config["scale"] = (9, 14)
    calls = begin(own, scaled)
    assert main(["evaluate", "a", "b", "--scales", "paper"]) == 0
    assert asked == [(8, 16, ("zeros", (3, 8, 16))), ((9, 14), 8, ("zeros", (3, 8, 8)))]
    assert calls.evaluated[0][3] == (7, 8, 9)
    assert "7, 8, 9" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "changes", "sentence"),
    [
        (["a", "--fuse"], {}, "--fuse averages several nets: name at least two runs"),
        (["a", "b"], {"config": {"data": "o", "classes": CLASSES}},
         "b (3 classes of o, RGB) cannot be in one table with a (3 classes of digits, RGB): they "
         "are for different images"),
        (["a", "b"], {"shape": (1, 8, 8)}, "b (3 classes of digits, grey) cannot be in one table"),
        (["a", "b"], {"config": {"data": "digits", "classes": ["cat", "dog", "eel"]}},
         "they are for different images"),
        (["a", "--scales", "-8"], {}, "--scales must be numbers of pixels or the word paper, got "),
        (["a", "--scales", "²"], {}, "--scales must be numbers of pixels or the word paper, got ²"),
        (["a", "--scales", "9", "paper"], {}, "the word paper, got 9 paper"),
        (["a", "--limit", "0"], {}, "--limit must be at least 1, got 0"),
        (["a", "--out", "t.txt"], {}, "--out writes .csv or .md, not t.txt"),
    ],
)  # fmt: skip
def test_what_cannot_be_evaluated(words, changes, sentence, begin, capsys):
    begin(Net("a"), Net("b", **changes))
    assert main(["evaluate", *words]) == 2
    assert sentence in capsys.readouterr().err


def test_nets_of_other_data_are_tested_on_the_same_images(begin, capsys):
    begin(Net("a"), Net("b", config={"data": "o", "classes": CLASSES, "scale": None}))
    assert main(["evaluate", "a", "b", "--data", "p"]) == 0
    assert "5 test images of p" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, range(10)), (10, range(10)), (11, range(10)), (1, [0]), (2, [0, 9]), (4, [0, 3, 6, 9])],
)
def test_a_limit_takes_images_evenly(limit, expected):
    images = ArrayDataset(
        np.zeros((10, 1, 2, 2), np.uint8), np.arange(10), [str(k) for k in range(10)]
    )
    assert list(limited(images, limit).labels) == list(expected)


def test_all_images_of_a_folder_are_of_no_split():
    assert described(1234, "test", "d") == "1,234 test images of d"
    assert described(1, "all", "d") == "1 images of d"
