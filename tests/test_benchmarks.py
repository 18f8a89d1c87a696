"""The benchmarks measure what they say: the same work for every library, in an environment that holds none of them back."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import gpu, machine, measure
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
def test_the_floor_counts_the_multiplications_of_the_net(configuration, batch):
    """With endless memory bandwidth and one multiplication a second, the direct floor is the number of multiplications."""
    net = models.vgg(configuration, initializer="zeros")
    convolutions = net["features"].multiply_adds((3, 224, 224))
    direct, winograd = machine.floor(configuration, batch, 1, 1e30, 1e30)
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


def test_data_are_the_same_every_time():
    assert (data((3, 4)) == data((3, 4))).all()


def test_every_library_offers_the_same(monkeypatch):
    assert next(iter(PEERS)) == "minivgg"
    for make in PEERS.values():
        if getattr(make, "__name__", "") != "<lambda>":  # PyTorch's are imported when they are made
            assert all(hasattr(make, name) for name in ("net", "layer", "operation"))


def test_no_library_is_held_to_other_kernels_than_its_own_choice(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    assert "OPENBLAS_CORETYPE" not in measure.environment()
    assert (
        measure.environment()["OPENBLAS_NUM_THREADS"] == "1"
    )  # how many threads is the user's choice


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


def test_the_benchmark_of_the_gpu_runs_the_tests_and_says_how_they_ended():
    (passed,), (none,) = (
        gpu.suite(["tests/utils/test_files.py"]),
        gpu.suite(["tests/utils/test_files.py", "-k", "nothing"]),
    )
    assert passed.startswith("- tests: ")
    assert "passed" in passed
    assert "passed" not in none


def test_the_benchmark_of_the_gpu_trains_on_each_device():
    lines = list(gpu.training(["cpu"], [0, 1], epochs=1))
    assert lines[0].endswith("| | seed 0 | seed 1 | mean |")
    cells = [float(cell.strip(" %")) for cell in lines[-1].split("|")[2:5]]
    assert 30 < cells[0] <= 100
    assert cells[2] == pytest.approx((cells[0] + cells[1]) / 2, abs=0.01)


def test_without_a_gpu_its_benchmark_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(sys, "argv", ["gpu"])
    with pytest.raises(
        SystemExit, match="no benchmark of the GPU: the GPU needs CuPy, which is not installed"
    ):
        gpu.main()
