"""Run folders that are damaged, in use, full of leftovers, or of a stranger: one sentence each."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from minivgg import models, weights
from minivgg.cli import main, train
from minivgg.training import checkpoint
from minivgg.training.run import Run
from minivgg.training.run_lock import locked
from minivgg.utils.notices import Notice

SMALL = ["--net", "4,M", "--hidden", "8", "--schedule", "constant"]


@pytest.fixture(scope="module", autouse=True)
def without_figures():
    """Figures take most of the time of such a small training."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("minivgg.cli.train_report._figures", lambda *args: {})
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run folder of two epochs."""
    folder = tmp_path_factory.mktemp("run") / "digits"
    assert main(["train", "--run", str(folder), "--epochs", "2", *SMALL]) == 0
    return folder


@pytest.fixture
def run(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "copy")


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) * 3 // 4] ^= 64
    path.write_bytes(data)


def resume(run, *arguments):
    return main(["train", "--resume", str(run), *arguments])


def arrays_of(tensors):
    return {name: array.tobytes() for name, array in tensors.items()}


def test_damaged_weights_are_replaced_by_those_of_the_checkpoint_with_a_notice(run, trained):
    expected = arrays_of(Run.open(trained).net().arrays())
    flip(run / "weights.safetensors")
    with pytest.warns(Notice, match=r"weights\.safetensors is damaged.*epoch-0002.* used instead"):
        assert arrays_of(Run.open(run).net().arrays()) == expected
    flip(run / "checkpoints" / "epoch-0002-batch-000000" / "model.safetensors")
    with pytest.warns(Notice, match=r"weights\.safetensors is damaged.*epoch-0001.* used instead"):
        assert arrays_of(Run.open(run).net().arrays()) != expected


def test_damaged_weights_of_a_run_are_noticed_without_the_run(run):
    path = run / "weights.safetensors"
    flip(path)
    with pytest.raises(OSError, match=r"weights\.safetensors is damaged: its checksum is wrong"):
        weights.load(path)
    with pytest.raises(OSError, match=r"weights\.safetensors is damaged: its checksum is wrong"):
        models.load_weights(Run.open(run).new_net(), path)


def test_damaged_weights_of_the_best_epoch_are_an_error(run):
    Run.open(run, best=True).net()
    flip(run / "best.safetensors")
    with pytest.raises(OSError, match=r"best\.safetensors is damaged: its checksum is wrong"):
        Run.open(run, best=True).net()


def test_the_weights_tell_their_epoch(trained):
    for name in ("weights.safetensors", "best.safetensors"):
        assert weights.read(trained / name).metadata["epoch"] in ("1", "2")
    assert weights.read(trained / "weights.safetensors").metadata["epoch"] == "2"


def test_equal_runs_have_equal_tensors_and_checksums(trained, tmp_path):
    again = tmp_path / "again"
    assert main(["train", "--run", str(again), "--epochs", "2", *SMALL]) == 0
    for name in ("weights.safetensors", "best.safetensors"):
        assert weights.read(again / name).metadata == weights.read(trained / name).metadata
    assert (again / "config.json").read_bytes() == (trained / "config.json").read_bytes()


def test_a_changed_config_is_noticed_but_the_images_may_have_moved(run, tmp_path):
    path = run / "config.json"
    text = path.read_text()
    path.write_text(text.replace('"digits"', '"moved"'))
    assert Run.open(run).config["data"] == "moved"
    path.write_text(text.replace('"dropout": 0.5', '"dropout": 0.4'))
    with pytest.raises(OSError, match=r"config\.json is damaged: its checksum is wrong \(if it"):
        Run.open(run)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("net", [8] * 300_000, "at most 1,000 layers"),
        ("net", [[[[8]]]], "layers"),
        ("classes", [0, 1], "a list of names"),
        ("input_shape", [1, 10**9, 8], "channels, height and width"),
        ("std", [0.0], "positive numbers"),
        ("std", [1.0, 1.0, 1.0], "must be 1 numbers"),
        ("mean", [float("inf")], "a list of numbers"),
        ("hidden", "x", "a list of sizes"),
        ("seed", -1, "a whole number"),
        ("seed", True, "a whole number"),
        ("minivgg", None, "a version"),
        ("data", 7, "a name or a path"),
        ("initializer", [], "a name"),
        ("scale", [9], "a number of pixels, or two"),
        ("epochs", 1e400, "a whole number"),
    ],
)
def test_a_config_that_no_run_has_is_refused(run, name, value, words):
    path = run / "config.json"
    config = json.loads(path.read_text())
    del config["checksum"]
    path.write_text(json.dumps(config | {name: value}))
    with pytest.raises(OSError, match=rf"config\.json is damaged: .*{words}"):
        Run.open(run)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_images_of_a_device_are_not_read(run):
    path = run / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config | {"data": "/dev/zero"}))
    with pytest.raises((OSError, ValueError), match="/dev/zero is neither a folder nor a file"):
        Run.open(run).dataset("test")


def test_leftovers_of_a_killed_start_do_not_block_a_new_run(tmp_path):
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / ".config.json.tmp").write_text("{")
    (folder / ".lock").write_text("")
    assert main(["train", "--run", str(folder), "--epochs", "1", *SMALL]) == 0
    assert not list(folder.rglob(".*"))


def test_samples_are_not_written_through_links(run, tmp_path, capsys):
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    sample = next((run / "samples").iterdir())
    sample.unlink()
    sample.symlink_to(victim)
    assert resume(run) == 0
    assert victim.read_text() == "precious"
    assert not sample.is_symlink()
    shutil.rmtree(run / "samples")
    (tmp_path / "elsewhere").mkdir()
    (run / "samples").symlink_to(tmp_path / "elsewhere")
    assert resume(run) == 2
    assert "samples is a link that leads out of the run folder" in capsys.readouterr().err
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_second_training_is_refused_and_leaves_the_settings_alone(run, capsys):
    before = (run / "config.json").read_bytes()
    with locked(run):
        assert resume(run, "--epochs", "9") == 2
    assert "is in use: process" in capsys.readouterr().err
    assert (run / "config.json").read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_to_end_gets_a_sentence_and_the_usual_exit_status(
    tmp_path, capsys, monkeypatch, name
):
    number = getattr(signal, name)
    monkeypatch.setattr(train, "print_row", lambda row: os.kill(os.getpid(), number))
    folder = tmp_path / "r"
    assert main(["train", "--run", str(folder), "--epochs", "3", *SMALL]) == 128 + number
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"stopped by {name} after epoch 1; saved in {folder}; continue with")
    assert checkpoint.latest(folder / "checkpoints").name == "epoch-0001-batch-000000"


def test_options_of_checkpoints_are_checked(tmp_path, capsys):
    for option, value in (("--keep", "0"), ("--save-every", "0"), ("--save-every", "nan")):
        assert main(["train", "--run", str(tmp_path / "r"), option, value]) == 2
        assert f"{option} must be" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGHUP")
def test_a_training_whose_terminal_is_closed_saves_though_it_can_no_longer_print(tmp_path):
    import pty

    folder, root = tmp_path / "r", Path(__file__).parents[2]
    terminal, inside = pty.openpty()
    command = [sys.executable, "-m", "minivgg", "train", "--run", folder, "--epochs", "3000"]
    environment = os.environ | {"PYTHONPATH": str(root)}
    process = subprocess.Popen(
        [*map(str, command), *SMALL], stdout=inside, stderr=inside, env=environment
    )
    os.close(inside)
    while not checkpoint.latest(folder / "checkpoints"):
        assert os.read(terminal, 10_000)
    os.close(terminal)
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 128 + signal.SIGHUP
    assert not list(folder.rglob(".*"))
