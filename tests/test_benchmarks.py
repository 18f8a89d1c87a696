"""The benchmarks measure the same work for every library, in an environment that limits none."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import comparison, machine, measure, worker
from benchmarks.peers import PEERS, DifferentOutput, Exported, MiniVGG, data
from benchmarks.peers.exported import TOLERANCE, CheckedStep, run_converter
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


def test_an_output_within_the_tolerance_is_accepted_and_its_difference_kept():
    expected = np.array([[1.0, -4.0]], np.float32)
    steps = []
    step = CheckedStep(lambda: steps.append(1), lambda: expected + np.float32(0.002), expected)
    assert step.difference == pytest.approx(0.002 / 4, rel=1e-3)
    step()
    assert len(steps) == 3  # two for the comparison


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ([[1.0, -4.0 - 4.1 * TOLERANCE]], "first run differs from minivgg's by 1.0e-03"),
        ([[1.0, np.nan]], "first run differs from minivgg's by nan"),
        ([[1.0], [-4.0]], r"has shape \(2, 1\), minivgg's \(1, 2\)"),
    ],
)
def test_another_output_is_refused(got, words):
    with pytest.raises(DifferentOutput, match=words):
        CheckedStep(lambda: None, lambda: np.array(got), np.array([[1.0, -4.0]]))


def test_a_step_that_spoils_its_input_is_refused():
    y = np.ones((1, 2))

    def step():
        y[...] *= 0.5

    with pytest.raises(DifferentOutput, match=r"second run differs from minivgg's by 5\.0e-01"):
        CheckedStep(step, lambda: y, np.full((1, 2), 0.5))


def test_engines_compute_no_gradients_and_name_what_is_missing():
    class Absent(Exported):
        modules = ("no_such_engine",)

    small = Net("small-8x8", 10, 2, False)
    assert Absent().net(small._replace(training=True)) is None
    assert Absent().layer(Layer("tiny", 4, 8, 6), backward=True) is None
    with pytest.raises(ImportError, match="the module no_such_engine is not installed"):
        Absent().net(small)


def test_a_converter_that_fails_gives_its_message():
    with pytest.raises(RuntimeError, match="no such operator"):
        run_converter(sys.executable, "-c", "raise SystemExit('no such operator')")


@pytest.mark.slow
@pytest.mark.parametrize("engine", comparison.ENGINES)
@pytest.mark.parametrize(
    "workload",
    [
        Net("small-8x8", 10, 1, False),
        Net("small-8x8", 10, 3, False),
        Layer("", 3, 8, 6),
        Layer("", 16, 32, 20),
    ],
    ids=["batch 1", "batch 3", "3 channels", "16 channels"],
)
def test_an_engine_computes_what_minivgg_does(engine, workload):
    pytest.importorskip("onnx")
    library = PEERS[engine]()
    missing = [name for name in library.modules if find_spec(name) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed")
    is_net = isinstance(workload, Net)
    step = library.net(workload) if is_net else library.layer(workload, backward=False)
    step()
    assert step.difference < 1e-4


def test_a_library_with_another_output_ends_the_measurement(monkeypatch, tmp_path):
    """It must not become a row of a table, nor be left out like one that is not installed."""
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").touch()
    (tmp_path / "benchmarks" / "worker.py").write_text("print('wrong the output differs')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError, match=r"MNN, conv1_1: the output differs"):
        measure.take_turns(["MNN"], "forward", "conv1_1", turns=1)


def test_what_an_engine_prints_does_not_mix_with_the_answers(monkeypatch, capfd):
    def make(peer, kind, workload):
        subprocess.run([sys.executable, "-c", "print('chatter of an engine')"], check=True)
        raise DifferentOutput("the output differs")

    monkeypatch.setattr(worker, "make", make)
    keep = os.dup(1)
    try:
        worker.main("MNN", "forward", "conv1_1")
    finally:
        os.dup2(keep, 1)
        os.close(keep)
    out, err = capfd.readouterr()
    assert out == "wrong the output differs\n"
    assert "chatter of an engine" in err


def test_the_differences_of_the_engines_are_a_table():
    ours, mnn = SimpleNamespace(difference=float("nan")), SimpleNamespace(difference=2e-5)
    found = {"net": {"minivgg": ours, "MNN": mnn}, "training": {"minivgg": ours}}
    *_, header, line, row = comparison.differences(found)
    assert (header, line, row) == ("| | MNN |", "|---|---|", "| net | 2.0e-05 |")
    assert list(comparison.differences({"training": {"minivgg": ours}})) == []


def test_layers_are_compared_with_engines_forward_only(monkeypatch):
    asked = []

    def take_turns(peers, kind, workload, turns):
        asked.append((kind, [*peers]))
        return {
            peer: SimpleNamespace(seconds=[s], slow=False, difference=1e-6)
            for peer, s in zip(peers, (0.002, 0.006, 0.004, 0.003), strict=False)
        }

    monkeypatch.setattr(comparison, "take_turns", take_turns)
    rows = list(comparison.forward_and_backward([("conv", "conv")], 1, ("MNN", "ncnn")))
    torch = [*comparison.TORCH]
    assert asked == [
        ("forward", ["minivgg", *torch, "MNN", "ncnn"]),
        ("backward", ["minivgg", *torch]),
    ]
    assert rows[2] == (
        "| conv | 2.00 | 6.00 | 4.00 | 3.00 | – | **1.50** (MNN) "
        "| 2.00 | 6.00 | 4.00 | **2.00** (PyTorch, channels last) |"
    )
    assert rows[0].count("|") == rows[1].count("|") == rows[2].count("|")


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
