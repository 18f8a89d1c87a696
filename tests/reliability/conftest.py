"""How many damaged files, hostile servers and kills are tried."""

import pytest


@pytest.fixture
def mutant_count(request):
    """``--mutants N``; forty by default."""
    return request.config.getoption("--mutants")


@pytest.fixture
def download_count(request):
    """``--downloads N``; forty by default."""
    return request.config.getoption("--downloads")


@pytest.fixture
def kill_count(request):
    """``--kills N``; five by default."""
    return request.config.getoption("--kills")
