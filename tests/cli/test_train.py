"""What ``train`` does with a plan, on one rank and on several; the training itself is given."""

import contextlib
import errno
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from minivgg import models
from minivgg.cli import main, train
from minivgg.training.divergence import TrainingDiverged
from minivgg.utils.stop_signals import StoppedBySignal

posix = pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
DIVERGED = TrainingDiverged(3, 1, "conv1", float("nan"), 0.1)


class Fake:
    """A run, its plan, its trainer and its world, which note what is done."""

    def __init__(self):
        self.done, self.error, self.stop_reason = [], None, None
        self.size, self.rank, self.local_rank = 1, 0, 1
        self.config, self.folder = {"epochs": 5, "data": "d"}, Path("a b")
        self.net, self.history, self.resumed_epochs = object.__new__(models.Net), ["row"], 0
        self.trainer, self.initialized_layers = self, ["conv1"]
        self.train_loader = SimpleNamespace(dataset=range(90), workers=3)
        self.validation_loader = SimpleNamespace(dataset=range(10))

    def note(self, name, result=None):
        """A function that notes its arguments."""
        return lambda *a, **o: self.done.append((name, a, o)) or result

    def fit(self, *arguments):
        """Note, and raise what there is to raise."""
        self.done.append(("fit", arguments, {}))
        if self.error:
            raise self.error

    @contextlib.contextmanager
    def folder_in_use(self):
        """As the trainer's."""
        self.done.append(("lock", (), {}))
        yield

    def named(self, name):
        """The arguments of all calls of this name."""
        return [(a, o) for n, a, o in self.done if n == name]


@pytest.fixture
def fake(monkeypatch):
    """Everything that ``train`` calls."""
    fake = Fake()
    fake.dataset = fake.note("dataset", range(7))
    fake.create, fake.write_config = fake.note("create"), fake.note("write_config")
    fake.loader = fake.note("loader", "test loader")
    fake.broadcast = lambda text: fake.done.append(("broadcast", (text,), {})) or text
    fake.require_same = fake.note("require_same")
    monkeypatch.setattr(train.distributed, "world", lambda: fake)
    monkeypatch.setattr(train.distributed, "pin_cpus", lambda world: 4)
    monkeypatch.setattr(
        train.distributed, "abort_all_on_error", lambda world: contextlib.nullcontext()
    )
    monkeypatch.setattr(train.backend, "set_num_threads", fake.note("threads"))
    monkeypatch.setattr(train, "program", lambda: "minivgg")
    monkeypatch.setattr(train, "free_folder", lambda stem: Path("runs") / f"{stem}-2")
    for name, result in {
        "new_run": (fake, range(90)), "resumed_run": (fake, range(90)), "plan_training": fake,
        "report_left_out": None, "report_shared": None, "print_header": None, "print_stop": None,
        "evaluate": "result", "print_result": None, "write_results": None, "better_start": "advice",
    }.items():  # fmt: skip
        monkeypatch.setattr(train, name, fake.note(name, result))
    return fake


def test_a_new_run_from_its_folder_to_its_results(fake, capsys):
    words = ["--data", "x/photos.zip", "--keep", "3", "--save-every", "0.5"]
    assert main(["train", *words]) == 0
    ((args, bars), _) = fake.named("new_run")[0]
    assert (args.run, bars) == (str(Path("runs/photos-2")), False)
    assert fake.named("dataset") == [(("test", False), {})]
    assert fake.named("require_same") == [((fake.config,), {})]
    assert fake.named("plan_training") == [
        ((fake, range(90)), {"progress": False, "on_epoch": train.print_row, "world": fake,
                             "keep": 3, "save_every": 0.5, "cuda_graph": False})
    ]  # fmt: skip
    order = [name for name, *_ in fake.done]
    assert order == [
        "broadcast", "new_run", "dataset", "require_same", "plan_training", "report_left_out",
        "report_left_out", "report_shared", "lock", "create", "print_header", "fit", "loader",
        "evaluate", "print_result", "write_results",
    ]  # fmt: skip
    assert [a for a, _ in fake.named("report_left_out")] == [(range(90),), (range(7),)]
    assert fake.named("report_shared") == [((range(90), range(7)), {})]
    assert fake.named("print_header") == [((fake, fake.net, (90, 10, 7), ["conv1"], fake), {})]
    assert fake.named("fit") == [((fake.train_loader, fake.validation_loader, 5, False), {})]
    assert fake.named("loader") == [((range(7),), {"workers": 3})]
    assert fake.named("evaluate") == [((fake.net, "test loader"), {"progress": False})]
    assert fake.named("print_result") == [(("result",), {})]
    assert fake.named("write_results") == [
        ((fake, fake.net, ["row"], "result", range(7)), {"trained_on": 90})
    ]
    assert "nothing to train" not in capsys.readouterr().out


def test_names_of_folders(fake):
    main(["train"])
    main(["train", "--run", "mine"])
    assert [a[0].run for a, _ in fake.named("new_run")] == [str(Path("runs/digits-2")), "mine"]
    assert len(fake.named("broadcast")) == 1


def test_without_validation_images(fake):
    fake.validation_loader = None
    main(["train"])
    assert fake.named("print_header")[0][0][2] == (90, 0, 7)
    assert fake.named("fit")[0][0][1] is None


@pytest.mark.parametrize(
    ("words", "is_written"),
    [
        ([], False),
        (["--epochs", "9"], True),
        (["--micro-batch", "9"], True),
        (["--early-stopping", "0"], True),
    ],
)
def test_a_resumed_run_keeps_its_settings_but_for_those_that_are_given(words, is_written, fake):
    assert main(["train", "--resume", "r", *words]) == 0
    assert not fake.named("create")
    assert not fake.named("new_run") + fake.named("broadcast")
    assert len(fake.named("write_config")) == is_written
    assert fake.named("fit")[0][0][3] is True


@pytest.mark.parametrize(("epochs", "is_told"), [(4, False), (5, True), (6, True)])
def test_nothing_is_left_to_train(epochs, is_told, fake, capsys):
    fake.resumed_epochs = epochs
    main(["train", "--resume", "r"])
    sentence = (
        f"nothing to train: the run has {epochs} epochs already, and --epochs counts them too: a "
        f"number above {epochs} continues it\n"
    )
    assert capsys.readouterr().out == (sentence if is_told else "")


def test_why_it_stopped_is_told(fake, capsys):
    fake.stop_reason, fake.resumed_epochs = "no improvement", 9
    main(["train"])
    assert fake.named("print_stop") == [((fake, ["row"], "no improvement"), {})]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyboardInterrupt("saved"), 130,
         "\nsaved; continue with: minivgg train --resume 'a b'\n"),
        (StoppedBySignal(15, "saved"), 143,
         "\nsaved; continue with: minivgg train --resume 'a b'\n"),
        (DIVERGED, 2, f"minivgg: {DIVERGED}; advice\n"),
    ],
)  # fmt: skip
def test_a_training_that_ends_early(error, status, said, fake, capsys):
    fake.error = error
    assert main(["train"]) == status
    assert capsys.readouterr().err == said
    assert not fake.named("write_results")


@posix
def test_a_terminal_that_was_closed_ends_nothing_but_the_output(fake, monkeypatch):
    """As after SIGHUP: from then on, what is printed goes nowhere."""
    copied = []

    def write(text):
        raise OSError(errno.EIO, "no terminal")

    fake.error = StoppedBySignal(1, "saved")
    monkeypatch.setattr(sys.stderr, "write", write)
    monkeypatch.setattr(os, "dup2", lambda new, old: copied.append((os.fstat(new).st_rdev, old)))
    assert main(["train"]) == 128 + 1
    device = Path(os.devnull).stat().st_rdev
    assert copied == [(device, 1), (device, 2)]


def test_a_divergence_without_advice(fake, capsys, monkeypatch):
    fake.error = DIVERGED
    monkeypatch.setattr(train, "better_start", fake.note("better_start"))
    assert main(["train"]) == 2
    assert capsys.readouterr().err == f"minivgg: {DIVERGED}\n"
    assert fake.named("better_start") == [((fake, 90), {})]


@pytest.mark.parametrize(("words", "threads"), [([], 4), (["--threads", "2"], 2)])
def test_several_ranks_share_the_machine_and_one_prints(words, threads, fake, capsys, monkeypatch):
    used = []
    fake.size, fake.rank = 3, 2
    before = sys.stdout
    monkeypatch.setattr(train.backend, "device", lambda: "gpu")
    monkeypatch.setattr(train.backend, "gpu_count", lambda: 2)
    monkeypatch.setattr(train.backend, "use", used.append)
    monkeypatch.setattr(train, "print_header", lambda *a: print("header"))
    fake.local_rank = 3
    assert main(["train", *words]) == 0
    sys.stdout = before
    assert capsys.readouterr().out == ""
    assert fake.named("threads")[-1] == ((threads,), {})
    assert used == ["gpu:1"]
    assert not [n for n, *_ in fake.done if n.startswith(("report", "create", "write", "print"))]
    assert not fake.named("evaluate")
    assert fake.named("fit")


def test_one_rank_leaves_threads_and_device_alone(fake, monkeypatch):
    monkeypatch.setattr(train.backend, "device", lambda: "gpu")
    monkeypatch.setattr(train.backend, "use", fake.note("use"))
    assert main(["train"]) == 0
    assert not fake.named("threads") + fake.named("use")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--keep", "0"], "--keep must be at least 1, got 0"),
        (["--save-every", "0"], "--save-every must be greater than 0 minutes, got 0"),
        (["--save-every", "nan"], "--save-every must be greater than 0 minutes, got nan"),
    ],
)
def test_options_of_checkpoints(words, sentence, fake, capsys):
    assert main(["train", *words]) == 2
    assert sentence in capsys.readouterr().err
    assert not fake.done
    assert main(["train", "--keep", "1", "--save-every", "0.01"]) == 0


@pytest.mark.parametrize(
    ("is_terminal", "rank", "shown"), [(True, 0, True), (False, 0, False), (True, 1, False)]
)
def test_progress_bars_are_for_a_terminal_and_of_one_rank(is_terminal, rank, shown, monkeypatch):
    seen = []
    world = SimpleNamespace(rank=rank, size=1, local_rank=0)
    monkeypatch.setattr(train.distributed, "world", lambda: world)
    monkeypatch.setattr(train.distributed, "use_gpu_of_rank", lambda world: None)
    abort = contextlib.nullcontext
    monkeypatch.setattr(train.distributed, "abort_all_on_error", abort)
    monkeypatch.setattr(train, "_train", lambda args, world, bars: seen.append(bars) or 0)
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # other ranks replace it
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    assert train.train(SimpleNamespace()) == 0
    assert seen == [shown]
