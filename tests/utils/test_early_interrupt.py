"""Ctrl-C before the program has begun: while its modules are being imported."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# takes the place of a package that is imported on the way, and stands for the user's Ctrl-C there
INTERRUPTING = "import signal, time\nsignal.raise_signal(signal.SIGINT)\ntime.sleep(30)\n"


@pytest.mark.parametrize(
    ("program", "clean"),
    [(["-m", "minivgg", "summary"], True), (["minivgg", "summary"], True), (["mine.py"], False)],
)
def test_ctrl_c_during_the_imports_leaves_no_traceback_of_the_program(program, clean, tmp_path):
    """A script of the user's own keeps Python's behaviour."""
    (tmp_path / "threadpoolctl.py").write_text(INTERRUPTING)
    (tmp_path / "minivgg").write_text("from minivgg.cli import main\nmain()\n")
    (tmp_path / "mine.py").write_text("import minivgg\n")
    done = subprocess.run(
        [sys.executable, *program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        timeout=60,
        # a shell starts jobs in the background with Ctrl-C ignored, and this may be one
        preexec_fn=listen if os.name == "posix" else None,
    )
    assert ("Traceback" not in done.stderr) == clean
    if clean:
        assert done.returncode == 130
        assert done.stderr.strip() == "interrupted"


def listen():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
