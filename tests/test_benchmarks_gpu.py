"""The benchmarks of a GPU run where there is none, so that they run on the day there is one.

The stand-in for CuPy takes the GPU's place, or the CPU.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import strict_cupy

from benchmarks import peers
from benchmarks.gpu import __main__ as report
from benchmarks.gpu import checks, internals
from benchmarks.gpu.first_contact import SECTIONS, main
from benchmarks.gpu.session import Session
from minivgg import backend, models, ops

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "gpu" / "first_contact.sh"
SMALL = ("--small", "--torch-device", "cpu")


@pytest.fixture
def no_torch(monkeypatch):
    """PyTorch is not installed."""
    monkeypatch.setitem(sys.modules, "torch", None)


@pytest.fixture
def cupy(monkeypatch):
    """The strict stand-in for CuPy; its kernels run on the CPU."""
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make())
    return sys.modules["cupy"]


# -------------------------------------------------------------------------------- first contact


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_the_shell_script_parses():
    subprocess.run(["bash", "-n", SCRIPT], check=True)


def test_the_shell_script_runs_every_section_of_the_python_part_and_no_other():
    named = re.findall(r"^ +section (\S+) \d+$", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert named == list(SECTIONS)


def test_no_section_of_the_shell_script_takes_the_time_of_another():
    text = SCRIPT.read_text(encoding="utf-8")
    limits = re.findall(r"^ +section \S+ (\d+)$", text, re.MULTILINE)
    (total,) = re.findall(r"^TOTAL=\$\{TOTAL:-(\d+)\}$", text, re.MULTILINE)
    assert sum(map(int, limits)) < int(total)


@pytest.mark.parametrize("name", SECTIONS)
def test_without_cupy_each_section_is_left_out_with_one_sentence(name, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "cupy", None)
    main([name])
    title, reason = capsys.readouterr().out.splitlines()
    assert title.endswith(".")
    assert reason.startswith("left out: the GPU needs CuPy, which is not installed")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, section in SECTIONS.items() if section.on_cpu])
def test_a_section_runs_on_the_cpu_without_pytorch(name, no_torch, capsys):
    main([name, "--device", "cpu", *SMALL])
    out = capsys.readouterr().out
    assert "without PyTorch: PyTorch cannot be imported" in out
    assert "FAILED" not in out
    assert {"environment": "NumPy", "layers": "| all 13, backward |", "nets": "inference"}[
        name
    ] in out


def test_large_arrays_are_right_on_the_stand_in(cupy, capsys):
    main(["large-arrays", *SMALL])
    out = capsys.readouterr().out
    assert "| ReLU's gradient, 1,048,576 numbers | ok |" in out
    assert "| max-pooling, forward and backward, 1,024 numbers | ok |" in out


def test_a_profile_names_the_kernels_of_a_training_step(cupy, no_torch, monkeypatch, capsys):
    monkeypatch.setattr(internals, "use_precision", lambda name: "")
    main(["profile", *SMALL])
    out = capsys.readouterr().out
    assert "FAILED" not in out
    for kernel in ("sgd", "max_pool", "bias_relu", "few_channels_grad", "sum of products for dw"):
        assert re.search(rf"^\| {kernel} \| [\d.]+ ms \| [1-9]\d* times \|", out, re.MULTILINE)


@pytest.mark.slow
def test_sizes_of_blocks_are_tried_and_put_back(cupy, monkeypatch, capsys):
    monkeypatch.setattr(internals, "use_precision", lambda name: "")
    before = internals.block_bytes()
    main(["tuning", *SMALL])
    out = capsys.readouterr().out
    assert "FAILED" not in out
    assert re.search(r"^\| conv1_2 \| im2col: [\d.]+ / [\d.]+ \| winograd F", out, re.MULTILINE)
    for layer in ("conv1_2", "conv5_1 to 5_3"):
        assert re.search(rf"^\| {layer} \| 24: [\d.]+ / [\d.]+ \| 96: ", out, re.MULTILINE)
    assert internals.block_bytes() == before


def test_a_size_of_blocks_reaches_the_convolution(cupy, rng):
    """A block of one image at a time, so one product for each of three."""
    x, w = (backend.to_device(rng.standard_normal(s), "gpu") for s in ((3, 4, 5, 5), (2, 4, 3, 3)))
    counts = []
    for size in (1, internals.block_bytes()):
        launches = []

        def around(name, launch, *arguments, launches=launches, **options):
            launches.append(name)
            return launch(*arguments, **options)

        with internals.with_block_bytes(size), internals.launches_through(around):
            ops.conv2d(x, w, padding=1, algorithm="im2col")
        counts.append(launches.count("im2col"))
    assert counts == [3, 1]


def test_a_row_that_fails_says_so_and_the_next_one_follows(capsys):
    session = Session(device="cpu")
    for word in ("first", "second"):
        with session.row(word):
            raise ValueError(f"no {word}")
    out = capsys.readouterr().out
    assert "| first | FAILED: ValueError: 'no first' |" in out
    assert "| second | FAILED: ValueError: 'no second' |" in out
    assert session.failed


@pytest.mark.slow
def test_a_section_whose_tests_cannot_run_ends_as_failed(tmp_path, capsys):
    session = Session(out=tmp_path)
    checks._test(session, "tests.log", ["tests/no_such_file.py"])
    assert session.failed
    assert capsys.readouterr().out.splitlines()[-1].startswith("FAILED, pytest's status 4: ")


def test_device_tests_are_in_folders_that_exist():
    folders = [argument for argument in checks.DEVICE_TESTS if argument.startswith("tests/")]
    assert folders
    assert all((checks.ROOT / folder).is_dir() for folder in folders)


def test_after_the_deadline_no_row_begins(no_torch, capsys):
    main(["nets", "--device", "cpu", "--seconds", "0", *SMALL])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("|")] == ["| (out of time) |"]


@pytest.mark.slow
def test_quick_numbers_are_only_those_of_a_section(no_torch, capsys):
    """Nets and images are drawn as always afterwards, and quick weights have He's variance."""
    before = models.vgg("small-8x8", 10).state_dict()
    image = peers.MiniVGG().data((2, 3))
    main(["nets", "--device", "cpu", *SMALL])
    assert "FAILED" not in capsys.readouterr().out
    backend.seed(0)
    with internals.quick_weights():
        net = models.vgg("small-32x32", 10)["features"]
    quick = [layer.weight.data for layer in net if hasattr(layer, "weight")][1]
    assert quick.std() == pytest.approx((2 / np.prod(quick.shape[1:])) ** 0.5, rel=0.05)
    with backend.fixed_seed(0):
        again = models.vgg("small-8x8", 10).state_dict()
    assert all((a == again[name]).all() for name, a in before.items())
    assert (peers.MiniVGG().data((2, 3)) == image).all()


# -------------------------------------------------------------------------------- the report


@pytest.mark.slow
def test_the_report_runs_the_tests_and_says_how_they_ended(monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the two start sooner
    (passed,), (none,) = (
        report.suite(["tests/utils/test_files.py"]),
        report.suite(["tests/utils/test_files.py", "-k", "of_no_such_name"]),
    )
    assert passed.startswith("- tests: ")
    assert "passed" in passed
    assert "passed" not in none


@pytest.mark.slow
def test_the_report_trains_on_each_device():
    lines = list(report.training(["cpu"], [0, 1], epochs=1))
    assert lines[1].endswith("| | seed 0 | seed 1 | mean |")
    cells = [float(cell.strip(" %")) for cell in lines[-1].split("|")[2:5]]
    assert 30 < cells[0] <= 100
    assert cells[2] == pytest.approx((cells[0] + cells[1]) / 2, abs=0.01)


def test_without_a_gpu_the_report_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(sys, "argv", ["gpu"])
    with pytest.raises(
        SystemExit, match="no benchmark of the GPU: the GPU needs CuPy, which is not installed"
    ):
        report.main()
