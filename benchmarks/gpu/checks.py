"""The project's own tests and trainings, each in a process of its own."""

import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from benchmarks.gpu.session import Session, say

ROOT = Path(__file__).parents[2]
EPOCHS = 10
MAX_WORKERS, TEST_SECONDS = 8, 90  # of pytest-xdist and pytest-timeout, where they are installed
MAX_LINES, MAX_LINE = 40, 220  # of what is shown of failed tests
REASONS = "FAILED |ERROR |E  |INTERNALERROR> [^ ]"  # how lines begin that say why
DEVICE_TESTS = [  # not the rest of tests/, which imports what only a developer's machine has
    *("tests/backend", "tests/data", "tests/evaluation", "tests/layers", "tests/models"),
    *("tests/ops", "tests/optim", "tests/training", "tests/weights"),
    *("-k", "gpu", "--ignore=tests/backend/test_cuda.py"),
]


def kernel_tests(session: Session) -> None:
    """Each CUDA kernel against the CPU kernel of the same name, and the tests of the devices."""
    files = ("tests/backend/test_cuda.py", "tests/backend/test_devices.py")
    _test(session, "kernels.log", files)


def device_tests(session: Session) -> None:
    """The tests of the package that run on a device, in a GPU's turn."""
    _test(session, "device.log", DEVICE_TESTS)


def training_gpu(session: Session) -> None:
    """The small VGG on the digits, 10 epochs on the GPU."""
    _train(session, "gpu")


def training_cpu(session: Session) -> None:
    """The same training on the CPU."""
    _train(session, "cpu")


def train(device: str, seed: int, epochs: int, seconds: float | None = None):
    """The finished process of ``minivgg train``; ``TimeoutExpired`` after ``seconds``."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"device": device, "seed": seed, "epochs": epochs, "run": f"{folder}/run"}
        options = [text for name, value in settings.items() for text in (f"--{name}", str(value))]
        return subprocess.run(
            [sys.executable, "-m", "minivgg", "train", *options],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
        )


def environment() -> dict:
    """The environment of other processes: the package need not be installed."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _train(session: Session, device: str) -> None:
    try:
        done = train(device, 0, EPOCHS, max(1, session.seconds_left()))
    except subprocess.TimeoutExpired as stopped:
        say(f"stopped after {stopped.timeout:.0f} s")
        return
    lines = (done.stdout + done.stderr).splitlines()
    for line in [line for line in lines if re.search("test accuracy|[Ee]rror|images/s", line)][-3:]:
        say(line)
    if done.returncode:
        session.failed = True
        say(f"the training FAILED: {lines[-1] if lines else f'status {done.returncode}'}")


def _test(session: Session, log_name: str, arguments) -> None:
    """Run pytest into a log; say how many tests ran, and why what failed failed."""
    session.out.mkdir(parents=True, exist_ok=True)
    log, ended = session.out / log_name, ""
    options = ["-q", "-p", "no:cacheprovider", "--tb=short", "--continue-on-collection-errors"]
    options += ["-p", "no:benchmark"]  # pytest-benchmark warns beside xdist; warnings are errors
    options += ["-o", "console_output_style=classic", *_plugin_options()]
    with log.open("w", encoding="utf-8") as out:
        try:
            status = subprocess.run(
                [sys.executable, "-m", "pytest", *options, *arguments],
                cwd=ROOT,
                env=environment() | {"MINIVGG_REQUIRE_GPU": str(int(session.device == "gpu"))},
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=max(1, session.seconds_left()),
            ).returncode
            if status:
                ended = f"FAILED, pytest's status {status}: "
        except subprocess.TimeoutExpired as stopped:
            ended = f"FAILED, stopped after {stopped.timeout:.0f} s; the log is {log}: "
    lines = log.read_text(encoding="utf-8").splitlines() or ["(pytest printed nothing)"]
    for line in [line for line in lines if re.match(REASONS, line)][:MAX_LINES]:
        say(line[:MAX_LINE])
    session.failed = bool(ended)
    say(f"{ended}{lines[-1]}"[:MAX_LINE])


def _plugin_options() -> list[str]:
    workers, options = min(MAX_WORKERS, os.cpu_count() or 1), []
    if workers > 1 and find_spec("xdist"):
        options += ["-n", str(workers)]
    if find_spec("pytest_timeout"):
        options += ["--timeout", str(TEST_SECONDS)]
    return options
