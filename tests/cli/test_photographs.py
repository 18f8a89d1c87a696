"""Photographs of one's own on the command line: what it says, and that its advice works."""

import shlex

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import main, parser

NET = ["--net", "4,M,8,M", "--hidden", "16", "--epochs", "1", "--batch-size", "4"]
CLASSES = ("고양이", "강아지")


@pytest.fixture
def photos(tmp_path, monkeypatch, rng):
    """A folder of photographs of 60 to 62 pixels, which is the current folder's "photos"."""
    monkeypatch.chdir(tmp_path)
    for split, count in (("train", 4), ("test", 3)):
        for name in CLASSES:
            (tmp_path / "photos" / split / name).mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 256, (60 + i % 3, 60, 3), np.uint8)
                Image.fromarray(pixels).save(tmp_path / "photos" / split / name / f"{i + 8}.png")
    return tmp_path / "photos"


@pytest.fixture
def run(photos, capsys):
    """A run folder of a net that was trained on them."""
    assert main(["train", "--data", "photos", "--size", "8", "8", *NET, "--run", "runs/a b"]) == 0
    return "runs/a b"


def fails(capsys, *arguments):
    """The one line on stderr of a command that must fail with status 2."""
    assert main([str(a) for a in arguments]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


# train


def test_photographs_of_different_sizes_need_an_option_of_the_command_line(photos, capsys):
    said = fails(capsys, "train", "--data", "photos")
    assert (
        "the first image 62×60: add --size 64 64 (height, width) to bring them to one size" in said
    )
    assert "size=" not in said


def test_the_commands_that_a_training_ends_with_are_for_its_own_run(run, photos, capsys):
    """The second one starts from the packaged net, for there are few images."""
    capsys.readouterr()
    other = ["--data", "photos", "--size", "8", "8", *NET, "--run", "runs/newest"]
    assert main(["train", *other, "--init", run]) == 0
    assert "start from a trained net" not in capsys.readouterr().out
    arguments = ["train", "--data", "photos", "--size", "8", "8", *NET, "--run", "runs/c"]
    assert main(arguments) == 0
    first, second = capsys.readouterr().out.split("\ntry ")[1].splitlines()
    command = shlex.split(first.partition("minivgg ")[2])
    assert command == ["predict", "runs/c/samples", "--run", "runs/c"]
    assert main(command) == 0
    command = shlex.split(second.partition("start from a trained net: ")[2])[3:]
    assert parser().parse_args(command).init == "cifar10"
    assert main([*command, "--epochs", "1", "--run", "runs/tuned"]) == 0
    assert ": 17 of 18 layers (conv1_1, " in capsys.readouterr().out


def test_of_another_net_it_says_what_is_copied_what_is_new_and_how_to_take_all(photos, capsys):
    start = ["train", "--data", "photos", "--size", "32", "32", "--epochs", "1"]
    assert main([*start, "--init", "cifar10", "--run", "runs/a"]) == 0
    lines = capsys.readouterr().out.splitlines()
    k = next(k for k, line in enumerate(lines) if line.startswith("from "))
    assert lines[k] == (
        "from    cifar10: 4 of 8 layers (conv1_1, conv1_2, conv2_1, conv2_2); "
        "new: conv3_1, conv3_2, fc4, fc5"
    )
    options = lines[k + 1].partition("to take all of its layers, add ")[2]
    assert options == "--net medium-32x32 --batch-norm"
    said = fails(capsys, *start, "--init", "cifar10", "--freeze", "pool3", "--run", "runs/b")
    assert "would freeze conv3_1, which is untrained: the --init run has this layer, but" in said
    assert said.endswith(f"add {options}")
    assert main([*start, "--init", "cifar10", "--run", "runs/b", *options.split()]) == 0
    assert "to take all" not in capsys.readouterr().out


def test_files_that_are_not_read_are_counted_but_not_those_of_the_system(photos, run, capsys):
    class_folder = photos / "test" / CLASSES[0]
    for name in ("1.HEIC", "2.heic", "notes.txt", "Thumbs.db", ".DS_Store", "._8.png"):
        (class_folder / name).write_bytes(b"")
    (class_folder / "deeper").mkdir()
    (class_folder / "deeper" / "9.png").write_bytes((class_folder / "9.png").read_bytes())
    unread = "minivgg: left out: 3 files (.heic, .txt)"
    deeper = " and 1 image below the class folders"
    capsys.readouterr()
    for command, expected in (
        (["train", "--data", "photos", "--size", "8", "8", *NET], unread + deeper),
        (["evaluate", run], unread + deeper),
        (["evaluate", run, "--protocol", "centre"], unread + deeper),
        (["predict", class_folder, "--run", run], unread),
    ):
        assert main(list(map(str, command))) == 0
        assert capsys.readouterr().err.splitlines() == [expected]


# evaluate


def test_the_report_class_by_class_is_written_as_well(run, capsys):
    """With two classes, top-5 is always right, and not mentioned."""
    capsys.readouterr()
    assert main(["evaluate", run, "--out", "report.csv"]) == 0
    out = capsys.readouterr().out
    assert "accuracy" in out
    assert "top-5" not in out
    assert "most often mistaken for" in out
    with open("report.csv", encoding="utf-8") as file:
        header, *rows = file.read().splitlines()
    assert header == 'class,images,"correct, %",most often mistaken for'
    assert [row.split(",")[:2] for row in rows] == [[name, "3"] for name in sorted(CLASSES)]


# predict


def test_a_folder_is_listed_as_people_count_and_summed_up(photos, run, capsys):
    capsys.readouterr()
    assert main(["predict", f"photos/test/{CLASSES[0]}", "--run", run]) == 0
    *lines, total = capsys.readouterr().out.splitlines()
    assert [line.split()[0].rpartition("/")[2] for line in lines] == ["8.png", "9.png", "10.png"]
    assert total.startswith("3 images: ")
    assert sum(int(part.split()[0]) for part in total.partition(": ")[2].split(", ")) == 3


def test_one_damaged_file_of_several_is_left_out_and_a_missing_one_stops(photos, run, capsys):
    good = f"photos/test/{CLASSES[0]}/8.png"
    (photos / "bad.png").write_text("no image")
    capsys.readouterr()
    assert main(["predict", "photos/bad.png", good, "--run", run]) == 0
    said = capsys.readouterr()
    assert "left out: photos/bad.png is not an image" in said.err
    assert said.out.startswith(f"{good}: ")
    assert "there is no image" in fails(capsys, "predict", good, "photos/none.png", "--run", run)
    assert "bad.png is not an image" in fails(capsys, "predict", "photos/bad.png", "--run", run)


@pytest.mark.parametrize(
    ("option", "file", "words"),
    [
        ("--out", "no/x.csv", "cannot write no/x.csv: there is no folder no"),
        ("--grid", "no/x.png", "cannot write no/x.png: there is no folder no"),
        ("--plot", "a.gif", "--plot writes a PNG file, not a.gif: let its name end with .png"),
        ("--map", "a.jpg", "--map writes a PNG file, not a.jpg"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_computed(
    option, file, words, photos, capsys
):
    """Before the net is read: there is no such run."""
    image = f"photos/test/{CLASSES[0]}/8.png"
    assert words in fails(capsys, "predict", image, "--run", "nowhere", option, file)


def test_the_weights_of_a_run_are_used_by_its_name(photos, run, capsys):
    image = f"photos/test/{CLASSES[0]}/8.png"
    for weights in (run, f"{run}/weights.safetensors"):
        said = fails(capsys, "predict", image, "--weights", weights)
        assert said.endswith(f"{weights}: these are the weights of a run: use --run '{run}'")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("runs/a c", "runs/a b"),
        ("a b", "runs/a b"),
        (r"runs\a b", "runs/a b"),
        ("cifar-10", "cifar10"),
        ("Cifar10", "cifar10"),
    ],
)
def test_a_run_that_is_not_there_and_the_one_that_is_meant(given, meant, run, capsys):
    said = fails(capsys, "evaluate", given)
    assert said == f"minivgg: there is no folder {given}: did you mean {meant}?"


def test_a_folder_or_file_that_is_no_run(photos, capsys):
    assert "photos is not a run folder: it has no config.json" in fails(
        capsys, "evaluate", "photos"
    )
    image = f"photos/test/{CLASSES[0]}/8.png"
    assert f"{image} is a file, not a run folder" in fails(capsys, "evaluate", image)
    said = fails(capsys, "train", "--data", "C:\\photos\\")
    assert r"'C:\photos\' is neither a dataset nor an existing path" in said


def test_the_help_of_net_lists_the_names_of_torchvision(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "vgg16" in capsys.readouterr().out.split("--net NAME")[-1].split("--hidden")[0]
