"""What ``doctor`` examines and prints, for findings that are given."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from minivgg import plots
from minivgg.cli import doctor, main
from minivgg.training.diagnosis.findings import Finding, Severity

CONFIG = {"seed": 7, "clip_norm": 0.5, "epochs": 9, "warmup": 2, "lr": 0.25}
FINDINGS = [
    Finding("loss", 3, "The loss is high.", "Lower it.", Severity.PROBLEM),
    Finding("images", None, "All is well."),
]


class Run:
    """A run whose images are words."""

    def __init__(self, folder):
        self.folder, self.config = Path(folder), dict(CONFIG)

    def dataset(self, split, bars):
        """The name of the split."""
        assert bars is False
        return split


class Plan:
    """What ``plan_training`` returns."""

    def __init__(self):
        optimizer = SimpleNamespace(lr=0.01)
        self.trainer = SimpleNamespace(net="net", loss="loss", optimizer=optimizer)
        self.train_loader, self.validation_loader = "loader", SimpleNamespace(dataset="validation")


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Given findings; what is asked for; and the current folder, which has a run "r"."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r").mkdir()
    layer = SimpleNamespace(
        name="conv1", kind="Conv2d", output=1.0, gradient=2.0, weight=3.0, dead=0.5, update=None
    )
    test = SimpleNamespace(rates=(1.0, 2.0), losses=(3.0, 4.0), suggested=0.5, current=0.25)
    found = SimpleNamespace(findings=FINDINGS, layers=[layer], range_test=test, troubles=["x"])
    fake = SimpleNamespace(found=found, asked=[], new=[], plans=[], plan=Plan(), drawn=[])

    def plan_training(run, images, progress):
        fake.plans.append((run, images, progress))
        return fake.plan

    def diagnose(*arguments, **options):
        fake.asked.append((arguments, options))
        return found

    def new_run(args, bars):
        fake.new.append((args, bars))
        return Run("doctor-run"), "train"

    monkeypatch.setattr(doctor, "plan_training", plan_training)
    monkeypatch.setattr(doctor, "diagnose", diagnose)
    monkeypatch.setattr(doctor, "new_run", new_run)
    monkeypatch.setattr(doctor, "read_history_csv", lambda path: [str(path)])
    monkeypatch.setattr(doctor.Run, "open", Run)
    monkeypatch.setattr(plots, "layer_sizes", lambda layers: "layers")
    monkeypatch.setattr(plots, "learning_rate_range", lambda test: "rates")
    monkeypatch.setattr(plots, "save", lambda figure, path: fake.drawn.append((figure, str(path))))
    return fake


def test_a_run_is_examined_from_its_start(fake, capsys):
    Path("r/history.csv").write_text("")
    assert main(["doctor", "r"]) == 0
    ((arguments, options),) = fake.asked
    assert arguments == ("net", "loader")
    assert options == {
        "loss": "loss", "optimizer": fake.plan.trainer.optimizer, "validation": "validation",
        "test": "test", "seed": 7, "max_gradient_norm": 0.5, "epochs": 9, "warmup": 2,
        "history": [str(Path("r/history.csv"))], "progress": False,
    }  # fmt: skip
    assert fake.plan.trainer.optimizer.lr == 0.25
    ((run, images, progress),) = fake.plans
    assert (run.config, images, progress) == (CONFIG, "train", False)
    assert not run.folder.exists()
    pictures = [str(Path("r/doctor") / name) for name in ("layers.png", "learning_rate.png")]
    assert fake.drawn == [("layers", pictures[0]), ("rates", pictures[1])]
    lines = capsys.readouterr().out.splitlines()
    assert "The loss is high." in " ".join(lines)
    assert "All is well" not in " ".join(lines)
    assert lines[-3:-1] == [f"wrote {path}" for path in pictures]
    assert re.fullmatch(
        r"2 checks in 0\.\d s, after 0\.\d s for reading the images and building the net", lines[-1]
    )
    assert main(["doctor", "r", "--all", "--strict"]) == 1
    assert "All is well." in capsys.readouterr().out
    fake.found.troubles = []
    assert main(["doctor", "r", "--strict"]) == 0
    assert main(["doctor", "--resume", "r"]) == 0


def test_settings_of_a_run_that_are_tried(fake, capsys):
    Path("r/history.csv").write_text("")
    assert main(["doctor", "r", "--lr", "0.5", "--batch-size", "3"]) == 0
    assert fake.plans[0][0].config == CONFIG | {"lr": 0.5, "batch_size": 3}
    assert fake.asked[0][1]["history"] == []
    assert fake.plan.trainer.optimizer.lr == 0.5
    assert main(["doctor", "r", "--weight-decay", "0.5", "--no-flip"]) == 2
    assert capsys.readouterr().err == (
        "minivgg: --flip is a setting of the run r; it can be examined with another lr, momentum, "
        "weight-decay, dropout, batch-size only\n"
    )
    assert main(["doctor", "r", "--seed", "0"]) == 2


def test_a_run_without_a_history_or_validation_images(fake):
    fake.plan.validation_loader = None
    assert main(["doctor", "r"]) == 0
    assert (fake.asked[0][1]["history"], fake.asked[0][1]["validation"]) == ([], None)


def test_the_options_of_train_are_examined_and_nothing_is_written(fake, tmp_path, capsys):
    Path("doctor-run").mkdir()
    Path("doctor-run/history.csv").write_text("")
    assert main(["doctor", "--lr", "0.5"]) == 0
    ((args, bars),) = fake.new
    assert Path(args.run).name.startswith("doctor")
    assert bars is False
    assert fake.asked[0][1]["history"] == []
    assert not fake.drawn
    assert "wrote" not in capsys.readouterr().out
    assert main(["doctor", "--to", "pictures"]) == 0
    assert [path for _, path in fake.drawn] == [
        str(Path("pictures") / name) for name in ("layers.png", "learning_rate.png")
    ]
    assert Path("pictures").is_dir()


def test_a_run_of_the_package_is_left_as_it_is(fake, monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGED_RUNS", Path("p"))
    assert main(["doctor", "p/cifar10"]) == 0
    assert not fake.drawn


def test_pictures_without_anything_to_draw_are_left_out(fake):
    fake.found.layers = []
    fake.found.range_test.losses = ()
    assert main(["doctor", "r"]) == 0
    assert not fake.drawn


def test_without_a_range_test_there_is_no_picture_of_it(fake, capsys):
    fake.found.range_test = None
    assert main(["doctor", "r", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    path = str(Path("r/doctor/layers.png"))
    assert (found["range_test"], found["pictures"]) == (None, [path])
    assert fake.drawn == [("layers", path)]


def test_bars_are_shown_on_a_terminal(fake, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr(Run, "dataset", lambda self, split, bars: (split, bars))
    assert main(["doctor", "r"]) == 0
    ((_, options),) = fake.asked
    assert (options["progress"], options["test"]) == (True, ("test", True))
    assert fake.plans[0][1:] == (("train", True), False)
    assert main(["doctor"]) == 0
    assert fake.new[0][1] is True


def test_the_findings_as_json(fake, capsys):
    assert main(["doctor", "r", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 0 <= found.pop("seconds") < 60
    assert found == {
        "findings": [
            {"name": "loss", "severity": "problem", "value": 3.0, "sentence": "The loss is high.",
             "advice": "Lower it."},
            {"name": "images", "severity": "ok", "value": None, "sentence": "All is well.",
             "advice": ""},
        ],
        "layers": [{"name": "conv1", "kind": "Conv2d", "output": 1.0, "gradient": 2.0,
                    "weight": 3.0, "dead": 0.5, "update": None}],
        "range_test": {"rates": [1.0, 2.0], "losses": [3.0, 4.0], "suggested": 0.5,
                       "current": 0.25},
        "pictures": [str(Path("r/doctor/layers.png")), str(Path("r/doctor/learning_rate.png"))],
    }  # fmt: skip
    fake.found.range_test = None
    assert main(["doctor", "r", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["range_test"] is None
