"""Photographs of one's own on the command line: what it says, and that its advice works."""

import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import main, parser
from minivgg.training.run import Run
from minivgg.utils.installation import how_to_install
from minivgg.utils.notices import Notice

NET = ["--net", "4,M,8,M", "--hidden", "16", "--epochs", "1", "--batch-size", "4"]
CLASSES = ("고양이", "강아지")


@pytest.fixture(autouse=True)
def fonts_for_every_script(monkeypatch):
    """The names of the classes are Korean, and this machine may lack a font for them."""
    monkeypatch.setattr("minivgg.plots.fonts.notify", lambda text: None)


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


def test_photographs_of_different_sizes_are_brought_to_one(photos, capsys):
    assert main(["train", "--data", "photos", *NET, "--run", "runs/a"]) == 0
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert "the first image 62×60: all images are brought to 64×64 (--size chooses" in line
    assert "of 3×64×64, 2 classes" in said.out
    assert main(["train", "--data", "photos", "--size", "16", *NET, "--run", "runs/b"]) == 0
    said = capsys.readouterr()
    assert "of 3×16×16" in said.out
    assert not said.err
    with pytest.raises(SystemExit):
        main(["train", "--data", "photos", "--size", "8", "8", "8"])
    assert "one number, or height and width, got 3 numbers" in capsys.readouterr().err


@pytest.fixture
def plain(photos):
    """The same without splits: "photos/class/image", seven a class, one twice."""
    for name in CLASSES:
        (photos / name).mkdir()
        for split in ("train", "test"):
            for file in (photos / split / name).iterdir():
                file.rename(photos / name / f"{split} {file.name}")
        (photos / name / "train 8.png").write_bytes((photos / name / "test 8.png").read_bytes())
    for folder in ("train", "test"):
        for name in CLASSES:
            (photos / folder / name).rmdir()
        (photos / folder).rmdir()
    return photos


def test_class_folders_without_splits_train_by_one_command(plain, capsys):
    options = ["--data", "photos", "--size", "8", *NET, "--test", "0.4", "--run", "runs/a"]
    assert main(["train", *options]) == 0
    said = capsys.readouterr()
    assert "8 training, 0 validation and 6 test images" in said.out
    assert "no folders train and test: 40 % of the images of each class are test images" in said.err
    config = Run.open("runs/a").config
    assert (config["test"], config["validation"]) == (0.4, 0.1)
    shared = [line for line in said.err.splitlines() if "may have memorised them" in line]
    assert len(shared) <= 1
    assert main(["evaluate", "runs/a"]) == 0
    assert "6 test images" in capsys.readouterr().out
    assert main(["train", "--resume", "runs/a", "--epochs", "2"]) == 0
    assert "8 training" in capsys.readouterr().out
    run = Run.open("runs/a")
    with pytest.warns(Notice):
        train, test = (set(run.dataset(split).files) for split in ("train", "test"))
    assert not train & test
    assert len(train | test) == 14
    whole = run.dataset("test", data="photos")
    assert (len(whole), whole.classes) == (14, config["classes"])
    (plain / "토끼").mkdir()
    Image.new("RGB", (8, 8)).save(plain / "토끼" / "1.png")
    with pytest.raises(ValueError, match="class '토끼', which the net does not know"):
        run.dataset("test", data="photos")
    assert "above 0 and below 1" in fails(capsys, "train", "--data", "photos", "--test", "1")
    assert "digits has its own" in fails(capsys, "train", "--test", "0.3")


def test_a_folder_val_is_the_validation_and_without_a_test_the_test_too(photos, capsys):
    (photos / "test").rename(photos / "valid")
    options = ["--data", "photos", "--size", "8", *NET]
    assert main(["train", *options, "--run", "runs/a"]) == 0
    said = capsys.readouterr()
    assert "8 training, 6 validation and 6 test images" in said.out
    assert "has no test images: the accuracy on valid is reported at the end" in said.err
    config = Run.open("runs/a").config
    assert (config["test"], config["validation"]) == ("valid", "valid")
    assert main(["evaluate", "runs/a"]) == 0
    assert main(["train", "--resume", "runs/a", "--epochs", "2"]) == 0
    capsys.readouterr()
    (photos / "test").mkdir()
    for name in CLASSES:
        (photos / "valid" / name).rename(photos / "test" / name)
        (photos / "valid" / name).mkdir()
        image = photos / "test" / name / "10.png"
        image.rename(photos / "valid" / name / "10.png")
    assert main(["train", *options, "--run", "runs/b"]) == 0
    said = capsys.readouterr()
    assert "8 training, 2 validation and 4 test images" in said.out
    assert not said.err
    assert Run.open("runs/b").config["test"] is None
    assert main(["train", *options, "--validation", "0.25", "--run", "runs/c"]) == 0
    assert "6 training, 2 validation and 4 test images" in capsys.readouterr().out
    wrong = fails(capsys, "train", *options, "--test", "0.3", "--run", "runs/d")
    assert "has the folders train, valid, test" in wrong


def test_training_images_that_are_tested_too_are_counted(photos, capsys):
    for name in CLASSES:
        (photos / "test" / name / "8.png").write_bytes(
            (photos / "train" / name / "9.png").read_bytes()
        )
    assert main(["train", "--data", "photos", "--size", "8", *NET, "--run", "runs/a"]) == 0
    assert "2 test images of 6 are among the training images too" in capsys.readouterr().err


def test_names_that_are_not_utf8_work_to_the_end(photos, capsys):
    name = b"gr\xfcn".decode("utf-8", "surrogateescape")
    for split in ("train", "test"):
        (photos / split / CLASSES[0]).rename(photos / split / name)
    assert main(["train", "--data", "photos", "--size", "8", *NET, "--run", "runs/a"]) == 0
    assert Run.open("runs/a").config["classes"] == sorted([r"gr\xfcn", CLASSES[1]])
    assert len(list(Path("runs/a/samples").iterdir())) == 2
    assert main(["evaluate", "runs/a", "--out", "e.csv"]) == 0
    assert main(["predict", "photos", "--run", "runs/a", "--out", "n.csv", "--grid", "n.png"]) == 0
    assert r"photos/test/gr\xfcn/8.png" in Path("n.csv").read_text(encoding="utf-8")


def test_the_commands_that_a_training_ends_with_are_for_its_own_run(run, photos, capsys):
    """The last one starts from the packaged net, for there are few images."""
    capsys.readouterr()
    other = ["--data", "photos", "--size", "8", "8", *NET, "--run", "runs/newest"]
    assert main(["train", *other, "--init", run]) == 0
    assert "start from a trained net" not in capsys.readouterr().out
    arguments = ["train", "--data", "photos", "--size", "8", "8", *NET, "--run", "runs/c"]
    assert main(arguments) == 0
    first, chance, last = capsys.readouterr().out.split("\ntry ")[1].splitlines()
    command = shlex.split(first.partition("minivgg ")[2])
    assert command == ["predict", "runs/c/samples", "--run", "runs/c"]
    assert main(command) == 0
    assert "the test accuracy may be chance" in chance  # three of six images are right
    command = shlex.split(chance.partition("minivgg ")[2])
    assert command == ["doctor", "runs/c"]
    assert parser().parse_args(command).folder == "runs/c"
    command = shlex.split(last.partition("start from a trained net: ")[2])[3:]
    assert parser().parse_args(command).init == "cifar10"
    assert main([*command, "--epochs", "1", "--run", "runs/tuned"]) == 0
    out = capsys.readouterr().out
    assert "cifar10: medium-32x32 with batch norm at 32×32; 9 of 10 layers; new: fc6" in out
    assert "for 2 classes" in out


def test_of_another_net_it_says_what_is_copied_what_is_new_and_how_to_take_all(photos, capsys):
    other = ["--net", "small-32x32", "--no-batch-norm"]
    start = ["train", "--data", "photos", *other, "--epochs", "1"]
    assert main([*start, "--init", "cifar10", "--run", "runs/a"]) == 0
    lines = capsys.readouterr().out.splitlines()
    k = next(k for k, line in enumerate(lines) if line.startswith("from "))
    assert lines[k] == (
        "from    cifar10: a partial start: small-32x32 at 32×32; 4 of 8 layers; "
        "new: conv3_1, conv3_2, fc4, fc5 for 2 classes"
    )
    options = lines[k + 1].partition("to take all of its layers, add ")[2]
    assert options == "--net medium-32x32 --batch-norm"
    said = fails(capsys, *start, "--init", "cifar10", "--freeze", "pool3", "--run", "runs/b")
    assert "would freeze conv3_1, which is untrained: the --init run has this layer, but" in said
    assert said.endswith(f"add {options}")
    assert main([*start, "--init", "cifar10", "--run", "runs/b", *options.split()]) == 0
    assert "to take all" not in capsys.readouterr().out


def test_a_training_starts_from_a_packaged_net_by_its_name(photos, capsys):
    """Net, batch norm and size are the start's; what only a file needs is refused for a run."""
    train = ["train", "--data", "photos", "--epochs", "1"]
    assert main([*train, "--init", "cifar10", "--run", "runs/a"]) == 0
    out = capsys.readouterr().out
    assert "of 3×32×32" in out
    assert "from    cifar10: medium-32x32 with batch norm at 32×32; 9 of 10 layers; new: fc6" in out
    config = Run.open("runs/a").config
    assert (config["mean"], config["std"]) == tuple(
        Run.open("cifar10").config[name] for name in ("mean", "std")
    )
    assert (config["lr"], config["batch_size"], config["schedule"]) == (0.003, 32, "cosine")
    assert main([*train, "--init", "vgg16-pool3", "--size", "8", "--run", "runs/b"]) == 0
    out = capsys.readouterr().out
    assert "at 8×8; 7 of 8 layers; new: fc4 for 2 classes" in out
    assert "its maps are in the unit of pixels: each convolution is divided by" in out
    assert Run.open("runs/b").config["lr"] == 0.001
    assert main(["train", "--resume", "runs/b", "--epochs", "2"]) == 0
    capsys.readouterr()
    again = [*train, "--run", "runs/c"]
    assert "is a run, which knows its" in fails(capsys, *again, "--init", "cifar10", "--pixels=bgr")
    assert "--mean says what the weights of --init" in fails(capsys, *again, "--mean", "0.5")
    for name, meant in (("vgg16_pool3", "vgg16-pool3"), ("vgg-16", "vgg16"), ("cifar", "cifar10")):
        said = fails(capsys, *again, "--init", name)
        assert said.endswith(f"no run folder, file or net {name}: did you mean {meant}?")
    assert "there is no weights file no.keras" in fails(capsys, *again, "--init", "no.keras")
    assert "--run is empty" in fails(capsys, *train, "--run", "")


def test_a_run_folder_has_a_model_card_of_its_config_and_results(photos, run):
    card = Path(run, "MODEL_CARD.md").read_text(encoding="utf-8")
    assert card.startswith("# a b\n\n**Net.** `4,M,8,M`, for one of 2 classes: 강아지, 고양이.\n")
    assert "**Training data.** 8 images of `photos`." in card
    assert "% of 6 test images are classified correctly (95 % interval " in card
    assert "Lowest recalls: " in card
    assert "It was trained from scratch." in card
    assert "RGB images of 8×8 pixels" in card


def test_files_that_are_not_read_are_counted_but_not_those_of_the_system(photos, run, capsys):
    class_folder = photos / "test" / CLASSES[0]
    for name in ("1.HEIC", "2.heic", "notes.txt", "Thumbs.db", ".DS_Store", "._8.png"):
        (class_folder / name).write_bytes(b"")
    (photos / "test" / "9.png").write_bytes((class_folder / "9.png").read_bytes())
    unread = "minivgg: left out: 3 files (.heic, .txt)"
    beside = " and 1 image beside the class folders"
    hint = f"; to read .heic: {how_to_install('heic')}"
    capsys.readouterr()
    for command, expected in (
        (["train", "--data", "photos", "--size", "8", "8", *NET], unread + beside + hint),
        (["evaluate", run], unread + beside + hint),
        (["evaluate", run, "--protocol", "centre"], unread + beside + hint),
        (["predict", class_folder, "--run", run], unread + hint),
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
    assert header == 'class,images,"precision, %","recall, %","F1, %",most often mistaken for'
    of_classes = [[name, "3"] for name in sorted(CLASSES)]
    total = ["macro average", str(3 * len(CLASSES))]
    assert [row.split(",")[:2] for row in rows] == [*of_classes, total]


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
        ("--plot", "a.gif", "--plot writes .png, .jpg, .jpeg, .svg or .pdf, not a.gif"),
        ("--map", "a", "--map writes .png, .jpg, .jpeg, .svg or .pdf, not a"),
        ("--out", "names.txt", "--out writes .csv or .md, not names.txt"),
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
