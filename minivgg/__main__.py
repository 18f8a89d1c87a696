"""``python -m minivgg``."""

import sys

from minivgg.cli import main

sys.exit(main())
