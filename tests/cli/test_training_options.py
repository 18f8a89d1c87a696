"""The options of the steps: what a run has of them, what is refused, and the best weights."""

import json

import numpy as np
import pytest

from minivgg import data, losses, optim, weights
from minivgg.cli import main
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.recipes import RECIPES, Recipe
from minivgg.training.run import Run
from minivgg.training.training_plan import plan_training

SMALL = ["--net", "4,M", "--hidden", "8", "--epochs", "3"]
OPTIONS = {
    "--optimizer": "adamw",
    "--warmup": "1",
    "--schedule": "cosine",
    "--clip-norm": "0.5",
    "--label-smoothing": "0.1",
    "--class-weights": "balanced",
    "--early-stopping": "2",
}
WORDS = [word for pair in OPTIONS.items() for word in pair]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run folder of a training with all of these options."""
    folder = tmp_path_factory.mktemp("run") / "digits"
    assert main(["train", "--run", str(folder), *SMALL, *WORDS]) == 0
    return folder


def refusal(capsys, *words):
    assert main(list(words)) == 2
    return capsys.readouterr().err


def test_the_options_are_in_the_config_and_in_the_training(trained):
    config = json.loads((trained / "config.json").read_text(encoding="utf-8"))
    assert (config["optimizer"], config["lr"], config["weight_decay"]) == ("adamw", 1e-3, 0.01)
    assert (config["warmup"], config["clip_norm"], config["early_stopping"]) == (1, 0.5, 2)
    run = Run.open(trained)
    images = run.dataset("train")
    trainer = plan_training(run, images, progress=False).trainer
    assert isinstance(trainer.optimizer, optim.AdamW)
    assert isinstance(trainer.schedule, optim.WarmUp)
    assert isinstance(trainer.callbacks[0], EarlyStopping)
    assert trainer.max_gradient_norm == 0.5
    assert isinstance(trainer.loss, losses.SoftmaxCrossEntropy)
    assert trainer.loss.label_smoothing == 0.1
    counts = np.bincount(run.training_sets(images)[0].labels)
    expected = counts.sum() / (10 * counts)
    assert trainer.loss.class_weights == pytest.approx(expected)


def test_a_run_of_an_earlier_version_trains_as_before(trained, tmp_path):
    config = json.loads((trained / "config.json").read_text(encoding="utf-8"))
    for name in ("optimizer", "warmup", "clip_norm", "label_smoothing", "class_weights"):
        del config[name]
    del config["early_stopping"]
    del config["checksum"]
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    run = Run.open(tmp_path)
    trainer = plan_training(run, run.dataset("train"), progress=False).trainer
    assert isinstance(trainer.optimizer, optim.SGD)
    assert isinstance(trainer.schedule, optim.CosineLR)
    assert (trainer.callbacks, trainer.max_gradient_norm) == ((), None)
    assert trainer.loss.settings == ()


def test_no_recipe_has_changed():
    later = ("optimizer", "warmup", "clip_norm", "label_smoothing", "class_weights")
    for recipe in RECIPES.values():
        for name in (*later, "early_stopping"):
            assert getattr(recipe, name) == Recipe._field_defaults[name]


def test_the_best_epoch_can_be_evaluated_exported_and_used(trained, tmp_path, capsys):
    best = weights.load(trained / "best.safetensors")
    weights.save(trained / "best.safetensors", {name: 0 * array for name, array in best.items()})
    zeros = Run.open(trained, best=True).net().state_dict()
    assert not any(array.any() for array in zeros.values())
    assert main(["evaluate", str(trained), "--best", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] < 0.2  # of a net of zeros
    file = tmp_path / "net.safetensors"
    assert main(["export", str(trained), "--best", "--out", str(file)]) == 0
    assert not any(array.any() for array in weights.load(file).values())
    assert main(["predict", str(trained / "samples"), "--run", str(trained), "--best"]) == 0
    assert "10.0 %" in capsys.readouterr().out
    (trained / "best.safetensors").unlink()
    assert "has no best.safetensors" in refusal(capsys, "evaluate", str(trained), "--best")


def test_the_model_card_says_how_the_losses_differ(trained):
    card = (trained / "MODEL_CARD.md").read_text(encoding="utf-8")
    others = "the others include label smoothing 0.1 and class weights."
    assert f"The first is plain cross-entropy; {others}" in card


@pytest.mark.slow
def test_early_stopping_says_where_it_stopped_and_resuming_goes_no_further(tmp_path, capsys):
    folder = str(tmp_path / "run")
    stop = ["--early-stopping", "1", "--lr", "0.3", "--seed", "2"]
    assert main(["train", "--run", folder, *SMALL[:-1], "30", *stop]) == 0
    out = capsys.readouterr().out
    assert "stopped after epoch" in out
    assert "validation loss has not improved for 1 epoch; best.safetensors has the weights" in out
    rows = (tmp_path / "run" / "history.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) < 30
    assert main(["train", "--resume", folder]) == 0
    assert "stopped after epoch" in capsys.readouterr().out
    again = (tmp_path / "run" / "history.csv").read_text(encoding="utf-8").splitlines()
    assert again == rows
    assert main(["train", "--resume", folder, "--early-stopping", "0", "--epochs", "15"]) == 0
    assert "stopped after epoch" not in capsys.readouterr().out
    longer = (tmp_path / "run" / "history.csv").read_text(encoding="utf-8").splitlines()
    assert len(longer) == 1 + 15
    assert Run.open(folder).config["early_stopping"] is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--optimizer", "adam", "--momentum", "0.5"], "--momentum is for --optimizer sgd"),
        (["--warmup", "3"], "--warmup must be at least 0 and smaller than --epochs (3), got 3"),
        (["--clip-norm", "0"], "--clip-norm must be a number above 0, got 0"),
        (["--label-smoothing", "1"], "--label-smoothing must be at least 0 and below 1"),
        (["--early-stopping", "0"], "--early-stopping must be at least 1, got 0"),
        (["--early-stopping", "2", "--validation", "0"], "images: use --validation 0.1"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path, capsys, words, message):
    assert message in refusal(capsys, "train", "--run", str(tmp_path / "r"), *SMALL, *words)
    assert not (tmp_path / "r").exists()


def test_an_option_without_its_value_names_what_there_is(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--class-weights"])
    assert "--class-weights takes a value: --class-weights balanced" in capsys.readouterr().err


@pytest.mark.parametrize("option", [name for name in OPTIONS if name != "--early-stopping"])
def test_the_options_cannot_change_in_the_middle_of_a_run(trained, capsys, option):
    err = refusal(capsys, "train", "--resume", str(trained), option, OPTIONS[option])
    assert f"{option} cannot change in the middle of a run" in err


def test_classes_without_training_images_cannot_be_balanced(trained):
    run = Run.open(trained)
    images = run.dataset("train")
    lacking = data.Subset(images, images.labels != 7)
    with pytest.raises(ValueError, match="the class 7 has no training images"):
        plan_training(run, lacking, progress=False)
