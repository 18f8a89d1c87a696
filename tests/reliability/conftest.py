"""How many damaged files each reader is given."""

import pytest


@pytest.fixture
def mutant_count(request):
    """``--mutants N``; a hundred by default."""
    return request.config.getoption("--mutants")
