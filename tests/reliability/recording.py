"""A plugin of pytest: coverage.py is told which test runs, and the seconds of each are written."""

import json
import os
from collections import Counter
from pathlib import Path

import coverage
import pytest

seconds: Counter[str] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """What runs from here on belongs to this test."""
    current = coverage.Coverage.current()
    if current:
        current.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        if current:
            current.switch_context("")


def pytest_runtest_logreport(report):
    """Add up set-up, call and tear-down."""
    seconds[report.nodeid] += report.duration


def pytest_sessionfinish(session):
    """The process that started the others knows all tests."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ["TEST_SECONDS"]).write_text(json.dumps(seconds))
