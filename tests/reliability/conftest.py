"""How many damaged files each reader is given, and how many hostile servers are asked."""

import pytest


@pytest.fixture
def mutant_count(request):
    """``--mutants N``; a hundred by default."""
    return request.config.getoption("--mutants")


@pytest.fixture
def download_count(request):
    """``--downloads N``; a hundred by default."""
    return request.config.getoption("--downloads")
