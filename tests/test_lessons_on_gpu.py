"""Each lesson runs on a GPU when $MINIVGG_DEVICE says so, here with its training cut to two steps.

On the pretended card the launches of kernels are counted, which proves that it ran there.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from minivgg import backend
from minivgg.classroom import lessons

if "gpu" not in backend.available():
    pytest.skip("there is no GPU", allow_module_level=True)
CARD = backend.devices.cupy().cuda.runtime.getDeviceProperties(0)["name"]
ROOT = Path(__file__).parents[1]
SOURCES = lessons.sources()
STEPS = 2


@pytest.mark.parametrize("source", SOURCES, ids=[path.stem for path in SOURCES])
def test_a_lesson_computes_on_the_gpu(source, tmp_path):
    launches = tmp_path / "launches"
    environment = os.environ | {
        "MINIVGG_DEVICE": "gpu",
        "MPLBACKEND": "Agg",
        "PRETEND_LAUNCHES": str(launches),
    }
    command = [sys.executable, ROOT / "tests" / "support" / "short_lesson.py", source, str(STEPS)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if CARD == b"pretended card":
        count = len(launches.read_text().splitlines())
        print(f"{source.stem}: {count} launches")
        assert count > 0
