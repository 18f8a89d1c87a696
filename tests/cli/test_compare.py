"""Which of several nets is better: ``evaluate`` in detail, ``compare`` and ``summary``."""

import json
import shutil
from itertools import product

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import main
from minivgg.evaluation.significance import mcnemar, wilson_interval
from minivgg.plots.figure import PICTURE_FORMATS
from minivgg.training.history import read_history_csv
from minivgg.training.run import Run

NET = ["--net", "8,M", "--hidden", "16"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three trainings on the digits: of one epoch, of three, and of three with another seed."""
    root = tmp_path_factory.mktemp("runs")
    for name, epochs, seed in (("short", 1, 0), ("long", 3, 0), ("other", 3, 1)):
        arguments = ["--epochs", str(epochs), "--seed", str(seed)]
        assert main(["train", "--run", str(root / name), *NET, *arguments]) == 0
    return root


def images_of(folder, classes, count):
    """Class folders of plain colours with noise."""
    rng = np.random.default_rng(0)
    colours = {"blue": (40, 60, 220), "red": (220, 60, 40), "green": (40, 220, 60)}
    for name, k in product(classes, range(count)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        noise = rng.normal(colours[name], 30, (8, 8, 3)).clip(0, 255).astype(np.uint8)
        Image.fromarray(noise).save(folder / name / f"{k}.png")
    return folder


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    """A run that tells blue from red."""
    root = tmp_path_factory.mktemp("colours")
    photos = images_of(root / "photos", ["blue", "red"], 10)
    arguments = ["--data", str(photos), "--size", "8", "--epochs", "4", *NET]
    assert main(["train", "--run", str(root / "run"), *arguments]) == 0
    return root


def said(capsys, *arguments):
    """What a command that succeeds prints on stdout."""
    capsys.readouterr()
    assert main([str(a) for a in arguments]) == 0
    return capsys.readouterr().out


def fails(capsys, *arguments):
    """The one line on stderr of a command that must fail with status 2."""
    capsys.readouterr()
    assert main([str(a) for a in arguments]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


# evaluate


def test_the_json_of_evaluate_agrees_with_its_confusion_matrix(runs, capsys):
    found = json.loads(said(capsys, "evaluate", runs / "long", "--json"))
    matrix = np.array(found["confusion"])
    right, n = np.trace(matrix), matrix.sum()
    assert found["images"] == n == 359
    assert found["wrong"] == n - right
    assert found["accuracy"] == pytest.approx(right / n)
    assert found["accuracy_interval"] == pytest.approx(wilson_interval(int(right), int(n)))
    assert found["top5_accuracy"] > found["accuracy"]
    for k, row in enumerate(found["classes"]):
        assert row["recall"] == pytest.approx(matrix[k, k] / matrix[k].sum())
        if matrix[:, k].sum():
            assert row["precision"] == pytest.approx(matrix[k, k] / matrix[:, k].sum())
        else:
            assert row["precision"] is None
    recalls = [row["recall"] for row in found["classes"]]
    assert found["macro"]["recall"] == pytest.approx(np.mean(recalls))


def test_the_table_of_evaluate_ends_with_the_macro_average(runs, tmp_path, capsys):
    document = json.loads(said(capsys, "evaluate", runs / "long", "--json"))
    out = said(capsys, "evaluate", runs / "long", "--out", tmp_path / "t.csv")
    low, high = (f"{100 * share:.1f}" for share in document["accuracy_interval"])
    assert f"(95 % interval {low} to {high} %)" in out
    *_, last = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    shares = [f"{100 * document['macro'][name]:.1f}" for name in ("precision", "recall", "f1")]
    assert last.split(",") == ["macro average", "359", *shares, ""]


def test_the_json_of_a_protocol_has_each_net_and_the_average(runs, capsys):
    arguments = ["--fuse", "--scales", "8,9", "--limit", "20", "--json"]
    found = json.loads(said(capsys, "evaluate", runs / "short", runs / "long", *arguments))
    assert [net["scales"] for net in found["nets"][:2]] == [[8, 9], [8, 9]]
    assert found["nets"][2]["fused"] == [str(runs / "short"), str(runs / "long")]
    assert {net["images"] for net in found["nets"]} == {20}


def test_other_images_are_evaluated_by_the_names_of_their_classes(colours, tmp_path, capsys):
    """A folder of one class is right as a whole, though its class is number 0 there."""
    images_of(tmp_path / "more", ["red"], 5)
    arguments = ["evaluate", colours / "run", "--data", tmp_path / "more"]
    assert f"5 images of {tmp_path / 'more'}\n" in said(capsys, *arguments)
    found = json.loads(said(capsys, *arguments, "--json"))
    assert (found["split"], found["images"], found["accuracy"]) == ("all", 5, 1.0)
    assert found["top5_accuracy"] is None
    assert [row["images"] for row in found["classes"]] == [0, 5]
    images_of(tmp_path / "new", ["green"], 1)
    assert "green" in fails(capsys, "evaluate", colours / "run", "--data", tmp_path / "new")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--split", "tset"], "no split 'tset': did you mean 'test'? There are train and test"),
        (["--split", "q"], "digits has no split 'q'; there are train and test"),
        (["--scales", "papr"], "the word paper, got papr: did you mean paper?"),
        (["--scales", ","], "--scales must be numbers of pixels or the word paper, got ,"),
        (["--data", "mnits"], "did you mean 'mnist'?"),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(arguments, words, runs, capsys):
    assert words in fails(capsys, "evaluate", runs / "long", *arguments)


# compare


def test_a_clear_difference_is_told_from_chance(runs, tmp_path, capsys):
    arguments = ["compare", runs / "short", runs / "long"]
    out = said(capsys, *arguments, "--plot", tmp_path / "c.svg", "--out", tmp_path / "t.md")
    assert "long is " in out
    assert "more accurate than short; the difference is statistically significant" in out
    settings = out.partition("setting  ")[2].split("\n\n")[0].splitlines()
    assert [line.split() for line in settings[2:]] == [["epochs", "1", "3"]]
    assert (tmp_path / "c.svg").read_text(encoding="utf-8").count("<svg") == 1
    assert (tmp_path / "t.md").read_text(encoding="utf-8").startswith("| net | images |")


def test_the_json_of_compare_repeats_the_test_by_hand(runs, capsys):
    found = json.loads(
        said(capsys, "compare", *(runs / n for n in ("short", "long", "other")), "--json")
    )
    accuracies = {run["run"]: run["accuracy"] for run in found["runs"]}
    assert found["different_settings"] == {"seed": [0, 0, 1], "epochs": [1, 3, 3]}
    assert len(found["comparisons"]) == 3
    for pair in found["comparisons"]:
        difference = accuracies[pair["better"]] - accuracies[pair["other"]]
        assert pair["difference"] == pytest.approx(difference)
        assert pair["difference"] >= 0
        wins = pair["only_better_right"] - pair["only_other_right"]
        assert wins / 359 == pytest.approx(difference)
        assert pair["p"] == mcnemar(pair["only_better_right"], pair["only_other_right"])
        assert pair["more_than_noise"] == (pair["p"] < 0.0167)


def test_the_same_net_twice_is_equally_accurate(runs, tmp_path, capsys):
    shutil.copytree(runs / "long", tmp_path / "long")
    out = said(capsys, "compare", runs / "long", tmp_path / "long", "--limit", "50")
    assert "no setting differs" in out
    same = "are equally accurate; they are right on the same images"
    assert f"{runs / 'long'} and {tmp_path / 'long'} {same}" in out


def test_a_split_by_seed_is_other_images_with_another_seed(colours, tmp_path, capsys):
    shutil.copytree(colours / "run", tmp_path / "run")
    copy = Run.open(tmp_path / "run")
    copy.config["seed"] += 1
    copy.write_config()
    assert isinstance(copy.config["test"], float)
    arguments = ["compare", colours / "run", tmp_path / "run"]
    assert "on different images; test of two proportions" in said(capsys, *arguments)
    found = json.loads(said(capsys, *arguments, "--json"))
    assert found["comparisons"][0]["same_images"] is False


def test_nets_of_other_classes_are_compared_on_common_images_alone(colours, tmp_path, capsys):
    photos = images_of(tmp_path / "photos", ["blue", "green", "red"], 6)
    arguments = ["--data", photos, "--size", "8", "--epochs", "1", *NET]
    said(capsys, "train", "--run", tmp_path / "three", *arguments)
    both = ["compare", colours / "run", tmp_path / "three"]
    sentence = fails(capsys, *both)
    assert "three has other classes (blue, green, red) than" in sentence
    out = said(capsys, *both, "--data", colours / "photos")
    assert "number of classes" in out


def test_the_path_of_a_packaged_net_is_not_shown(colours, tmp_path, capsys):
    copy = shutil.copytree(colours / "run", tmp_path / "copy")
    run = Run.open(copy)
    run.config["init"] = str(Run.open("cifar10").folder.resolve())
    run.write_config()
    out = said(capsys, "compare", colours / "run", copy)
    assert [line.split() for line in out.splitlines() if line.startswith("init")] == [
        ["init", "–", "cifar10"]
    ]
    photo = next((colours / "photos").glob("*/*"))
    found = json.loads(said(capsys, "predict", photo, "--run", "cifar10", "--json"))
    assert found["net"] == "cifar10"


def test_images_that_have_moved_are_named(colours, tmp_path, capsys):
    copy = shutil.copytree(colours / "run", tmp_path / "copy")
    run = Run.open(copy)
    run.config["data"] = str(tmp_path / "gone")
    run.write_config()
    for arguments in (["evaluate", copy], ["train", "--resume", copy, "--epochs", "9"]):
        sentence = fails(capsys, *arguments)
        assert f"images that {copy} was trained on are no longer at {tmp_path / 'gone'}" in sentence
    assert "accuracy" in said(capsys, "evaluate", copy, "--data", colours / "photos")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "compare takes at least two runs; for one: evaluate "),
        (["nowhere"], "there is no folder nowhere"),
        (["LONG"], "is named twice: compare takes runs that differ"),
        (["FILE"], "is a file, not a run folder: its run is "),
        (["ROOT"], "is a folder of run folders: name one of them, such as "),
        (["SHORT", "--plot", "c.bmp"], "--plot writes .png, .jpg, .jpeg, .svg or .pdf, not c.bmp"),
        (["SHORT", "--out", "t.txt"], "--out writes .csv or .md, not t.txt"),
        (["SHORT", "--limit", "0"], "--limit must be at least 1"),
    ],
)
def test_a_comparison_that_cannot_be_made_gets_one_sentence(arguments, words, runs, capsys):
    places = {"SHORT": runs / "short", "LONG": runs / "other" / ".." / "long", "ROOT": runs}
    places["FILE"] = runs / "short" / "weights.safetensors"
    given = [places.get(a, a) for a in arguments]
    assert words in fails(capsys, "compare", runs / "long", *given)


def test_runs_without_a_history_have_no_curves(runs, tmp_path, capsys):
    copies = [shutil.copytree(runs / name, tmp_path / name) for name in ("short", "long")]
    (copies[0] / "history.csv").unlink()
    arguments = ["compare", *copies, "--plot", tmp_path / "c.png", "--limit", "9"]
    assert main([str(a) for a in arguments]) == 0
    assert "no history.csv in short: their curves are left out" in capsys.readouterr().err
    (copies[1] / "history.csv").unlink()
    assert "none of these runs has a history.csv" in fails(capsys, *arguments)


def test_a_damaged_history_is_named(runs, tmp_path, capsys):
    copy = shutil.copytree(runs / "short", tmp_path / "copy")
    (copy / "history.csv").write_text("epoch,loss\n1,x\n", encoding="utf-8")
    sentence = fails(capsys, "compare", copy, runs / "long", "--plot", tmp_path / "c.png")
    assert f"{copy / 'history.csv'} is not the history of a training run" in sentence


def test_a_history_is_read_as_it_was_written(runs):
    rows = read_history_csv(runs / "long" / "history.csv")
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    assert all(0 < row["train_accuracy"] < 1 and row["loss"] > 0 for row in rows)


# summary


def test_a_net_that_no_memory_holds_is_described(capsys):
    """26 GB of weights, and a hundred times as many: only their shapes are asked for."""
    assert "6,597,626,728" in said(capsys, "summary", "64,M,128")
    found = json.loads(said(capsys, "summary", "64,M,128", "--hidden", "1000000", "--json"))
    inputs = 128 * 112 * 112
    hidden = inputs * 1_000_000 + 1_000_000 + 1_000_000 * 1000 + 1000
    assert found["parameters"] == 64 * 28 + 128 * 577 + hidden
    assert found["layers"][0]["output_shape"] == [64, 224, 224]
    assert found["layers"][2]["receptive_field"] == [4, 4]
    assert sum(layer["multiply_adds"] for layer in found["layers"]) == found["multiply_adds"]


def test_a_net_of_the_package_is_described(capsys):
    assert "1,098,602" in said(capsys, "summary", "cifar10")


@pytest.mark.parametrize("suffix", PICTURE_FORMATS)
def test_a_net_is_drawn_in_every_format(suffix, tmp_path, capsys):
    path = tmp_path / f"net{suffix}"
    json.loads(said(capsys, "summary", "--json", "--plot", path))
    assert path.stat().st_size > 1000


def test_a_file_of_weights_is_described_as_its_run(runs, capsys):
    of_run = said(capsys, "summary", runs / "short")
    assert said(capsys, "summary", runs / "short" / "weights.safetensors") == of_run
    refused = fails(capsys, "summary", runs / "short" / "weights.safetensors", "--classes", "3")
    assert "have no meaning for a file of weights" in refused


def test_what_is_not_a_net_gets_one_sentence(runs, tmp_path, capsys):
    text = runs / "short" / "config.json"
    assert f"{text} is not a weights file" in fails(capsys, "summary", text)
    assert "is not a run folder: it has no config.json" in fails(capsys, "summary", tmp_path)
    drawn = fails(capsys, "summary", "D", "--plot", tmp_path / "net.bmp")
    assert "--plot writes .png, .jpg, .jpeg, .svg or .pdf, not net.bmp" in drawn
