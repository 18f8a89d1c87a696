"""The tools that build the site, ``docs/sitetools``, can be imported in these tests."""

import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
sys.path.append(str(DOCS))
