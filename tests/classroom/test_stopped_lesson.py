"""A lesson that is executed can be stopped as any command: without a traceback."""

import os
import signal
import threading

import pytest

from minivgg.classroom import lessons

SOURCE = """# %%
from pathlib import Path
import time
Path("started").touch()
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that run notebooks
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_lesson_that_is_executed(number, tmp_path):
    path = tmp_path / "01_long.py"
    path.write_text(SOURCE, encoding="utf-8")

    def stop_when_started():
        while not (tmp_path / "started").exists() and not done.wait(0.1):
            pass
        if not done.is_set():
            os.kill(os.getpid(), number)

    done = threading.Event()
    thread = threading.Thread(target=stop_when_started)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            lessons.execute(path)
    finally:
        done.set()
        thread.join()
