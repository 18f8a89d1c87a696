"""The command line as a newcomer uses it, with one clear sentence for each mistake."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import minivgg
from minivgg import weights
from minivgg.cli import main, parser
from minivgg.data import read_image
from minivgg.training import checkpoint
from minivgg.training.run import Run
from minivgg.training.run_folders import free_folder, newest_run

SMALL = ["--net", "8,M,16,M", "--hidden", "32"]
QUICK = ["--epochs", "2", *SMALL]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run folder of a short training on the digits."""
    folder = tmp_path_factory.mktemp("run") / "digits"
    assert main(["train", "--run", str(folder), *QUICK]) == 0
    return folder


@pytest.fixture
def run(trained, tmp_path):
    """A copy of it, to spoil."""
    return shutil.copytree(trained, tmp_path / "copy")


def fails(capsys, *arguments):
    """The one line on stderr of a command that must fail with status 2."""
    assert main([str(a) for a in arguments]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("minivgg: ")
    return lines[0]


# train


def test_training_leaves_everything_in_the_run_folder(trained):
    pictures = ["confusion.png", "curves.png", "filters.png", "mistakes.png"]
    written = ["MODEL_CARD.md", "best.safetensors", "config.json", "history.csv"]
    assert sorted(p.name for p in trained.iterdir()) == sorted(
        ["checkpoints", "samples", "weights.safetensors", *written, *pictures]
    )
    for name in pictures:
        with Image.open(trained / name) as image:
            assert min(image.size) > 100
    assert sorted(p.name for p in (trained / "samples").iterdir()) == [
        f"{k}.png" for k in range(10)
    ]
    config = json.loads((trained / "config.json").read_text())
    assert config["net"] == [8, "M", 16, "M"]
    assert config["hidden"] == [32]
    assert config["epochs"] == 2


@pytest.mark.slow
def test_training_prints_the_test_accuracy(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train", *QUICK, "--seed", "1"]) == 0
    out = capsys.readouterr().out
    assert "1,294 training, 144 validation and 359 test images of 1×8×8, 10 classes" in out
    assert "test accuracy" in out
    assert "runs/digits" in out
    assert newest_run() == free_folder("x").parent / "digits"
    assert free_folder("digits").name == "digits-2"


@pytest.mark.slow
def test_every_command_on_every_device(device, tmp_path, capsys):
    """With the stand-in for a GPU: nothing is silently mixed with NumPy, and devices can change."""
    run = str(tmp_path / "r")
    assert main(["train", "--run", run, "--device", device, "--epochs", "1", *SMALL]) == 0
    assert main(["evaluate", run, "--device", device]) == 0
    assert main(["predict", f"{run}/samples/3.png", "--run", run, "--device", device]) == 0
    assert main(["train", "--resume", run, "--device", "cpu", "--epochs", "2"]) == 0
    assert f"on      {device}" in capsys.readouterr().out


@pytest.mark.slow
def test_resuming_a_finished_run_for_more_epochs_equals_one_long_run(run, tmp_path, capsys):
    assert main(["train", "--resume", str(run), "--epochs", "3"]) == 0
    assert main(["train", "--run", str(tmp_path / "long"), "--epochs", "3", *SMALL]) == 0
    long, resumed = (
        weights.load(folder / "weights.safetensors") for folder in (tmp_path / "long", run)
    )
    assert (
        json.loads((run / "config.json").read_text())["step_size"]
        == json.loads((tmp_path / "long" / "config.json").read_text())["step_size"]
    )
    assert all(long[name].tobytes() == resumed[name].tobytes() for name in long)


@pytest.mark.slow
def test_equal_runs_write_equal_bytes(tmp_path):
    for name in "ab":
        assert main(["train", "--run", str(tmp_path / name), "--epochs", "1", *SMALL]) == 0
    parts = ("weights", "checkpoints/*/model", "checkpoints/*/optimizer")
    for part in parts:
        (first,), (second,) = ([*(tmp_path / n).glob(f"{part}.safetensors")] for n in "ab")
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.slow
def test_ctrl_c_on_the_command_line_saves_and_says_how_to_go_on(tmp_path):
    command = [sys.executable, "-m", "minivgg", "train", "--run", "r", "--epochs", "500"]
    environment = os.environ | {"PYTHONPATH": str(Path(minivgg.__file__).parents[1])}
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = iter(process.stdout.readline, "")  # which ends with the process
    assert any(line.startswith("    1") for line in lines), process.stderr.read()
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "saved in r; continue with: python -m minivgg train --resume r" in err


@pytest.mark.slow
def test_images_of_ones_own(tmp_path, rng):
    """Two classes of coloured noise in a folder: learned, evaluated and predicted."""
    for split in ("train", "test"):
        for k, name in enumerate(("red", "blue")):
            folder = tmp_path / "colours" / split / name
            folder.mkdir(parents=True)
            for i in range(12):
                pixels = rng.integers(0, 100, (10, 12, 3), np.uint8)
                pixels[:, :, 2 * k] += 120
                Image.fromarray(pixels).save(folder / f"{i}.png")
    settings = [
        "--size",
        "8",
        "8",
        "--epochs",
        "6",
        "--batch-size",
        "4",
        "--net",
        "4,M,8,M",
        "--hidden",
        "16",
        "--batch-norm",
        "--no-flip",
    ]
    assert (
        main(
            ["train", "--data", str(tmp_path / "colours"), "--run", str(tmp_path / "r"), *settings]
        )
        == 0
    )
    config = json.loads((tmp_path / "r" / "config.json").read_text())
    assert (config["classes"], config["input_shape"], config["batch_norm"], config["flip"]) == (
        ["blue", "red"],
        [3, 8, 8],
        True,
        False,
    )
    assert main(["evaluate", str(tmp_path / "r")]) == 0


# evaluate, predict


def test_evaluate_by_protocol_where_nothing_was_rescaled(trained, capsys):
    assert (
        main(["evaluate", str(trained), "--protocol", "both", "--scales", "paper", "--limit", "5"])
        == 0
    )
    assert "as they are   8, 12 " in capsys.readouterr().out


def test_evaluate_repeats_the_accuracy_of_training(trained, capsys):
    assert main(["evaluate", str(trained)]) == 0
    out = capsys.readouterr().out
    assert "359 test images of digits" in out
    assert "most often mistaken for" in out
    assert main(["evaluate", str(trained), "--split", "train"]) == 0
    assert "1,438 train images" in capsys.readouterr().out


def test_predict_names_the_class_and_the_five_most_probable(trained, tmp_path, capsys):
    images = [str(trained / "samples" / f"{k}.png") for k in (3, 0)]
    assert (
        main(["predict", *images, "--run", str(trained), "--plot", str(tmp_path / "answer.png")])
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert [
        line.split(": ")[0] for line in lines if not line.startswith(" ") and ".png: " in line
    ] == images
    percents = [float(line.split()[-2]) for line in lines[1:6]]
    assert percents == sorted(percents, reverse=True)
    assert 50 < sum(percents) <= 100.3
    assert (tmp_path / "answer.png").exists()


def test_predict_takes_any_size_and_colour(trained, tmp_path, capsys):
    """Colour scans of dark ink on white, 80 pixels high, are rescaled, made grey and inverted."""
    originals, scans = [], []
    for k in range(10):
        originals.append(str(trained / "samples" / f"{k}.png"))
        scans.append(str(tmp_path / f"{k}.jpg"))
        with Image.open(originals[-1]) as sample:
            large = sample.resize((80, 80), Image.Resampling.NEAREST)
            Image.eval(large, lambda v: 255 - v).convert("RGB").save(scans[-1], quality=95)
        read = 255 - read_image(scans[-1], 1, (8, 8))
        assert (
            np.abs(read.astype(int) - read_image(originals[-1], 1)).mean() < 30
        )  # of 255; scaling blurs

    def answers(*arguments):
        assert main(["predict", *arguments, "--run", str(trained)]) == 0
        return [
            line.split(": ")[1]
            for line in capsys.readouterr().out.splitlines()
            if not line.startswith(" ")
        ]

    def agreement(*options):
        return sum(
            a == b for a, b in zip(answers(*scans, *options), answers(*originals), strict=True)
        )

    assert agreement("--invert") > agreement()


def test_a_run_that_has_not_ended_can_be_used(run):
    (run / "weights.safetensors").unlink()
    assert main(["evaluate", str(run)]) == 0


# summary, gradcheck, help


def test_summary(capsys, trained):
    assert main(["summary", "vgg16"]) == 0
    assert "138,357,544" in capsys.readouterr().out
    assert (
        main(["summary", "8,16x1,M", "--input", "3", "8", "6", "--classes", "4", "--batch-norm"])
        == 0
    )
    assert "Conv2d(8, 16, 1)" in capsys.readouterr().out
    assert main(["summary", "small-8x8_bn"]) == 0
    assert "99,562" in capsys.readouterr().out
    assert main(["summary", str(trained)]) == 0
    assert "16×2×2" in capsys.readouterr().out


def test_summary_of_googlenet(capsys, tmp_path):
    plot = tmp_path / "net.svg"
    assert main(["summary", "googlenet", "--plot", str(plot)]) == 0
    said = capsys.readouterr().out
    assert "6,624,904  1,498,376,192" in said
    assert plot.exists()
    assert main(["summary", "GoogLeNet", "--classes", "2", "--input", "3", "64", "64"]) == 0
    assert "Linear(1024, 2)" in capsys.readouterr().out


def test_gradcheck(capsys):
    assert main(["gradcheck", "ReLU", "Linear", "mseloss"]) == 0
    assert "3 of 3 layers and losses correct (seed 0)" in capsys.readouterr().out


def test_gradcheck_prints_the_same_for_the_same_seed(capsys):
    outputs = []
    for seed in ("5", "5", "6"):
        assert main(["gradcheck", "Linear", "BatchNorm2d", "--seed", seed]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] != outputs[2]


def test_gradcheck_finds_a_broken_layer(capsys, monkeypatch):
    from minivgg import layers

    monkeypatch.setattr(layers.ReLU, "backward", lambda self, dy: dy)
    assert main(["gradcheck", "ReLU"]) == 1
    assert "Look at dx" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["train", "evaluate", "predict", "summary", "gradcheck"])
def test_help_shows_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"python -m minivgg {command}" in capsys.readouterr().out.split("example")[-1]


@pytest.mark.parametrize(
    ("given", "name"),
    [("he", "kaiming_normal"), ("glorot", "xavier_uniform"), ("normal", "normal")],
)
def test_initializers_are_known_by_older_names_too(given, name):
    assert parser().parse_args(["train", "--initializer", given]).initializer == name


@pytest.mark.slow
def test_help_is_quick_to_import():
    """--help must not load matplotlib."""
    code = "import sys, minivgg.cli; assert 'matplotlib' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# mistakes


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--data", "didgits"], "did you mean 'digits'"),
        (["train", "--net", "vgg61"], "did you mean"),
        (["train", "--net", "E"], "nothing is left of 8×8 pixels"),
        (["train", "--net", "8,Q"], "'Q' is not a valid layer"),
        (["train", "--epochs", "0"], "--epochs must be at least 1, got 0"),
        (["train", "--batch-size", "-3"], "--batch-size must be at least 1"),
        (["train", "--lr", "-1"], "lr must be a finite number of at least 0"),
        (["train", "--dropout", "2"], "between 0 and 1"),
        (["train", "--validation", "1"], "at least 0 and below 1"),
        (["train", "--seed", "-1"], "--seed must be at least 0"),
        (["train", "--threads", "0"], "number of threads must be from 1"),
        (["train", "--threads", "100000"], "must be from 1 to"),
        (["train", "--momentum", "1.5"], "momentum must be below 1"),
        (["train", "--validation", "0.999"], "leaves none of the 1438 images to train on"),
        (["train", "--schedule", "plateau", "--validation", "0"], "needs validation images"),
        (["train", "--resume", "nowhere"], "there is no folder nowhere: the runs are cifar10"),
        (["evaluate", "nowhere"], "there is no folder nowhere: the runs are cifar10"),
        (["train", "--net", "resnet18"], "'resnet18': the VGG nets are A, A-LRN"),
        (["train", "--net", "GoogLeNet"], "models.googlenet builds that net. The VGG nets are A"),
        (["summary", "googlenett"], "there is no net 'googlenett': did you mean 'googlenet'?"),
        (["summary", "alexnet"], "'alexnet': models.alexnet builds that net. The VGG nets are A"),
        (["summary", "resnet50"], "'resnet50': the VGG nets are A, A-LRN"),
        (
            ["train", "--init", "resnet50"],
            "run folder, file or net resnet50: the nets are imagenet",
        ),
        (
            ["train", "--net", "64 M 128"],
            "layers are separated by commas only: 64,M,128",
        ),
        (
            ["train", "--net", "64M,128M"],
            "layers are separated by commas only: 64,M,128,M",
        ),
        (["summary", "[64,'M',128]"], "layers are separated by commas only: 64,M,128,"),
        (["summary", "D", "--input", "32", "32", "3"], "channels, height and width in this order"),
        (["summary", "D", "--classes", "0"], "--classes must be at least 1, got 0"),
        (["summary", "googlenet", "--classes", "0"], "--classes must be at least 1, got 0"),
        (["summary", "googlenet", "--batch-norm"], "have no meaning for googlenet"),
        (["summary", "googlenet", "--input", "3", "9", "9"], "use at least 31×31"),
        (["train", "--data", ""], "--data is empty"),
        (["evaluate", ""], "RUN is empty"),
        (["predict", ""], "IMAGE is empty"),
        (["predict", "a.png", ""], "IMAGE is empty"),
        (["train", "--resume", ""], "--resume is empty"),
        (["train", "--resume="], "--resume is empty"),
        (["train", "--run", ""], "--run is empty"),
        (["doctor", ""], "RUN is empty"),
        (["doctor", "--to", ""], "--to is empty"),
        (["lessons", ""], "N is empty"),
        (["progress", ""], "FOLDER is empty"),
        (["assignment", "hidden", "--to", ""], "--to is empty"),
        (["assignment", "hidden", "--to", "h", "--seed", "-1"], "--seed must be at least 0, got"),
        (["grade", "", "--out", "o"], "SUBMISSIONS is empty"),
        (
            ["train", "--data", "https://a.b/c.zip"],
            "is an address: download it, and name the folder",
        ),
        (["train", "--recipe", "resnet"], "there is no recipe 'resnet': there are digits, mnist"),
        (["evaluate"], "no runs in runs/"),
        (["summary", "vgg61"], "did you mean"),
        (["train", "--size", "4", "4"], "digits has its own"),
        (["train", "--hidden", "0"], "each at least 1"),
        (["train", "--crop", "8"], "could shift all of a 8×8 image away"),
        (["train", "--net", "²,M"], "'²' is not a valid layer"),
        (["gradcheck", "--seed", "-1"], "--seed must be at least 0"),
        (["summary", "D", "--input", "3", "16", "16"], "nothing is left of 16×16 pixels"),
        (
            ["gradcheck", "Convv2d"],
            "no layer or loss 'Convv2d': did you mean 'Conv2d'? There are Conv2d",
        ),
    ],
)
def test_a_mistake_gets_one_sentence_and_leaves_nothing_behind(
    arguments, words, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert words in fails(capsys, *arguments)
    assert not any(tmp_path.iterdir())


@pytest.mark.skipif(os.environ.get("MINIVGG_DEVICE") == "gpu", reason="there is a GPU")
def test_asking_for_a_gpu_that_is_not_there(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert "pip install cupy" in fails(capsys, "train", "--device", "gpu")


def test_a_folder_with_other_files_is_not_made_a_run_folder(tmp_path, capsys):
    (tmp_path / "history.csv").write_text("precious")
    assert "holds other files" in fails(capsys, "train", "--run", tmp_path)
    assert (tmp_path / "history.csv").read_text() == "precious"


def test_the_newest_run_is_one_with_weights(run, tmp_path, monkeypatch):
    """A run that diverged before its first checkpoint does not hide the good one."""
    (tmp_path / "runs" / "failed").mkdir(parents=True)
    shutil.move(run, tmp_path / "runs" / "good")
    (tmp_path / "runs" / "failed" / "config.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert newest_run().name == "good"


@pytest.mark.parametrize("later", ["model.safetensors", "weights.safetensors"])
def test_an_extended_run_is_used_as_far_as_it_got(run, later):
    """Interrupted in an extension, the checkpoint is newer, whatever the times of the files are."""
    assert Run.open(run).weights_file().name == "weights.safetensors"
    newest = checkpoint.latest(run / "checkpoints")
    extended = newest.rename(newest.with_name("epoch-0099-batch-000000")) / "model.safetensors"
    for path in (extended, run / "weights.safetensors"):
        time = 2**62 if path.name == later else 0
        os.utime(path, ns=(time, time))
    assert Run.open(run).weights_file() == extended


def test_the_weights_of_an_earlier_version_tell_no_epoch_and_no_checkpoint_is_older(run):
    weights.save(run / "weights.safetensors", weights.load(run / "weights.safetensors"))
    newest = checkpoint.latest(run / "checkpoints")
    assert Run.open(run).weights_file() == newest / "model.safetensors"
    shutil.rmtree(run / "checkpoints")
    assert Run.open(run).weights_file() == run / "weights.safetensors"


@pytest.mark.slow
def test_a_terminal_without_the_signs_gets_question_marks(tmp_path):
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "minivgg", "summary"],
        capture_output=True,
        cwd=tmp_path,
        env=environment,
    )
    assert done.returncode == 0
    assert b"total" in done.stdout


def test_a_run_folder_that_is_a_file(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    assert "taken is a file" in fails(capsys, "train", "--run", tmp_path / "taken")


def test_a_run_is_never_overwritten(run, capsys):
    assert "already holds a run" in fails(capsys, "train", "--run", run)


@pytest.mark.slow
def test_an_extended_run_that_is_interrupted_goes_on_to_its_new_end(run):
    """The command that Ctrl-C prints names no epochs: they must be in the folder."""
    assert main(["train", "--resume", str(run), "--epochs", "4"]) == 0
    assert json.loads((run / "config.json").read_text())["epochs"] == 4


@pytest.mark.slow
def test_a_net_that_begins_with_a_pool_or_has_no_filters(tmp_path, capsys):
    assert (
        main(
            [
                "train",
                "--run",
                str(tmp_path / "a"),
                "--epochs",
                "1",
                "--net",
                "M,4",
                "--hidden",
                "8",
            ]
        )
        == 0
    )
    assert (tmp_path / "a" / "filters.png").exists()
    assert (
        main(
            [
                "train",
                "--run",
                str(tmp_path / "b"),
                "--epochs",
                "1",
                "--net",
                "M,LRN",
                "--hidden",
                "--lr",
                "0.001",
            ]
        )
        == 0
    )
    assert not (tmp_path / "b" / "filters.png").exists()
    assert main(["evaluate", str(tmp_path / "b")]) == 0


@pytest.mark.slow
def test_resuming_a_finished_run_says_that_there_is_nothing_to_train(run, capsys):
    before = weights.load(run / "weights.safetensors")
    for epochs in ([], ["--epochs", "1"]):
        assert main(["train", "--resume", str(run), *epochs]) == 0
        assert (
            "nothing to train: the run has 2 epochs already, and --epochs counts them too: a "
            "number above 2 continues it" in capsys.readouterr().out
        )
    assert all(
        a.tobytes() == before[name].tobytes()
        for name, a in weights.load(run / "weights.safetensors").items()
    )


def test_settings_cannot_change_in_the_middle(run, capsys):
    assert "--epochs must be at least 1" in fails(
        capsys, "train", "--resume", run, "--epochs", "-3"
    )
    assert json.loads((run / "config.json").read_text())["epochs"] == 2
    for option, value in (
        ("--lr", "0.1"),
        ("--seed", "7"),
        ("--data", "mnist"),
        ("--validation", "0.3"),
        ("--net", "A"),
    ):
        assert f"{option} cannot change in the middle of a run" in fails(
            capsys, "train", "--resume", run, option, value
        )


def test_images_that_cannot_be_read(run, capsys, tmp_path):
    (tmp_path / "x.png").write_text("hello")
    assert "x.png is not an image that can be read" in fails(
        capsys, "predict", tmp_path / "x.png", "--run", run
    )
    assert "there is no image" in fails(capsys, "predict", tmp_path / "none.png", "--run", run)
    (tmp_path / "some").mkdir()
    assert "there are no images in" in fails(capsys, "predict", tmp_path / "some", "--run", run)
    (tmp_path / "some" / "x.png").write_text("hello")
    assert main(["predict", str(tmp_path / "some"), "--run", str(run)]) == 2
    assert "none of these images can be read" in capsys.readouterr().err
    assert "cannot write" in fails(
        capsys,
        "predict",
        run / "samples" / "3.png",
        "--run",
        run,
        "--plot",
        tmp_path / "no" / "x.png",
    )


def test_weights_that_are_damaged_or_anothers(run, capsys):
    path = run / "weights.safetensors"
    shutil.rmtree(run / "checkpoints")  # which would be used instead
    path.write_bytes(path.read_bytes()[:1000])
    assert "weights.safetensors (safetensors) cannot be used: it is truncated" in fails(
        capsys, "evaluate", run
    )
    weights.save(path, {"features.0.weight": np.zeros((1, 1, 3, 3), np.float32)})
    assert "another network" in fails(capsys, "evaluate", run)
    for content in ("{", "{}", "[]", "null", ""):
        (run / "config.json").write_text(content)
        assert "config.json is" in fails(capsys, "evaluate", run)


def test_divergence_with_few_photographs_advises_a_trained_start(tmp_path, capsys):
    for k in range(8):
        path = tmp_path / "photos" / "ab"[k % 2] / f"{k}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (30 * k, 0, 0)).save(path)
    arguments = ["--data", str(tmp_path / "photos"), "--run", str(tmp_path / "r"), *QUICK]
    assert main(["train", *arguments, "--lr", "1e20"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "diverged at step" in last
    assert f"start from a trained net: python -m minivgg train --data {tmp_path}" in last


def test_json_has_letters_as_they_are_where_stdout_can_encode_them(capsys, monkeypatch):
    from minivgg.cli.json_output import print_json

    print_json({"class": "Zürich", "loss": float("nan")})
    assert '"class": "Zürich"' in capsys.readouterr().out
    for text, encoding in (("Zürich", "ascii"), ("gr\udcfcn", "utf-8")):
        stream = io.TextIOWrapper(io.BytesIO(), encoding, errors="replace")
        monkeypatch.setattr(sys, "stdout", stream)
        print_json({"class": text})
        stream.flush()
        assert json.loads(stream.buffer.getvalue().decode(encoding)) == {"class": text}


def test_divergence_is_reported_with_step_and_layer(capsys, tmp_path):
    line = fails(capsys, "train", "--run", tmp_path / "r", "--lr", "1e20", *QUICK)
    assert "diverged at step" in line
    assert "Conv2d" in line
    assert not (tmp_path / "r" / "checkpoints").exists()
