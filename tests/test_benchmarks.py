"""The benchmarks measure the same work for every library, in an environment that limits none."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import machine, measure
from benchmarks.peers import PEERS, MiniVGG, data
from benchmarks.tables import TABLES
from benchmarks.workloads import LAYERS, NETS, OPERATIONS, Layer, Net
from minivgg import models

ROOT = Path(__file__).parent.parent


def test_the_layers_are_those_of_vgg16():
    convolutions = [
        layer
        for layer in models.vgg16(initializer="zeros")["features"]
        if hasattr(layer, "in_channels")
    ]
    listed = [(layer.c, layer.o) for layer in LAYERS for _ in range(layer.times)]
    assert listed == [(conv.in_channels, conv.out_channels) for conv in convolutions]


@pytest.mark.parametrize(("configuration", "batch"), [("D", 1), ("D", 4), ("A", 2)])
def test_the_minimum_time_counts_the_multiplications_of_the_net(configuration, batch):
    """With endless bandwidth and one multiplication a second, it is their number."""
    net = models.vgg(configuration, initializer="zeros")
    convolutions = net["features"].macs((3, 224, 224))
    direct, winograd = machine.minimum_seconds(configuration, batch, 1, 1e30, 1e30)
    assert direct == pytest.approx(batch * convolutions)
    assert 0.25 < winograd / direct < 0.30


def test_our_own_steps_run():
    ours = MiniVGG()
    small = Net("small-8x8", 10, 2, True)
    ours.net(small)()
    assert ours.net(small._replace(training=False))().shape == (2, 10)
    tiny = Layer("tiny", 4, 8, 6)
    assert ours.layer(tiny, backward=False)().shape == (4, 8, 6, 6)
    ours.layer(tiny, backward=True)()
    loss, picture = ours.style(16)()
    assert loss > 0
    assert picture.shape == (1, 3, 16, 16)


def test_data_are_the_same_every_time():
    assert (data((3, 4)) == data((3, 4))).all()


def test_every_library_offers_the_same(monkeypatch):
    assert next(iter(PEERS)) == "minivgg"
    for make in PEERS.values():
        if getattr(make, "__name__", "") != "<lambda>":  # PyTorch's are imported when they are made
            assert all(hasattr(make, name) for name in ("net", "layer", "operation", "style"))


def test_no_library_is_held_to_other_kernels_than_its_own_choice(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    assert "OPENBLAS_CORETYPE" not in measure.environment()
    assert measure.environment()["OPENBLAS_NUM_THREADS"] == "1"  # the number is the user's choice


@pytest.mark.slow
def test_turns_are_taken_and_a_library_that_is_not_there_is_left_out(monkeypatch, capfd):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(measure, "PAUSE_SECONDS", 0)
    workers = measure.take_turns(["minivgg", "no such library"], "forward", OPERATIONS[-1], turns=2)
    assert list(workers) == ["minivgg"]
    assert len(workers["minivgg"].seconds) == 2
    assert all(seconds > 0 for seconds in workers["minivgg"].seconds)
    assert workers["minivgg"].memory > 10
    assert measure.against(workers["minivgg"], workers["minivgg"]) == 1
    assert "no such library" in capfd.readouterr().err


@pytest.mark.slow
def test_an_unknown_table_gets_one_clear_sentence():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nest"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert f"unknown table 'nest': there are {', '.join(TABLES)}" in done.stderr


def test_the_committed_results_have_every_table():
    text = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    for name in TABLES:
        assert f"\n## {name}\n" in text
    assert all(name in text for name in NETS)
